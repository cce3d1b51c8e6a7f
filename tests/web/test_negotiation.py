"""What headers mean, and that hostile ones fill no memory."""

import pytest

from web import bodies, negotiation
from web.negotiation import CACHED_HEADER_BYTES, MediaType, negotiate


@pytest.mark.parametrize("quality", ["nan", "-", "one", ""])
def test_a_quality_that_is_no_number_is_taken_as_named(quality: str) -> None:
    assert negotiate(f"application/graphql-response+json;q={quality}".encode(), html=False) is MediaType.RESPONSE


def test_long_headers_are_read_and_not_kept() -> None:
    before = negotiation._cached_negotiate.cache_info().currsize, bodies._cached_check.cache_info().currsize
    for at in range(10):
        long = f"application/json; x{at}=".encode() + b"x" * CACHED_HEADER_BYTES
        assert negotiate(long, html=False) is MediaType.JSON
        bodies.check_content_type(long, None)
    assert (negotiation._cached_negotiate.cache_info().currsize, bodies._cached_check.cache_info().currsize) == before
