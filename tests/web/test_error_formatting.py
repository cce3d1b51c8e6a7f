"""What clients are told about errors, and what the log is told."""

import pytest
from structlog.testing import capture_logs

from errors import QueryTooExpensive
from tests.web.conftest import Serve, Served
from tests.web.toy import ToyContext
from web.documents import Operation


async def test_an_error_on_purpose_keeps_its_message_and_code(served: Served) -> None:
    with capture_logs() as lines:
        answer = (await served.ask("{ hello missing }")).json()
    assert answer["data"] == {"hello": "hello world", "missing": None}
    error = answer["errors"][0]
    assert error["message"] == "There is no such post."
    assert error["path"] == ["missing"]
    assert error["extensions"] == {"code": "NOT_FOUND"}
    assert [line for line in lines if line["event"] != "request"] == []


async def test_a_defect_is_masked_and_logged_without_what_the_client_sent(served: Served) -> None:
    with capture_logs() as lines:
        answer = await served.ask("query($s: String!) { broken(secret: $s) }", variables={"s": "hunter2"})
    error = answer.json()["errors"][0]
    assert error["message"] == "Something went wrong on our side."
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["path"] == ["broken"]
    line = next(line for line in lines if line["event"] == "incident")
    assert line["incident"] == error["extensions"]["incident"]
    assert line["log_level"] == "error"
    assert "toy.py" in line["traceback"]
    assert "ValueError" in line["traceback"]
    assert "hunter2" not in str(lines)


async def test_development_shows_messages_in_the_log(serve: Serve) -> None:
    served = await serve(show_incidents=True)
    with capture_logs() as lines:
        await served.ask('{ broken(secret: "visible") }')
    assert "no visible" in str(lines)


async def test_null_where_none_may_be_is_our_defect(served: Served) -> None:
    answer = await served.ask("{ brokenType }", accept="application/graphql-response+json")
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query($n: Int!) { wish(wish: {size: $n}) }"])
async def test_mistakes_of_clients_are_not_logged_as_ours(served: Served, query: str) -> None:
    with capture_logs() as lines:
        await served.ask(query)
    assert {line["log_level"] for line in lines} <= {"info"}


async def test_a_defect_before_execution_is_masked_too(served: Served) -> None:
    with capture_logs() as lines:
        answer = await served.http.post(
            served.url, json={"query": "{ hello }"}, headers={"authorization": "Bearer broken"}
        )
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in str(lines)


async def test_a_price_can_refuse_an_operation_before_it_runs(serve: Serve) -> None:
    async def admit(operation: Operation, _context: ToyContext) -> None:
        if operation.name == "Costly":
            raise QueryTooExpensive(12_000, 10_000)

    served = await serve(admit=admit)
    (refused,) = (await served.ask("query Costly { hello }")).json()["errors"]
    assert refused["extensions"] == {"code": "QUERY_TOO_EXPENSIVE", "price": 12_000, "maximum": 10_000}
    assert "12,000" in refused["message"]
    assert (await served.ask("query Cheap { hello }")).json() == {"data": {"hello": "hello world"}}
