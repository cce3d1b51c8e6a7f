"""Errors of variables and literals say where and what type, and never what was sent."""

from typing import Any

import pytest
from graphql import GraphQLError, build_schema, execute_sync, parse, validate
from graphql.language import OperationDefinitionNode

from tests.web.conftest import Serve, Served
from tests.web.executors import executor_of
from tests.web.socket_clients import hear, introduce, say
from web.input_errors import ValuesOfTheirType, is_argument_error, variable_errors

SECRET = "hunter2"
DIGITS = "9" * 5_000
QUERY = "query($wish: Wish!) { wish(wish: $wish) }"
WISH = {"size": SECRET, "note": SECRET}
SCHEMA = build_schema("""
    enum Colour { RED }
    input Inner { number: Int!, colours: [Colour!], deeper: [Inner!] }
    input Either @oneOf { a: Int, b: Int }
    type Query { ask(inner: Inner, inners: [Inner!], either: Either, number: Int, id: ID): Int }
""")


@pytest.mark.parametrize("executor", ["core", "compiled", "forced"])
async def test_the_answer_names_the_place_and_the_type_over_http(serve: Serve, executor: Any) -> None:
    served = await serve(executor=executor_of(executor))
    for _ in range(3):  # the compiled executor knows the operation from the second request on
        answer = await served.ask(QUERY, variables={"wish": WISH})
        (error,) = answer.json()["errors"]
        assert error["message"] == 'Variable "$wish" does not fit at "wish.size": expected a value of type "Int!".'
        assert error["extensions"] == {"code": "INVALID_INPUT"}
        assert SECRET not in answer.text


async def test_the_same_holds_over_sockets_and_streams(served: Served) -> None:
    query = "subscription($to: Int!) { count(to: $to) { number } }"
    async with served.socket() as socket:
        await introduce(socket)
        for document, variables in ((QUERY, {"wish": WISH}), (query, {"to": SECRET})):
            await say(socket, "subscribe", "1", query=document, variables=variables)
            told = str(await hear(socket))
            assert "expected a value of type" in told
            assert SECRET not in told
    answer = await served.ask(query, accept="text/event-stream", variables={"to": SECRET})
    assert "expected a value of type" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        f'{{ wish(wish: {{size: "{SECRET}", note: "{SECRET}"}}) }}',
        f'{{ wish(wish: {{note: "{SECRET}"}}) }}',
        f'{{ wish(wish: "{SECRET}") }}',
        f'query($n: Int = "{SECRET}") {{ hello(name: $n) }}',
        f'{{ hello "{SECRET}" }}',
        f'{{ hello """{SECRET}" {SECRET}""" }}',
        f'{{ hello(name: "{SECRET}" ) "{SECRET}\\"{SECRET}" }}',
    ],
)
async def test_documents_are_refused_without_their_values(served: Served, query: str) -> None:
    answer = await served.ask(query)
    assert answer.json()["errors"]
    assert SECRET not in answer.text


async def test_a_literal_that_only_running_refuses_is_not_quoted(served: Served) -> None:
    query = f'query($n: Int = 1) {{ wish(wish: {{size: $n, note: "{SECRET}"}}) }}'
    answer = await served.ask(query, variables={"n": None})
    assert answer.json()["errors"][0]["extensions"] == {"code": "INVALID_INPUT"}
    assert SECRET not in answer.text


def test_only_refused_arguments_are_told_from_other_errors_of_a_field() -> None:
    def fail(*_: object, **_arguments: object) -> int:
        raise GraphQLError("Argument 'number' is not to my liking")

    schema = build_schema("type Query { ask(number: Int! = 1): Int }")
    schema.query_type.fields["ask"].resolve = fail  # type: ignore[union-attr]
    query = parse("query($n: Int = 1) { ask(number: $n) }")
    for given, expected in (({"n": None}, True), ({"n": 1}, False)):
        (error,) = execute_sync(schema, query, variable_values=given).errors or [GraphQLError("none")]
        assert error.message.startswith("Argument 'number'")
        assert is_argument_error(error) is expected


@pytest.mark.parametrize("query", [f"{{ wish(wish: {{size: {DIGITS}}}) }}", f"{{ hello(name: {DIGITS}) }}", f"{{ a {DIGITS} }}"])
async def test_a_number_without_end_is_not_quoted(served: Served, query: str) -> None:
    answer = await served.ask(query)
    assert answer.json()["errors"]
    assert len(answer.content) < 1_000


def wrong(type_: str, **variables: object) -> list[str]:
    """Give the messages for a variable `x` of a type."""
    (node,) = parse(f"query($x: {type_}) {{ ask(number: 1) }}").definitions
    assert isinstance(node, OperationDefinitionNode)
    return [error.message for error in variable_errors(SCHEMA, node, variables)]


@pytest.mark.parametrize(
    ("type_", "variables", "message"),
    [
        ("Int!", {}, 'Variable "$x" is required: expected a value of type "Int!".'),
        ("Int!", {"x": None}, 'Variable "$x" does not fit at "x": expected a value of type "Int!".'),
        ("[Int!]", {"x": [1, SECRET]}, 'Variable "$x" does not fit at "x[1]": expected a value of type "Int!".'),
        ("[Inner!]", {"x": {"number": SECRET}}, 'Variable "$x" does not fit at "x.number": expected a value of type "Int!".'),
        (
            "Inner",
            {"x": {"number": 1, "deeper": [{"number": 1, "colours": ["RED", SECRET]}]}},
            'Variable "$x" does not fit at "x.deeper[0].colours[1]": expected a value of type "Colour!".',
        ),
        (
            "Inner",
            {"x": {"nummer": SECRET, "my secret": 1}},
            (
                'Variable "$x" does not fit at "x": expected a value of type "Inner", which requires "number" '
                'and has no field "nummer".'
            ),
        ),
        (
            "Either",
            {"x": {"a": 1, "b": 2}},
            (
                'Variable "$x" does not fit at "x": expected a value of type "Either", '
                "which takes exactly one field that is not null."
            ),
        ),
        ("Int", {"x": 1}, "The variables do not fit the operation."),
    ],
)
def test_each_mistake_is_named_once(type_: str, variables: dict[str, object], message: str) -> None:
    assert wrong(type_, **variables) == [message]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (f'number: "{SECRET}"', 'A value does not fit: expected a value of type "Int".'),
        ("number: RED", 'A value does not fit: expected a value of type "Int".'),
        ('inner: {number: 1, colours: ["x"]}', 'The value at "colours[0]" does not fit: expected a value of type "Colour!".'),
        ("inners: [{}]", 'The value at "[0]" does not fit: expected a value of type "Inner!", which requires "number".'),
        ("inner: {number: 1, x: 2}", 'A value does not fit: expected a value of type "Inner", which has no field "x".'),
        ("id: 1.5", 'A value does not fit: expected a value of type "ID".'),
    ],
)
def test_each_mistake_in_a_document_is_named_once(arguments: str, message: str) -> None:
    errors: list[GraphQLError] = validate(SCHEMA, parse(f"{{ ask({arguments}) }}"), [ValuesOfTheirType])
    assert [error.message for error in errors] == [message]
    assert errors[0].locations
