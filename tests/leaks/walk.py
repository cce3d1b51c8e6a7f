"""Walking all ways through the product as somebody, and what of it should never have been told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import Any

import orjson
from graphql import GraphQLInputType, GraphQLList, GraphQLNonNull, get_named_type, get_nullable_type

from resolvers.context import Context
from schema.build import build_schema
from tests.execution.pair import Pair
from tests.leaks.answers import Lists, counts, first_cursor, holds_entity, read
from tests.leaks.paths import COMPILED, Made, queries
from tests.leaks.table import ASKED, COUNTS_SEEN_BY, EDGES_SEEN_BY, NOBODY, SEEN_BY, TOLD_ON
from tests.leaks.world import EVERYBODY, World
from web.execution import Outcome, core_schema

FIRST = {False: 20, True: 4}
"""Items of a page: near, more than any list has; far, where pages are multiplied, some of the newest, who are the hidden ones."""
AT_ONCE = 12
"""Operations that run side by side."""
REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN", "INVALID_INPUT", "NOT_FOUND"}
"""What a walk may be told; anything else is a defect."""
WORDS = ("hush", "closed")
NEAR = ("plain", "keeper", "hush_gone")
"""Usernames whose people are gone on from, over two posts or people more. Everybody else is where others begin."""
NEAR_POSTS = ("plain_post", "mentions", "under_hush_gone", "about_hush_gone")

SCHEMA = build_schema()
CORE = core_schema(SCHEMA)
OPERATIONS = queries(CORE, COMPILED)
LISTS = Lists(CORE)


@dataclass(frozen=True)
class Answer:
    """What somebody was told."""

    viewer: str
    root: str
    given: Mapping[str, Any]
    text: str
    data: Any

    @cached_property
    def plain(self) -> str:
        """Give the text with everything in it that is encoded, in plain as well."""
        return read(self.text)

    @property
    def errors(self) -> list[Any]:
        """Give the errors."""
        return list(orjson.loads(self.text).get("errors", ())) if '"errors"' in self.text else []

    @property
    def codes(self) -> set[str]:
        """Give the codes of the errors."""
        return {error["extensions"].get("code", "none") for error in self.errors}


def prepared() -> Pair:
    """Give executors that parse and compile each operation once: what is trusted is never dropped."""
    pair = Pair(SCHEMA)
    for made in OPERATIONS:
        pair.documents.trust(made.text)
    return pair


@dataclass(slots=True)
class Walk:
    """Runs operations in this process, as the viewers of the world."""

    world: World
    pair: Pair

    def context(self, viewer: str) -> Context:
        """Begin an operation of a viewer."""
        return Context(self.world.town.parts.services, self.world.town.people.get(viewer), "127.0.0.1")

    async def ask(self, viewer: str, made: Made, given: Mapping[str, Any]) -> Answer:
        """Run an operation."""
        variables = {name: FIRST[made.far] if name == "first" else given.get(name) for name in made.variables}
        outcome = await self.pair.compiled.execute(self.pair.operation(made.text, variables), self.context(viewer))
        text = written(outcome)
        return Answer(viewer, made.root, given, text, orjson.loads(text)["data"])

    async def answers(self, viewer: str, wanted: Callable[[Made], bool] = lambda _: True) -> AsyncIterator[Answer]:
        """Give what a viewer is told by all operations that are wanted, with all values of their variables.

        A page is read on from its first item, where an operation shows one list of its kind. Where nothing was found near,
        operations that lead further are left out.
        """
        found = dict[tuple[str, str], bool]()
        for made in filter(wanted, OPERATIONS):
            given = [each for each in self.given(made) if not made.far or found.get((made.root, repr(each)), True)]
            for at in range(0, len(given), AT_ONCE):
                together = await asyncio.gather(*(self._with_next(viewer, made, each) for each in given[at : at + AT_ONCE]))
                for answer in chain.from_iterable(together):
                    place = (made.root, repr(answer.given))
                    found[place] = found.get(place, False) or holds_entity(answer.data)
                    yield answer

    async def _with_next(self, viewer: str, made: Made, given: Mapping[str, Any]) -> list[Answer]:
        answer = await self.ask(viewer, made, given)
        names = {**made.cursors, **({"after": made.root} if "after" in made.variables else {})}
        cursors = {name: first_cursor(answer.data, field_) for name, field_ in names.items()}
        if made.far or not any(cursors.values()):
            return [answer]
        return [answer, await self.ask(viewer, made, {**given, **cursors})]

    def given(self, made: Made) -> list[dict[str, Any]]:
        """Give values for the variables: each takes all of its own once, while the others have a first one or none."""
        names = [name for name in made.variables if name not in ("first", "after", *made.cursors)]
        values = {name: self.values(name, made.variables[name], far=made.far) for name in names}
        usual = {name: each[: 2 if each[0] is None else 1] for name, each in values.items()}
        all_ = [product(*({**usual, name: values[name]}[one] for one in names)) for name in names] or [product()]
        return list({repr(each): dict(zip(names, each, strict=True)) for each in chain.from_iterable(all_)}.values())

    def values(self, name: str, type_: GraphQLInputType, *, far: bool) -> Sequence[Any]:
        """Give what a variable takes: ids of everything there is, names of everybody, and words of what is hidden."""
        world, nullable = self.world, not isinstance(type_, GraphQLNonNull)
        if get_named_type(type_).name == "ID":
            near = [world.user(each) for each in NEAR] + [world.post(each) for each in NEAR_POSTS]
            ids: list[Any] = near if far else near + [each for each in world.ids if each not in near]
            if isinstance(get_nullable_type(type_), GraphQLList):
                return [ids[at : at + 100] for at in range(0, len(ids), 100)]
            return [None, *ids] if nullable else ids
        if "username" in name.lower():
            return NEAR if far else EVERYBODY
        return [None, *WORDS] if nullable else WORDS


def written(outcome: Outcome) -> str:
    """Give the answer as a client reads it."""
    if outcome.json is not None:
        return outcome.json.decode()
    told: dict[str, Any] = {"data": outcome.data}
    if outcome.errors:
        told["errors"] = [
            {"message": error.message, "path": error.path, "extensions": getattr(error.original_error, "extensions", {})}
            for error in outcome.errors
        ]
    return orjson.dumps(told).decode()


def leaks(world: World, answer: Answer) -> list[str]:
    """Give what an answer tells that its viewer must not know."""
    viewer, text = answer.viewer, answer.plain
    told_on = TOLD_ON.get((viewer, answer.root))
    found = [
        f"{thing}: {mark}"
        for thing, seen_by in SEEN_BY.items()
        if viewer not in seen_by and thing != told_on
        for mark in world.marks(thing)
        if mark in text
    ]
    own = world.user(viewer) if viewer != NOBODY else None
    asked = ASKED.get((viewer, answer.root))
    hidden = {world.user(name): name for name, seen_by in EDGES_SEEN_BY.items() if viewer not in seen_by}
    for listed in LISTS.people(answer.data):
        if listed.user in hidden and hidden[listed.user] != asked and not listed.is_own(own):
            found.append(f"an edge of {hidden[listed.user]}: {listed}")
        if listed.of in hidden:
            found.append(f"a list of {hidden[listed.of]}: {listed}")
    for id_, told in counts(answer.data):
        for name, (keys, seen_by) in COUNTS_SEEN_BY.items():
            if id_ == world.user(name) and viewer not in seen_by:
                found += [f"the {key} of {name}: {told[key]}" for key in keys if told[key] is not None]
    return [f"{viewer} by {answer.root} {answer.given}: {each}" for each in found]


def seen(world: World, answers: Iterable[Answer], viewer: str) -> set[str]:
    """Give the things that a viewer sees by the table and of which answers tell the word and an id."""
    text = "".join(answer.plain for answer in answers)
    return {
        thing
        for thing, seen_by in SEEN_BY.items()
        if viewer in seen_by and thing in text and any(mark in text for mark in world.marks(thing)[1:] or [thing])
    }
