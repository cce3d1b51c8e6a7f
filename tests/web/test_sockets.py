"""GraphQL over WebSocket."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
import websockets
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport

from tests.web.conftest import SHORT, Serve, Served
from tests.web.socket_clients import closed_with, hear, introduce, say
from web.limits import Limits
from web.persisted import sha256_of
from web.trusted import TrustedDocuments


async def test_a_subscription_sends_its_events_and_ends(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { count(to: 2) { number } }")
        assert await hear(socket) == {"type": "next", "id": "1", "payload": {"data": {"count": {"number": 1}}}}
        assert await hear(socket) == {"type": "next", "id": "1", "payload": {"data": {"count": {"number": 2}}}}
        assert await hear(socket) == {"type": "complete", "id": "1"}


async def test_queries_and_mutations_run_over_a_socket(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        await say(socket, "subscribe", "q", query="query($n: String) { hello(name: $n) viewer }", variables={"n": "x"})
        assert (await hear(socket))["payload"] == {"data": {"hello": "hello x", "viewer": "ana"}}
        assert await hear(socket) == {"type": "complete", "id": "q"}
        await say(socket, "subscribe", "q", query="mutation { add(number: 1) }")
        assert (await hear(socket))["payload"] == {"data": {"add": 2}}


async def test_each_operation_and_each_event_has_a_context_of_its_own(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { count(to: 3) { contextNumber } }")
        numbers = {(await hear(socket))["payload"]["data"]["count"]["contextNumber"] for _ in range(3)}
        assert len(numbers) == 3


async def test_gql_the_python_client_works(served: Served) -> None:
    transport = WebsocketsTransport(url=served.url.replace("http", "ws"), init_payload={"authorization": "Bearer ana"})
    async with Client(transport=transport) as session:
        events = [event async for event in session.subscribe(gql("subscription { count(to: 2) { number } }"))]
        assert [event["count"]["number"] for event in events] == [1, 2]
        assert await session.execute(gql("{ viewer }")) == {"viewer": "ana"}


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ("", "must read"), ("Bearer", "must read"), ("ana", "must read"), (5, "must be a text"), (False, "must be a text"),
        (["Bearer ana"], "must be a text"), ({"token": "Bearer ana"}, "must be a text"),
    ],
)
async def test_a_malformed_credential_closes_the_socket_with_the_reason(
    served: Served, name: str, sent: object, reason: str
) -> None:
    async with served.socket() as socket:
        await socket.send(json.dumps({"type": "connection_init", "payload": {name: sent}}))
        assert await closed_with(socket) == 4403
        assert reason in socket.close_reason


@pytest.mark.parametrize(
    ("payload", "viewer"),
    [
        ({"authorization": "Bearer ana"}, "ana"), ({"Authorization": "bearer ana"}, "ana"),
        ({"authorization": None, "Authorization": "Bearer ana"}, "ana"),
        ({"authorization": None}, None), ({"headers": {"authorization": "Bearer ana"}}, None),
    ],
)
async def test_a_credential_has_two_spellings_and_null_is_none(
    served: Served, payload: dict[str, Any], viewer: str | None
) -> None:
    async with served.socket() as socket:
        await introduce(socket, **payload)
        await say(socket, "subscribe", "1", query="{ viewer }")
        assert (await hear(socket))["payload"] == {"data": {"viewer": viewer}}


async def test_half_a_character_refuses_its_operation_and_leaves_the_others(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
        await say(socket, "subscribe", "2", query="query ($n: String) { hello(name: $n) }", variables={"n": "x\ud83d"})
        refused = await hear(socket)
        while refused["id"] != "2":
            refused = await hear(socket)
        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "n"}
        await say(socket, "subscribe", "2\ud83d", query="{ hello }")
        assert await closed_with(socket) == 4400


@pytest.mark.parametrize(("credential", "code"), [("bad", 4403), ("busy", 1013), ("broken", 4500)])
async def test_a_refused_credential_closes_the_socket(served: Served, credential: str, code: int) -> None:
    async with served.socket() as socket:
        await say(socket, "connection_init", authorization=f"Bearer {credential}")
        assert await closed_with(socket) == code


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["x"], 4400),
        (["[1]"], 4400),
        (['"type"'], 4400),
        (["{}"], 4400),
        (['{"type": 1}'], 4400),
        (['{"type": "connection_init", "payload": 1}'], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}'], 4401),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init"}', '{"type": "subscribe", "payload": {}}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": [1], "payload": {}}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": "1", "payload": []}'], 4400),
        ([b'{"type": "connection_init"}'], 4400),
    ],
)
async def test_messages_out_of_protocol_close_the_socket(
    served: Served, messages: list[str | bytes], code: int
) -> None:
    async with served.socket() as socket:
        for message in messages:
            await socket.send(message)
        assert await closed_with(socket) == code


async def test_an_id_in_use_closes_the_socket(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
        await say(socket, "subscribe", "1", query="{ hello }")
        assert await closed_with(socket) == 4409
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)


async def test_silence_instead_of_an_introduction_closes_the_socket(served: Served) -> None:
    async with served.socket() as socket:
        await say(socket, "ping")
        assert await hear(socket) == {"type": "pong"}
        assert await closed_with(socket) == 4408


async def test_a_socket_of_no_or_another_subprotocol_is_closed(served: Served) -> None:
    for subprotocols in (None, ["graphql-ws"]):
        async with served.socket(subprotocols=subprotocols) as socket:
            assert await closed_with(socket) == 4406


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": 1}, "BAD_REQUEST"),
        ({"query": "{ hello }", "variables": []}, "BAD_REQUEST"),
        ({"x": 1}, "BAD_REQUEST"),
        ({"query": "{ a }", "operationName": "X"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query A { hello }", "operationName": "X"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query($n: Int!) { wish(wish: {size: $n}) }"}, "INVALID_INPUT"),
        ({"query": "{ me { " + "name " * 500 + "} }"}, "QUERY_TOO_EXPENSIVE"),
        ({"query": "subscription { failing }"}, "NOT_FOUND"),
    ],
)
async def test_an_operation_that_does_not_run_ends_in_an_error(served: Served, payload: Any, code: str) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", **payload)
        message = await hear(socket)
        assert (message["type"], message["id"]) == ("error", "1")
        assert message["payload"][0]["extensions"]["code"] == code
        await say(socket, "subscribe", "1", query="{ hello }")
        assert (await hear(socket))["type"] == "next"


async def test_a_defect_within_a_stream_is_masked(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { exploding }")
        assert (await hear(socket))["payload"] == {"data": {"exploding": "one"}}
        assert (await hear(socket))["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert await hear(socket) == {"type": "complete", "id": "1"}


async def test_persisted_and_trusted_documents_work_over_a_socket(serve: Serve) -> None:
    served = await serve(trusted_documents=TrustedDocuments({"doc": "{ viewer }"}))
    entry = {"persistedQuery": {"version": 1, "sha256Hash": sha256_of("{ hello }")}}
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", extensions=entry)
        assert (await hear(socket))["payload"][0]["message"] == "PersistedQueryNotFound"
        for payload in ({"query": "{ hello }", "extensions": entry}, {"extensions": entry}, {"documentId": "doc"}):
            await say(socket, "subscribe", "1", **payload)
            assert "data" in (await hear(socket))["payload"]
            assert (await hear(socket))["type"] == "complete"


async def test_completing_cancels_the_subscription_and_frees_its_id(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
        await say(socket, "complete", "1")
        await say(socket, "complete", "never seen")
        await asyncio.wait_for(served.toy.cancelled.wait(), 5)
        await say(socket, "subscribe", "1", query="{ hello }")
        assert (await hear(socket))["payload"] == {"data": {"hello": "hello world"}}


async def test_a_client_that_goes_away_ends_its_subscriptions(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)


async def test_operations_on_a_socket_are_bounded(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, operations=2)))
    async with served.socket() as socket:
        await introduce(socket)
        for identifier in "abc":
            await say(socket, "subscribe", identifier, query="subscription { forever { number } }")
        kinds = [await hear(socket) for _ in range(3)]
        refused = next(message for message in kinds if message["type"] == "error")
        assert refused["id"] == "c"
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


async def test_a_giant_message_closes_the_socket(served: Served) -> None:
    async with served.socket(max_size=None) as socket:
        await introduce(socket)
        await socket.send("x" * 300_000)
        assert await closed_with(socket) == 1009


async def test_a_client_that_does_not_read_is_cut_and_told_to_resume(served: Served) -> None:
    async with served.socket(max_size=None, max_queue=1) as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { flood }")
        # The client library stops reading the socket once its queue of one is full.
        await asyncio.wait_for(served.toy.cancelled.wait(), 20)
        assert await closed_with(socket) == 4499


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "https://app.example.evil"])
async def test_pages_of_other_origins_may_not_connect(serve: Serve, origin: str) -> None:
    served = await serve(allowed_origins=["https://app.example"])
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with served.socket(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_a_page_of_plain_http_is_none_of_our_own_where_we_are_reached_by_https(serve: Serve) -> None:
    served = await serve(https=True)
    with pytest.raises(websockets.InvalidStatus):
        async with served.socket(origin=served.address):
            pass
    async with served.socket(origin=served.address.replace("http:", "https:")) as socket:
        await introduce(socket)


async def test_pages_of_our_own_and_of_allowed_origins_may_connect(serve: Serve) -> None:
    served = await serve(allowed_origins=["https://app.example"])
    for origin in (served.address, "https://app.example", "https://APP.example:443"):
        async with served.socket(origin=origin) as socket:
            await introduce(socket)
