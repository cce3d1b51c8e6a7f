"""Fields that are declared as calls: their functions are called as they are, where nothing would stand in between."""

import strawberry
from strawberry.extensions import FieldExtension

from execution.declarations import HOW, Call, RowsOf
from execution.direct_call import DirectCall
from tests.execution.pair import Pair
from tests.execution.toy import ToyContext, schema, small_world
from web.execution import core_schema

CALLED = '{ people(first: 2) { called(howOften: 2, ending: null) calledBack(times: "x") again: called(atAll: false) } }'


class Nothing(FieldExtension):
    def resolve(self, next_, source, info, **kwargs):
        return next_(source, info, **kwargs)


@strawberry.input
class Given:
    text: str


def plain(some_text: str | None = None, many: int = 1) -> str:
    return f"{some_text}{many}"


def with_nothing() -> str:
    return ""


def with_input(given: Given) -> str:
    return given.text


def with_list(given: list[str]) -> str:
    return "".join(given)


def with_maybe(given: strawberry.Maybe[str]) -> str:
    return repr(given)


CALL: dict[object, object] = {HOW: Call()}


@strawberry.type
class Fields:
    plain: str = strawberry.field(resolver=plain, metadata=CALL)
    not_declared: str = strawberry.field(resolver=with_nothing)
    extended: str = strawberry.field(resolver=with_nothing, metadata=CALL, extensions=[Nothing()])
    with_input: str = strawberry.field(resolver=with_input, metadata=CALL)
    with_list: str = strawberry.field(resolver=with_list, metadata=CALL)
    with_maybe: str = strawberry.field(resolver=with_maybe, metadata=CALL)


FIELDS = core_schema(strawberry.Schema(Fields)).type_map["Fields"].fields  # type: ignore[attr-defined]  # an object type


def test_only_plain_calls_are_called_as_they_are():
    assert {name for name, field in FIELDS.items() if DirectCall.of(field)} == {"plain"}


def test_arguments_are_named_as_the_function_names_them():
    direct = DirectCall.of(FIELDS["plain"])
    assert direct is not None
    assert direct.names == {"someText": "some_text", "many": "many"}


async def test_the_function_gets_its_row_its_arguments_and_all_of_info(pair):
    core, compiled = await pair.both(CALLED, None, lambda: ToyContext(small_world()))
    assert core == compiled
    assert b"called Person 0None" in compiled["json"]
    assert b"Person 0 x" in compiled["json"]
    assert pair.ways() == {"compiled": 1}


async def test_a_call_that_fails_is_reported_by_graphql_core_and_not_made_again(pair):
    def failing():
        world = small_world()
        world.failing.add("called")
        return ToyContext(world)

    core, compiled = await pair.both(CALLED, None, failing)
    assert core == compiled
    assert pair.ways() == {"bailed_out": 1}


async def test_what_parents_share_is_made_once():
    pair, made = Pair(schema), []
    world = small_world()

    class Counting(str):
        __slots__ = ()

        def upper(self):
            made.append(self)
            return super().upper()

    for each in world.people.values():
        each.best_id = "p1"
    world.people["p1"].name = Counting("Ana")
    outcome = await pair.compiled.execute(pair.operation("{ people(first: 4) { best { loud } } }"), ToyContext(world))
    assert outcome.json == b'{"data":{"people":[' + b",".join([b'{"best":{"loud":"ANA"}}'] * 4) + b"]}}"
    assert len(made) == 1


def test_rows_of_a_class_and_below_it_are_of_the_type():
    class Below(str):
        __slots__ = ()

    assert [RowsOf(str)(each, None) for each in ("a", Below("b"), 1, None)] == [True, True, False, False]
