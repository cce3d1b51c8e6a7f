"""Bodies that clients repeat."""

import pytest

from web.limits import HttpLimits
from web.refusals import RequestRefused
from web.requests import _KNOWN_BYTES, Bodies


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(HttpLimits())


def kept(bodies: Bodies) -> int:
    return bodies._of_known.cache_info().currsize


def test_a_body_that_comes_again_is_read_once(bodies: Bodies) -> None:
    body = b'{"query": "{ hello }", "variables": {"first": 20, "after": null}}'
    assert bodies.read(body) is bodies.read(bytes(bytearray(body)))
    assert kept(bodies) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }", "variables": {"ids": []}}',
        b'{"query": "{ hello }", "variables": {"input": {"text": "x"}}}',
        b'{"query": "{ hello }", "extensions": {"persistedQuery": {}}}',
        b'{"query": "' + b"#" * _KNOWN_BYTES + b'"}',
    ],
    ids=["a list", "an object", "extensions", "long"],
)
def test_what_one_request_could_change_for_another_is_read_each_time(bodies: Bodies, body: bytes) -> None:
    assert bodies.read(body) is not bodies.read(body)
    assert bodies.read(body) == bodies.read(body)
    assert kept(bodies) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": 5}', b'{"variables": 5}', b"\xff"])
def test_refusals_are_not_kept(bodies: Bodies, body: bytes) -> None:
    for _ in range(2):
        with pytest.raises(RequestRefused):
            bodies.read(body)
    assert kept(bodies) == 0


def test_other_bytes_are_another_request(bodies: Bodies) -> None:
    one, other = bodies.read(b'{"query": "{ a }"}'), bodies.read(b'{"query": "{ b }"}')
    assert (one.query, other.query) == ("{ a }", "{ b }")
