"""A storm of likes: sockets that watch the counts of the posts that they show, while new posts go on to others."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from bench.cpu import core_seconds
from bench.figures import Figure, at_most, exactly
from bench.live import Cast
from bench.served import is_ready, module, served
from bench.sockets.crowd import Crowd, Tallied
from bench.sockets.figures import OURS
from bench.sockets.publishing import Publisher, global_ids
from bench.sockets.side import Side, Trips, times_of
from bench.testbed import Testbed
from bench.timing import quantile
from bench.waiting import PATIENCE, until
from graph.rows.posts import PostRow
from services.live.counts_teller import CountsTeller

DOCUMENT = (Path(__file__).parent / "documents/live_counts.graphql").read_text("utf-8")
WATCHED = 20
"""Posts whose counts each socket watches: those of a page."""
LIKES = 2_000
"""Likes a second, of these posts in turns: each has a hundred."""
BATCHES = 20
"""Times a second that likes are announced."""
POSTS = 5.0
"""New posts a second, to as many other sockets."""
SETTLED = 1.0
"""Seconds without a count after which all have come: each second some would."""
TURNS = 4
"""The storm lasts as long as so many turns of other benchmarks."""


@dataclass(frozen=True, slots=True)
class Spell:
    """What came of some seconds: milliseconds from posts to arrivals, seconds of CPU, counts, and trips."""

    times: Sequence[float]
    seconds: float
    cpu: float
    counts: Tallied
    trips: Trips


@dataclass(frozen=True, slots=True)
class Storm:
    """The sockets that hear of posts, those that watch counts, and what is told them."""

    side: Side
    publisher: Publisher
    home: Crowd
    watching: Crowd
    posts: Sequence[PostRow]

    async def spell(self, likes: Sequence[PostRow], cast: Cast) -> Spell:
        """Send the posts at a rate, while others are liked, and measure."""
        trips, cpu, began = await self.side.trips(), core_seconds(self.side.port), time.perf_counter()
        liking = asyncio.create_task(self._like(likes, cast))
        times = await times_of(self.home, self.publisher, self.posts, POSTS)
        liking.cancel()
        with suppress(asyncio.CancelledError):
            await liking
        counts = await self._settled() if likes else await self.watching.tallied()
        spent, seconds = core_seconds(self.side.port) - cpu, time.perf_counter() - began
        return Spell(times, seconds, spent, counts, (await self.side.trips()).since(trips))

    async def _settled(self) -> Tallied:
        """Wait until what was told has come to all, and return it."""
        before, now = 0, await self.watching.tallied()
        async with asyncio.timeout(PATIENCE):
            while not now.events or now.events > before:
                before = now.events
                await asyncio.sleep(SETTLED)
                now = await self.watching.tallied()
        return now

    async def _like(self, posts: Sequence[PostRow], cast: Cast) -> None:
        """Announce likes until cancelled, as the worker does: what is stale is removed first."""
        if not posts:
            return
        announce = replace(self.publisher.announce, invalidate=cast.parts.writer.invalidation)
        liked, began, batch = cycle(posts), time.perf_counter(), 0
        while True:
            await asyncio.sleep(began + batch / BATCHES - time.perf_counter())
            batch += 1
            await announce([cast.like(post) for post in islice(liked, LIKES // BATCHES)])


async def measure(testbed: Testbed) -> list[Figure]:
    """Measure on a process on one core, first without likes, then with them."""
    sockets = min(testbed.run_length.sockets)
    seconds = testbed.run_length.turn * TURNS
    async with testbed.parts() as parts:
        cast = await Cast.made(parts, sockets)
        with served(testbed, {OURS: module("bench.sockets.product")}, one_core=True) as ports:
            await until(lambda: asyncio.to_thread(is_ready, ports[OURS]))
            side = Side(ports[OURS], counts_trips=True)
            async with Publisher.of(parts) as publisher:
                shown, posts = await cast.liked_posts(WATCHED), await cast.liked_posts(max(2, int(seconds * POSTS)))
                await side.warm(cast.tokens, publisher, posts)
                watched = {"postIds": global_ids(shown)}
                async with (
                    Crowd.joined(side.port, DOCUMENT, cast.tokens, watched, tally=True) as watching,
                    side.joined(cast.tokens) as home,
                ):
                    storm = Storm(side, publisher, home, watching, posts)
                    telling = asyncio.create_task(CountsTeller(parts.live_stream).run())
                    calm, stormy = await storm.spell([], cast), await storm.spell(shown, cast)
                    telling.cancel()
    return _figures(calm, stormy, sockets)


def _figures(calm: Spell, stormy: Spell, sockets: int) -> list[Figure]:
    events = stormy.counts.events
    spent = stormy.cpu - calm.cpu * stormy.seconds / calm.seconds
    return [
        Figure("sockets that watch, and sockets that hear of posts", sockets, "each"),
        Figure("likes a second", LIKES, "/s"),
        # It is told at once, and then after each second: one more than there are seconds.
        Figure("events of a post to a socket, at most", (stormy.counts.most - 1) / stormy.seconds, "/s", at_most(1)),
        Figure("events a second", events / stormy.seconds, "/s"),
        Figure("CPU for an event", spent / max(events, 1) * 1_000_000, "µs"),
        Figure("Neo4j, a second", (stormy.trips.cypher - calm.trips.cypher) / stormy.seconds, "statements"),
        Figure("Redis, a second", (stormy.trips.redis - calm.trips.redis) / stormy.seconds, "round trips"),
        *(
            Figure(f"a post's entry to arrival, {name}, p{share * 100:.0f}", quantile(spell.times, share), "ms")
            for name, spell in (("without likes", calm), ("with likes", stormy))
            for share in (0.5, 0.99)
        ),
        Figure("streams of counts ended", stormy.counts.ended, "streams", exactly(0)),
        Figure("streams of counts told to read anew", stormy.counts.resyncs, "resyncs", exactly(0)),
    ]
