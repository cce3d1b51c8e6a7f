"""What an executor has to do, and what the one by graphql-core does."""

from collections.abc import AsyncGenerator, Sequence

import pytest
import strawberry
from strawberry.extensions import SchemaExtension

from tests.web.conftest import Serve, Served
from tests.web.test_streams import events, opened
from tests.web.toy import Query, ToyContext
from web.documents import Operation
from web.execution import CoreExecutor, Outcome


class Canned:
    """An executor that writes its answers itself."""

    async def execute(self, _operation: Operation, context: ToyContext, /) -> Outcome:
        return Outcome(None, json=b'{"data":{"canned":"%s"}}' % str(context.viewer).encode())

    async def subscribe(self, _operation: Operation, _context: ToyContext, /) -> AsyncGenerator[Sequence[Outcome]] | Outcome:
        async def answers() -> AsyncGenerator[Sequence[Outcome]]:
            yield [Outcome(None, json=b'{"data":{"canned":%d}}' % number) for number in (1, 2)]

        return answers()


async def test_another_executor_can_take_over_and_write_the_response(serve: Serve) -> None:
    served = await serve(executor=Canned())
    assert (await served.ask("{ hello }")).text == '{"data":{"canned":"None"}}'
    async with opened(served, "subscription { forever { number } }") as stream:
        assert await events(stream) == [{"data": {"canned": 1}}, {"data": {"canned": 2}}]


def test_extensions_that_would_not_run_are_refused() -> None:
    class Tracing(SchemaExtension):
        pass

    with pytest.raises(ValueError, match="Tracing"):
        CoreExecutor(strawberry.Schema(Query, extensions=[Tracing]))


async def test_each_event_of_a_stream_has_a_context_of_its_own(served: Served) -> None:
    async with opened(served, "subscription { count(to: 3) { contextNumber } }") as stream:
        numbers = {event["data"]["count"]["contextNumber"] for event in await events(stream)}
    assert len(numbers) == 3


async def test_a_null_that_only_running_finds_is_the_clients_mistake(served: Served) -> None:
    query = 'query($n: String = "x") { hello(name: $n) }'
    assert await served.code(query, variables={"n": None}) == "INVALID_INPUT"


async def test_an_error_of_graphql_with_a_code_keeps_it(served: Served) -> None:
    error = (await served.ask("{ coded }")).json()["errors"][0]
    assert (error["message"], error["extensions"]) == ("No.", {"code": "CUSTOM"})
