"""Root fields made of declarations: who may call them, what their functions get, and what is read anew."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Annotated, Any

import pytest
import strawberry

from errors import InvalidInput, NotFound, Unauthenticated
from graph.ids import new_id
from graph.rows.personal_tokens import TokenScope
from resolvers.context import Context
from resolvers.event_source import EventExecution, EventSource, OutcomeT
from resolvers.global_ids import encode
from schema.inputs import IdOf
from schema.operations import Operation, mutation, public_mutation, public_query, query, root_type, subscription
from schema.payloads import Returned, lookup, returned, viewer_as
from services.accounts.viewer import Viewer

ME, OTHER = new_id(), new_id()
VIEWER = Viewer(ME, 1, datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(slots=True)
class People:
    """A loader of names by id."""

    names: dict[str, str]
    asked: list[Sequence[str]] = field(default_factory=list)

    async def many(self, ids: Sequence[str]) -> list[str | None]:
        self.asked.append(ids)
        return [self.names.get(id_) for id_ in ids]


@dataclass(slots=True)
class FakeContext:
    """What operations use of a context."""

    viewer: Viewer | None = VIEWER
    loaders: Any = field(default_factory=lambda: SimpleNamespace(people=People({ME: "me", OTHER: "other"})))
    forgotten: int = 0
    scopes: list[TokenScope | None] = field(default_factory=list)

    def signed_in(self) -> Viewer:
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

    def check_scope(self, scope: TokenScope | None) -> None:
        self.scopes.append(scope)

    def forget(self) -> None:
        self.forgotten += 1


@public_query(str)
async def hello(context: Context, name: str = "you") -> str:
    """Greet."""
    return f"Hello {name}, {'stranger' if context.viewer is None else 'friend'}"


@query(str)
async def secret(context: Context, viewer: Viewer) -> str:
    """A secret."""
    return viewer.id


def schema(*operations: Operation) -> strawberry.Schema:
    module = ModuleType("domain")
    for number, each in enumerate((hello, secret, *operations)):
        setattr(module, each.field.python_name or f"field{number}", each)
    roots = {each.root for each in operations}
    return strawberry.Schema(
        query=root_type("Query", "Queries.", [module]),
        mutation=root_type("Mutation", "Mutations.", [module]) if "Mutation" in roots else None,
        subscription=root_type("Subscription", "Subscriptions.", [module]) if "Subscription" in roots else None,
    )


async def run(operation: Operation, document: str, context: FakeContext, **variables: object):
    return await schema(operation).execute(document, variables, context_value=context)


def error(result: Any) -> object:
    (found,) = result.errors
    return found.original_error


async def test_a_query_that_needs_a_viewer_is_refused_without_one_and_says_so():
    assert '"""A secret. Needs a viewer."""' in schema().as_str()
    found = await schema().execute("{ hello secret }", context_value=FakeContext(viewer=None))
    assert found.data == {"hello": "Hello you, stranger", "secret": None}
    assert isinstance(error(found), Unauthenticated)
    assert (await schema().execute("{ secret }", context_value=FakeContext())).data == {"secret": ME}


@public_query(str)
async def seen(
    context: Context,
    user_id: Annotated[str, IdOf("User"), "Whom."],
    with_ids: Annotated[Sequence[str], IdOf("Post"), "With what."],
    by_id: Annotated[str | None, IdOf("User"), "By whom."] = None,
) -> str:
    """What is seen."""
    return repr((user_id, list(with_ids), by_id))


async def test_a_query_gets_own_ids():
    post = new_id()
    document = "query($id: ID!, $with: [ID!]!, $by: ID) { seen(userId: $id, withIds: $with, byId: $by) }"
    given = {"id": encode("User", OTHER), "with": [encode("Post", post)], "by": None}
    found = await run(seen, document, FakeContext(viewer=None), **given)
    assert found.data == {"seen": repr((OTHER, [post], None))}
    for name, blamed in (("id", "userId"), ("with", "withIds"), ("by", "byId")):
        wrong = [encode("Picture", post)] if name == "with" else encode("Picture", post)
        refused = error(await run(seen, document, FakeContext(viewer=None), **(given | {name: wrong})))
        assert isinstance(refused, InvalidInput)
        assert refused.field == blamed


@mutation(
    takes="Whom.",
    gives={
        "person": lookup(str, "people", "user_id", "person", "They."),
        "viewer": viewer_as(str, "people", "The viewer."),
        "given": returned(str, "What was given."),
    },
)
async def poke(
    context: Context,
    viewer: Viewer,
    user_id: Annotated[str, IdOf("User"), "Whom."],
    post_ids: Annotated[Sequence[str], IdOf("Post"), "Which posts."] = (),
    answered_id: Annotated[str | None, IdOf("Post"), "What it answers."] = None,
) -> Returned:
    """Poke somebody."""
    assert context.loaders.people.asked == []  # type: ignore[attr-defined]
    return {"given": repr((viewer.id, user_id, list(post_ids), answered_id))}


POKE = "mutation($input: PokeInput!) { poke(input: $input) { person viewer given } }"


async def test_a_mutation_gets_own_ids_and_answers_with_what_is_looked_up_after_it():
    context, post = FakeContext(), new_id()
    given = {"userId": encode("User", OTHER), "postIds": [encode("Post", post)], "answeredId": None}
    found = await run(poke, POKE, context, input=given)
    assert found.data == {"poke": {"person": "other", "viewer": "me", "given": repr((ME, OTHER, [post], None))}}
    assert context.loaders.people.asked == [[OTHER, ME]]
    assert context.forgotten == 1


async def test_an_id_of_another_kind_is_blamed_on_its_field():
    for name, given in (("userId", encode("Post", OTHER)), ("postIds", [encode("User", OTHER)]), ("answeredId", "x")):
        context = FakeContext()
        found = await run(poke, POKE, context, input={"userId": encode("User", OTHER)} | {name: given})
        refused = error(found)
        assert isinstance(refused, InvalidInput)
        assert refused.field == name
        assert context.forgotten == 0


async def test_without_a_viewer_not_even_ids_are_looked_at():
    found = await run(poke, POKE, FakeContext(viewer=None), input={"userId": "nonsense"})
    assert isinstance(error(found), Unauthenticated)


async def test_what_is_gone_after_the_write_is_not_found():
    found = await run(poke, POKE, FakeContext(), input={"userId": encode("User", new_id())})
    assert isinstance(error(found), NotFound)


async def test_a_write_that_fails_is_followed_by_reading_anew_since_it_may_have_happened():
    @mutation(takes="Nothing.", gives={"done": returned(bool, "Whether.")})
    async def fail(context: Context, viewer: Viewer, odd: Annotated[str, "Anything."] = "") -> Returned:
        """Fail."""
        raise NotFound("thing")

    context = FakeContext()
    found = await run(fail, "mutation { fail(input: {}) { done } }", context)
    assert isinstance(error(found), NotFound)
    assert context.forgotten == 1


async def test_a_public_mutation_gets_no_viewer():
    @public_mutation(takes="A name.", gives={"name": returned(str, "The name.")})
    async def enter(context: Context, name: Annotated[str, "The name."]) -> Returned:
        """Enter."""
        return {"name": name}

    found = await run(enter, 'mutation { enter(input: {name: "a"}) { name } }', FakeContext(viewer=None))
    assert found.data == {"enter": {"name": "a"}}


@strawberry.input(description="A patch.")
class PatchThingInput:
    note: str | None = strawberry.field(default=strawberry.UNSET, description="A note.")
    picture_id: Annotated[strawberry.ID | None, IdOf("Picture")] = strawberry.field(default=strawberry.UNSET, description="One.")
    loud: bool | None = strawberry.field(default=None, description="Null is as good as absent.")


@mutation(takes=PatchThingInput, gives={"changes": returned(str, "The changes.")})
async def patch_thing(context: Context, viewer: Viewer, changes: Mapping[str, Any]) -> Returned:
    """Change a thing."""
    return {"changes": repr(dict(changes))}


async def test_a_patch_has_what_is_not_as_by_default():
    picture = new_id()
    document = "mutation($input: PatchThingInput!) { patchThing(input: $input) { changes } }"
    for given, changes in (
        ({}, {}),
        ({"note": None, "loud": None}, {"note": None}),
        ({"pictureId": encode("Picture", picture), "loud": False}, {"picture_id": picture, "loud": False}),
        ({"pictureId": None}, {"picture_id": None}),
    ):
        found = await run(patch_thing, document, FakeContext(), input=given)
        assert found.data == {"patchThing": {"changes": repr(changes)}}


async def test_a_subscription_needs_a_viewer_and_closes_its_source():
    closed: list[bool] = []

    @dataclass
    class Ticks:
        viewer: Viewer

        async def __aiter__(self) -> AsyncGenerator[str, None]:
            try:
                yield self.viewer.id
                yield "never asked for"
            finally:
                closed.append(True)

        async def outcomes(self, execution: EventExecution[OutcomeT]) -> AsyncGenerator[Sequence[OutcomeT], None]:
            yield [await execution.run(FakeContext(), self.viewer.id)]

    @subscription(str, name="ticks")
    def tick_events(context: Context, viewer: Viewer) -> EventSource:
        """Ticks."""
        return Ticks(viewer)

    ticking = schema(tick_events)
    events: Any = await ticking.subscribe("subscription { ticks }", context_value=FakeContext())
    assert (await anext(events)).data == {"ticks": ME}
    await events.aclose()
    assert closed == [True]
    refused: Any = await ticking.subscribe("subscription { ticks }", context_value=FakeContext(viewer=None))
    assert isinstance(error(await anext(refused)), Unauthenticated)


def test_a_parameter_without_a_description_is_refused():
    with pytest.raises(TypeError, match="OddInput: odd has no description"):

        @mutation(takes="Something.", gives={"done": returned(bool, "Whether.")})
        async def odd(context: Context, viewer: Viewer, odd: str) -> Returned:
            """Do it."""


def test_a_function_without_a_description_is_refused():
    with pytest.raises(TypeError, match="bare has no docstring"):

        @query(str)
        async def bare(context: Context, viewer: Viewer) -> str:
            return ""
