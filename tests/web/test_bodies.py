"""Bodies that clients repeat."""

import tracemalloc

import pytest

from tests.web.conftest import Served
from web.limits import HttpLimits
from web.refusals import RequestRefused
from web.requests import _KNOWN_BODIES, _KNOWN_BYTES, _KNOWN_VARIABLES, Bodies, GraphQLRequest


@pytest.fixture
def bodies() -> Bodies:
    return Bodies(HttpLimits())


def read(bodies: Bodies, body: bytes) -> GraphQLRequest:
    request = bodies.read(body)
    bodies.keep(body, request)
    return request


def kept(bodies: Bodies) -> int:
    return len(bodies._known)


def test_a_body_that_comes_again_is_read_once(bodies: Bodies) -> None:
    body = b'{"query": "{ hello }", "variables": {"first": 20, "after": null}}'
    assert read(bodies, body) is read(bodies, bytes(bytearray(body)))
    assert kept(bodies) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }", "variables": {"ids": []}}',
        b'{"query": "{ hello }", "variables": {"input": {"text": "x"}}}',
        b'{"query": "{ hello }", "variables": {"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}}',
        b'{"query": "{ hello }", "extensions": {"persistedQuery": {}}}',
        b'{"query": "' + b"#" * _KNOWN_BYTES + b'"}',
    ],
    ids=["a list", "an object", "many variables", "extensions", "long"],
)
def test_what_one_request_could_change_for_another_and_what_is_large_is_read_each_time(bodies: Bodies, body: bytes) -> None:
    assert read(bodies, body) is not read(bodies, body)
    assert read(bodies, body) == read(bodies, body)
    assert kept(bodies) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": 5}', b'{"variables": 5}', b"\xff"])
def test_refusals_are_not_kept(bodies: Bodies, body: bytes) -> None:
    for _ in range(2):
        with pytest.raises(RequestRefused):
            read(bodies, body)
    assert kept(bodies) == 0


def test_other_bytes_are_another_request(bodies: Bodies) -> None:
    one, other = read(bodies, b'{"query": "{ a }"}'), read(bodies, b'{"query": "{ b }"}')
    assert (one.query, other.query) == ("{ a }", "{ b }")


def test_those_used_longest_ago_are_forgotten_and_memory_is_bounded(bodies: Bodies) -> None:
    variables = ",".join(f'"v{number}":{number}.5' for number in range(_KNOWN_VARIABLES))
    tracemalloc.start()
    for number in range(2 * _KNOWN_BODIES):
        text = f'{{"query":"#{number}","variables":{{{variables}}}}}'
        read(bodies, text.replace("#", "#" * (_KNOWN_BYTES - len(text))).encode())
        read(bodies, b'{"query": "{ often }"}')
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept(bodies) == _KNOWN_BODIES
    assert b'{"query": "{ often }"}' in bodies._known
    assert size < 8_000_000


async def test_only_queries_that_fit_are_remembered(served: Served) -> None:
    known = served.web.endpoint.bodies._known
    for query in ("mutation { slowAdd }", "{ nothing }", "{"):
        served.toy.gate.set()
        await served.ask(query)
    assert not known
    await served.ask("{ hello }")
    assert len(known) == 1
