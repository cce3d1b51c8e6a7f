"""Requests that ask for too much are refused before they cost anything."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest
from graphql import get_introspection_query, parse

from tests.web.conftest import Serve, Served
from tests.web.toy import schema
from web.documents import Documents
from web.execution import core_schema
from web.limits import HttpLimits, Limits
from web.refusals import DocumentRefused, RequestRefused


def nested(depth: int) -> str:
    return "{ me { " + "friend { " * (depth - 2) + "name" + " }" * depth


@pytest.mark.parametrize(
    "query",
    [
        nested(15),
        "{ " + " ".join(f"a{n}: hello" for n in range(31)) + " }",
        "{ me { " + " ".join(f"a{n}: name" for n in range(31)) + " } }",
        "{ hello " + "me { name } " * 11 + "}",
        "{ me { " + "name " * 1_990 + "} }",
        "{ me { "
        + "... { " * 17
        + "name @skip(if: false) @include(if: true) ... @skip(if: false) { name } } " * 17
        + "} }",
        "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ hello ...F{n + 1} }}" for n in range(61)),
        "{ " + "... { " * 100 + "hello" + " }" * 101,
        "{ me { " + "friend { " * 900,
        "# " + "x " * 20_000 + "\n{ " + "hello " * 2_001 + "}",
        "{ __schema { types " + "{ fields { type " * 11 + "{ name }" + " } }" * 11 + " } }",
    ],
    ids=[
        "depth",
        "root aliases",
        "aliases",
        "repeats",
        "2,000 fields",
        "directives",
        "fragments",
        "inline",
        "open",
        "tokens",
        "introspection",
    ],
)
async def test_expensive_documents_are_refused(served: Served, query: str) -> None:
    assert await served.code(query) == "QUERY_TOO_EXPENSIVE"


def test_fragments_that_multiply_are_refused_by_what_they_amount_to() -> None:
    bomb = "{ me { ...F0 } } " + " ".join(
        f"fragment F{n} on Person {{ a: friend {{ ...F{n + 1} }} b: friend {{ ...F{n + 1} }} }}" for n in range(11)
    )
    with pytest.raises(DocumentRefused) as refused:
        Documents(core_schema(schema), Limits()).get(bomb + " fragment F11 on Person { name }")
    assert refused.value.errors[0].extensions == {"code": "QUERY_TOO_EXPENSIVE"}


def test_fragments_that_spread_themselves_end_in_a_validation_error() -> None:
    with pytest.raises(DocumentRefused) as refused:
        Documents(core_schema(schema), Limits()).get("{ me { ...A } } fragment A on Person { friend { ...A } }")
    assert refused.value.errors[0].extensions == {"code": "GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    "query",
    [
        "{ me { " + "name " * 1_990 + "} }",
        "{ " + "hello " * 100_000 + "}",
        "{ " * 30_000,
        "[" * 60_000,
        '{ hello(name: "' + "x" * 60_000 + '") { }',
        "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(150)),
    ],
)
def test_refusing_costs_little(query: str) -> None:
    documents = Documents(core_schema(schema), Limits())
    plain = "{ me { " + " ".join(f"f{number}" for number in range(1_990)) + " } }"
    best = min(timed(documents, f"{query} # {attempt}") for attempt in range(3))
    # Validating 2,000 repeats costs seven times what reading them does.
    assert best < 3 * min(read(f"{plain} # {attempt}") for attempt in range(3))


def read(query: str) -> float:
    begun = time.process_time()
    parse(query)
    return time.process_time() - begun


def timed(documents: Documents, query: str) -> float:
    begun = time.process_time()
    with suppress(DocumentRefused, RequestRefused):
        documents.get(query)
    return time.process_time() - begun


async def test_introspection_tools_are_within_the_limits(served: Served) -> None:
    answer = await served.ask(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert "errors" not in answer.json()


async def test_introspection_can_be_off_and_then_nothing_is_suggested(serve: Serve) -> None:
    served = await serve(introspection=False)
    assert await served.code("{ __schema { types { name } } }") == "GRAPHQL_VALIDATION_FAILED"
    typo = await served.ask("{ helo }")
    assert "hello" not in typo.text
    assert (await served.ask("{ __typename }")).json() == {"data": {"__typename": "Query"}}


async def test_a_large_body_is_refused_whether_it_tells_its_size_or_not(served: Served) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b"x" * 1_024

    for body in (b"x" * 300_000, chunks()):
        answer = await served.http.post(served.url, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def test_a_long_document_is_refused(served: Served) -> None:
    answer = await served.ask("{ hello } #" + "é" * 40_000)
    assert answer.status_code == 413


async def test_large_variables_are_refused(serve: Serve) -> None:
    served = await serve(limits=Limits(http=HttpLimits(variables_bytes=1_000)))
    answer = await served.ask("query($n: String) { hello(name: $n) }", variables={"n": "x" * 2_000})
    assert answer.status_code == 413


async def test_deep_variables_are_refused(served: Served) -> None:
    value: object = 1
    for _ in range(200):
        value = [value]
    answer = await served.ask("{ hello }", variables={"n": value})
    assert answer.status_code == 400


async def test_a_body_that_trickles_is_refused(serve: Serve) -> None:
    served = await serve(limits=Limits(http=HttpLimits(body_seconds=0.1)))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_client_that_leaves_within_its_body_harms_nothing(served: Served) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await served.ask("{ hello }")).status_code == 200


def test_documents_are_parsed_once_and_forgotten_in_turn() -> None:
    documents = Documents(core_schema(schema), replace(Limits(), cached_documents=2))
    first = documents.get("{ hello }")
    documents.get("{ viewer }")
    assert documents.get("{ hello }") is first
    documents.get("{ contextNumber }")
    assert documents.get("{ hello }") is first
    documents.get("{ a: viewer }")
    documents.get("{ b: viewer }")
    assert documents.get("{ hello }") is not first


def test_the_cache_is_bounded_in_text_too() -> None:
    documents = Documents(core_schema(schema), replace(Limits(), cached_document_bytes=100))
    first = documents.get("{ hello } #" + "x" * 60)
    documents.get("{ viewer } #" + "x" * 60)
    assert documents.get("{ hello } #" + "x" * 60) is not first
