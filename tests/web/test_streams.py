"""GraphQL over server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.web.conftest import SHORT, Serve, Served
from tests.web.stream_clients import ACCEPTED, stream_of
from tests.web.toy import ToyContext
from web.limits import Limits

EVENTS = {"accept": "text/event-stream"}


@asynccontextmanager
async def opened(served: Served, query: str, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    async with served.http.stream("POST", served.url, json={"query": query}, headers={**EVENTS, **headers}) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield blocks(response)


async def blocks(response: httpx.Response) -> AsyncIterator[str]:
    """Give each block of the stream as it is, comments included."""
    text = ""
    async for part in response.aiter_text():
        text += part
        while "\n\n" in text:
            block, text = text.split("\n\n", 1)
            yield block


async def events(stream: AsyncIterator[str]) -> list[Any]:
    """Give the results until the end; the last must be a complete."""
    found = [block async for block in stream if not block.startswith(":")]
    assert found[-1] == "event: complete\ndata:"
    assert all(block.startswith("event: next\ndata: ") for block in found[:-1])
    return [json.loads(block.removeprefix("event: next\ndata: ")) for block in found[:-1]]


async def test_a_subscription_sends_its_events_and_ends(served: Served) -> None:
    async with opened(served, "subscription { count(to: 2) { number } }") as stream:
        assert await events(stream) == [{"data": {"count": {"number": 1}}}, {"data": {"count": {"number": 2}}}]


async def test_a_subscription_can_be_opened_by_get_as_event_source_does(served: Served) -> None:
    params = {"query": "subscription { count(to: 1) { number } }"}
    async with served.http.stream("GET", served.url, params=params, headers=EVENTS) as response:
        assert await events(blocks(response)) == [{"data": {"count": {"number": 1}}}]


async def test_a_query_and_a_mutation_are_streams_of_one(served: Served) -> None:
    async with opened(served, "{ viewer }", authorization="Bearer ana") as stream:
        assert await events(stream) == [{"data": {"viewer": "ana"}}]
    async with opened(served, "mutation { add(number: 1) }") as stream:
        assert await events(stream) == [{"data": {"add": 2}}]


async def test_a_mutation_by_get_is_refused(served: Served) -> None:
    answer = await served.http.get(served.url, params={"query": "mutation { add(number: 1) }"}, headers=EVENTS)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($n: Int!) { count(to: $n) { number } }", "INVALID_INPUT"),
        ("subscription { failing }", "NOT_FOUND"),
    ],
)
async def test_what_does_not_run_is_told_as_a_result(served: Served, query: str, code: str) -> None:
    async with opened(served, query) as stream:
        (result,) = await events(stream)
    assert result["errors"][0]["extensions"]["code"] == code


async def test_a_stream_that_fails_on_the_way_says_so_and_ends(served: Served) -> None:
    async with opened(served, "subscription { failing(late: true) }") as stream:
        first, last = await events(stream)
    assert first == {"data": {"failing": "one"}}
    assert last["errors"][0]["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        (None, 406, "NOT_ACCEPTABLE"), ("ana", 406, "NOT_ACCEPTABLE"), ("bad", 401, "UNAUTHENTICATED"),
        ("busy", 429, "RATE_LIMITED"),
    ],
)
async def test_a_subscription_wants_a_stream_and_a_good_token_first(
    served: Served, token: str | None, status: int, code: str
) -> None:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = await served.http.post(served.url, json={"query": "subscription { count(to: 1) { number } }"}, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_silence_is_filled_with_comments(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, ping_seconds=0.1)))
    async with opened(served, "subscription { forever { number } }") as stream:
        assert (await anext(stream)).startswith("event: next")
        assert await asyncio.wait_for(anext(stream), 5) == ":"


async def test_a_client_that_goes_away_ends_its_subscription(served: Served) -> None:
    async with opened(served, "subscription { forever { number } }") as stream:
        await anext(stream)
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)


async def test_a_client_that_does_not_read_is_cut(served: Served) -> None:
    port = served.port
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_024)
    body = json.dumps({"query": "subscription { flood }"}).encode()
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    await asyncio.wait_for(served.toy.cancelled.wait(), 20)
    writer.close()


async def test_what_opens_the_context_of_a_stream_ends_with_its_request(served: Served) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def opening() -> ToyContext:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    opened = asyncio.create_task(served.web.endpoint.streams._opened(opening))
    await begun.wait()
    opened.cancel()
    await asyncio.wait([opened])
    assert ended.is_set()


@pytest.mark.parametrize("form", ACCEPTED)
async def test_a_stream_for_which_it_is_too_early_has_a_status_and_a_time_to_come_back_after(served: Served, form: str) -> None:
    headers = {"accept": ACCEPTED[form], "authorization": "Bearer busy"}
    answer = await served.http.post(served.url, json={"query": "subscription { forever { number } }"}, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 7}


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize(
    ("query", "code"), [("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"), ("subscription { failing }", "NOT_FOUND")]
)
async def test_both_forms_tell_what_does_not_run_as_a_result(served: Served, form: str, query: str, code: str) -> None:
    async with stream_of(served, form, query) as stream:
        told = await stream.rest()
    assert (told.status, told.codes, told.results, told.complete) == (200, [code], [], True)


@pytest.mark.parametrize("form", ACCEPTED)
async def test_both_forms_carry_the_same_results(served: Served, form: str) -> None:
    async with stream_of(served, form, "subscription { count(to: 2) { number } }") as stream:
        told = await stream.rest()
    assert told.results == [{"count": {"number": 1}}, {"count": {"number": 2}}]
    assert told.complete


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json;q=0.9", "multipart/mixed"),
        ('multipart/mixed; subscriptionSpec="1.0"', "multipart/mixed"),
        ("text/event-stream, multipart/mixed", "text/event-stream"),
        ("multipart/mixed;deferSpec=20220824, application/json", "application/json"),
    ],
)
async def test_only_the_protocol_for_subscriptions_is_multipart(served: Served, accept: str, type_: str) -> None:
    answer = await served.http.post(served.url, json={"query": "{ hello }"}, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(type_)
