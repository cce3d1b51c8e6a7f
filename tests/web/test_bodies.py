"""RequestCache that clients repeat."""

import tracemalloc

import pytest

from tests.web.conftest import Served
from web.limits import HttpLimits
from web.refusals import RequestRefused
from web.requests import _CACHED_BODY_BYTES, _CACHED_REQUESTS, _CACHED_VARIABLES, GraphQLRequest, RequestCache


@pytest.fixture
def cache() -> RequestCache:
    return RequestCache(HttpLimits())


def read(cache: RequestCache, body: bytes) -> GraphQLRequest:
    request = cache.parse(body)
    cache.store(body, request)
    return request


def cached_count(cache: RequestCache) -> int:
    return len(cache._cached)


def test_a_body_that_comes_again_is_read_once(cache: RequestCache) -> None:
    body = b'{"query": "{ hello }", "variables": {"first": 20, "after": null}}'
    assert read(cache, body) is read(cache, bytes(bytearray(body)))
    assert cached_count(cache) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "{ hello }", "variables": {"ids": []}}',
        b'{"query": "{ hello }", "variables": {"input": {"text": "x"}}}',
        b'{"query": "{ hello }", "variables": {"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}}',
        b'{"query": "{ hello }", "extensions": {"persistedQuery": {}}}',
        b'{"query": "' + b"#" * _CACHED_BODY_BYTES + b'"}',
    ],
    ids=["a list", "an object", "many variables", "extensions", "long"],
)
def test_what_one_request_could_change_for_another_and_what_is_large_is_read_each_time(cache: RequestCache, body: bytes) -> None:
    assert read(cache, body) is not read(cache, body)
    assert read(cache, body) == read(cache, body)
    assert cached_count(cache) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": 5}', b'{"variables": 5}', b"\xff"])
def test_refusals_are_not_cached(cache: RequestCache, body: bytes) -> None:
    for _ in range(2):
        with pytest.raises(RequestRefused):
            read(cache, body)
    assert cached_count(cache) == 0


def test_other_bytes_are_another_request(cache: RequestCache) -> None:
    one, other = read(cache, b'{"query": "{ a }"}'), read(cache, b'{"query": "{ b }"}')
    assert (one.query, other.query) == ("{ a }", "{ b }")


def test_those_used_longest_ago_are_evicted_and_memory_is_bounded(cache: RequestCache) -> None:
    variables = ",".join(f'"v{number}":{number}.5' for number in range(_CACHED_VARIABLES))
    tracemalloc.start()
    for number in range(2 * _CACHED_REQUESTS):
        text = f'{{"query":"#{number}","variables":{{{variables}}}}}'
        read(cache, text.replace("#", "#" * (_CACHED_BODY_BYTES - len(text))).encode())
        read(cache, b'{"query": "{ often }"}')
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cached_count(cache) == _CACHED_REQUESTS
    assert b'{"query": "{ often }"}' in cache._cached
    assert size < 8_000_000


async def test_only_valid_queries_are_cached(served: Served) -> None:
    cached = served.web.endpoint.request_cache._cached
    for query in ("mutation { slowAdd }", "{ nothing }", "{"):
        served.toy.gate.set()
        await served.ask(query)
    assert not cached
    await served.ask("{ hello }")
    assert len(cached) == 1
