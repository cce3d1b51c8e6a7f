"""An operation that costs too much is refused alike over every transport, before anything runs."""

import json

import pytest

from errors import QueryTooExpensive
from execution.admission import Admission
from execution.costs import Costs
from tests.web.conftest import Serve, Served
from tests.web.socket_clients import hear, introduce, say
from tests.web.test_streams import events, opened
from tests.web.toy import schema
from web.execution import core_schema

TWICE = "{ a: hello b: hello }"
STREAM = "subscription { count(to: 2) { number } }"
REFUSED = {"code": "QUERY_TOO_EXPENSIVE", "price": 10, "maximum": 9}


def admission(maximum: int) -> Admission:
    return Admission(Costs(core_schema(schema), longest_page=100), maximum, QueryTooExpensive)


@pytest.fixture
async def served(serve: Serve) -> Served:
    return await serve(admit=admission(9).admit)


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
async def test_over_http(served: Served, accept: str, status: int) -> None:
    answer = await served.ask(TWICE, accept=accept)
    assert answer.status_code == status
    assert [error["extensions"] for error in answer.json()["errors"]] == [REFUSED]
    assert "data" not in answer.json()
    assert (await served.ask("{ hello }")).json() == {"data": {"hello": "hello world"}}


async def test_over_server_sent_events(serve: Serve, served: Served) -> None:
    async with opened(served, TWICE) as stream:
        (answer,) = await events(stream)
    assert answer["errors"][0]["extensions"] == REFUSED
    async with opened(served, STREAM) as stream:
        assert len(await events(stream)) == 2
    strict = await serve(admit=admission(4).admit)
    async with opened(strict, STREAM) as stream:
        assert "QUERY_TOO_EXPENSIVE" in json.dumps(await events(stream))


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_the_price_is_shown_when_a_header_asks_for_it(serve: Serve, accept: str) -> None:
    known = admission(9)
    served = await serve(admit=known.admit, price=known.price)
    answers = [
        (await served.http.post(served.url, json={"query": text}, headers={"accept": accept, "x-show-price": "1"})).json()
        for text in ("{ hello }", "{ missing }", TWICE)
    ]
    assert [answer["extensions"] for answer in answers] == [{"price": 5}, {"price": 5}, {"price": 10}]
    assert answers[0]["data"] == {"hello": "hello world"}
    assert answers[2]["errors"][0]["extensions"] == REFUSED
    assert "extensions" not in (await served.ask("{ hello }")).json()
    for value in ("0", "false", ""):
        headers = {"accept": accept, "x-show-price": value}
        unasked = await served.http.post(served.url, json={"query": "{ hello }"}, headers=headers)
        assert "extensions" not in unasked.json()


async def test_each_result_of_a_stream_has_the_price_when_a_header_asks_for_it(serve: Serve) -> None:
    known = admission(9)
    served = await serve(admit=known.admit, price=known.price)
    shown = []
    for text in ("{ hello }", TWICE, STREAM):
        async with opened(served, text, **{"x-show-price": "1"}) as stream:
            shown.append([(result.get("data"), result["extensions"]) for result in await events(stream)])
    numbers = [({"count": {"number": number}}, {"price": 5}) for number in (1, 2)]
    assert shown == [[({"hello": "hello world"}, {"price": 5})], [(None, {"price": 10})], numbers]
    async with opened(served, "{ hello }") as stream:
        assert "extensions" not in (await events(stream))[0]


async def test_over_a_websocket(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query=TWICE)
        message = await hear(socket)
    assert (message["type"], message["payload"][0]["extensions"]) == ("error", REFUSED)
