"""What headers mean, and that hostile ones fill no memory."""

import pytest

from web import bodies, negotiation
from web.negotiation import REMEMBERED_LENGTH, Media, wanted


@pytest.mark.parametrize("quality", ["nan", "-", "one", ""])
def test_a_quality_that_is_no_number_is_taken_as_named(quality: str) -> None:
    assert wanted(f"application/graphql-response+json;q={quality}".encode(), html=False) is Media.RESPONSE


def test_long_headers_are_read_and_not_kept() -> None:
    before = negotiation._remembered.cache_info().currsize, bodies._remembered.cache_info().currsize
    for at in range(10):
        long = f"application/json; x{at}=".encode() + b"x" * REMEMBERED_LENGTH
        assert wanted(long, html=False) is Media.JSON
        bodies.check_content_type(long, None)
    assert (negotiation._remembered.cache_info().currsize, bodies._remembered.cache_info().currsize) == before
