"""Round trips of each operation to Neo4j and to Redis, with nothing in Redis and with everything there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from strawberry import Schema

import feeds.home
from bench.figures import Figure, at_most
from bench.operations import OPERATIONS, Operation, Trips
from bench.people import random_people
from bench.round_trips import RoundTrips
from bench.testbed import Testbed
from feeds.reader import ReaderIds
from graph.ids import new_id
from parts import Parts
from resolvers.context import Context
from resolvers.global_ids import encode
from schema.build import build_schema
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

CANDIDATES = 300
FOLLOWING = 8
"""The viewer follows so many, so that their page is full."""
REPLIES = 3
"""Replies to the post that operations are about."""
SETTLED = 2
"""Runs after which everything is in Redis that an operation leaves there."""
RUNS = SETTLED + 2
"""Runs of an operation that is not counted cold."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Run each operation in this process and count."""
    async with testbed.parts() as parts:
        schema, round_trips = build_schema(), RoundTrips.of(parts)
        viewer, found = await _cast(parts)
        figures: list[Figure] = []
        for operation in OPERATIONS:
            run = _Run(
                schema, parts, round_trips, viewer, operation, {name: found[what] for name, what in operation.variables.items()}
            )
            figures += await run.figures()
    return figures


Variable: TypeAlias = str | Iterator[str]
"""What a variable is in each run, or another one for each run."""


async def _cast(parts: Parts) -> tuple[Viewer, Mapping[str, Variable]]:
    """Choose the viewer, and whom and what the operations are about."""
    people = sorted(await random_people(parts.graph, CANDIDATES), key=lambda user: user.following)
    who = next((user for user in people if user.following >= FOLLOWING), people[-1])
    viewer = Viewer(who.id, who.key, datetime.now(UTC) + timedelta(hours=1))
    newest = (await parts.services.feeds.pull.ids(who.key, "ffffffff-ffff-ffff-ffff-ffffffffffff", 1))[0]
    for _ in range(REPLIES):
        await parts.services.writing.create(viewer, Draft("A reply of a #benchmark", newest))
    own = await parts.services.writing.create(viewer, Draft("A post of a benchmark"))
    reply = await parts.services.writing.create(viewer, Draft("A reply to it", own.id))
    quote = await parts.services.writing.create(viewer, Draft("A quote of it", quote_of=own.id))
    author = (await parts.graph.read("posts/by_id", ids=[newest]))[0][1]
    username = (await parts.graph.read("users/by_id", ids=[author]))[0][2]
    followed = set(await parts.graph.read("feed/followed", viewer=who.key))
    stranger = next(user for user in people if user.key not in followed and user.key != who.key)
    home_cursors = parts.services.feeds.reader(ReaderIds(who.id, who.key)).cursors(feeds.home.KEYSET)
    name = f"Benchmark {new_id()}"
    folder = await parts.services.bookmark_folders.create(viewer, f"{name} before")
    ended = [await parts.services.bookmark_folders.create(viewer, f"{name} gone {at}") for at in range(RUNS)]
    return viewer, {
        "post": encode("Post", newest),
        "cursor": home_cursors.signed(feeds.home.place_of(newest)),
        "own": encode("Post", own.id),
        "reply": encode("Post", reply.id),
        "quote": encode("Post", quote.id),
        "person": encode("User", people[-1].id),
        "stranger": encode("User", stranger.id),
        "username": username,
        "hashtag": "benchmark",
        "text": "A post of a benchmark",
        "folder": encode("BookmarkFolder", folder.id),
        "name": name,
        "names": (f"{name} made {at}" for at in range(RUNS)),
        "folders": (encode("BookmarkFolder", each.id) for each in ended),
    }


class _Run:
    """One operation, run for one viewer."""

    def __init__(
        self,
        schema: Schema,
        parts: Parts,
        round_trips: RoundTrips,
        viewer: Viewer,
        operation: Operation,
        variables: Mapping[str, Variable],
    ) -> None:
        self._schema, self._parts, self._round_trips, self._viewer = schema, parts, round_trips, viewer
        self._operation, self._variables = operation, variables

    async def figures(self) -> list[Figure]:
        """Count cold, where that is asked for, and warm."""
        name, figures = self._operation.name, []
        await self._ran()
        if self._operation.cold is not None:
            await self._parts.keyspace.command("FLUSHALL")
            await self._parts.services.feeds.pulled.build()  # one set for all, which one reader in an emptied Redis builds
            figures += _compared(f"{name}, cold", await self._counted_once(), self._operation.cold)
        for _ in range(SETTLED):
            await self._again()
        trips = await self._counted_once() if not self._operation.undo else await self._counted_undone()
        return figures + _compared(f"{name}, warm" if figures else name, trips, self._operation.warm)

    async def _counted_undone(self) -> Trips:
        await self._undone()
        return await self._counted_once()

    async def _counted_once(self) -> Trips:
        return Trips(*await self._round_trips.count(self._ran))

    async def _again(self) -> None:
        await self._undone()
        await self._ran()

    async def _undone(self) -> None:
        if self._operation.undo:
            await self._execute(replace(self._operation, document=self._operation.undo).text)

    async def _ran(self) -> None:
        await self._execute(self._operation.text)

    async def _execute(self, document: str) -> None:
        context = Context(self._parts.services, self._viewer, "")
        variables = {name: next(each) if isinstance(each, Iterator) else each for name, each in self._variables.items()}
        result = await self._schema.execute(document, variable_values=variables, context_value=context)
        if result.errors:
            raise RuntimeError(f"{self._operation.name} failed: {result.errors}")


def _compared(name: str, found: Trips, allowed: Trips) -> list[Figure]:
    return [
        Figure(f"{name}: Neo4j", found.cypher, "statements", at_most(allowed.cypher)),
        Figure(f"{name}: Redis", found.redis, "round trips", at_most(allowed.redis)),
    ]
