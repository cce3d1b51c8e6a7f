"""Live streams: sockets of people who follow one author, on one process, beside bare Starlette and stock Strawberry."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from bench.figures import Figure
from bench.load import Request, ask
from bench.made_people import add_follows, make_people
from bench.people import headers_of
from bench.served import is_ready, module, served
from bench.sockets.figures import BARE, OURS, STOCK, figures_of
from bench.sockets.publishing import TEXT, Publisher, write_posts
from bench.sockets.sample import ONE_LIKES_OF, Sample
from bench.sockets.side import Side
from bench.testbed import Testbed
from bench.waiting import until
from clock import now_ms
from graph.rows.posts import PostRow
from keyspace import keys
from parts import Parts
from services.accounts.viewer import Viewer
from services.events.post_events import PostLiked
from world.writing import batches, with_long_timeouts

WRITE = (Path(__file__).parent / "documents/create_post.graphql").read_text("utf-8")
OTHERS = {BARE: "bench.sockets.bare", STOCK: "bench.sockets.stock"}
"""The programs that the product is compared with."""
WARM_POSTS = 20
"""Posts that everybody has been sent before; bursts repeat them."""
WATCHED: Mapping[str, float] = {OURS: 60.0, BARE: 30.0, STOCK: 20.0}
"""Seconds that a burst is watched. The others need not deliver all of it: their rate shows before."""
TENTH = 10
"""Latencies are measured at the bare rate divided by this."""
FEWEST, MOST = 10, 200
"""Posts for latencies in a round."""
ROUNDS_TO_A_BURST = 3
"""Bursts are long: there is one where other benchmarks have so many rounds."""
ANSWERED_FROM = 10
"""A post is written by createPost for so many people in a sample."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The author, the tokens of those who follow, and the keys of those among them who like what the author writes."""

    parts: Parts
    author: Viewer
    tokens: Sequence[str]
    likers: Sequence[int]

    @classmethod
    async def made(cls, parts: Parts, followers: int) -> "Cast":
        """Make people who follow nobody but one author."""
        author, *viewers = await make_people(parts.graph, followers + 1)
        await add_follows(parts.graph, [viewer.key for viewer in viewers], [author.key])
        tokens = [parts.accounts.tokens.issue(viewer.id, viewer.key).token for viewer in viewers]
        return cls(parts, author, tokens, [viewer.key for viewer in viewers[ONE_LIKES_OF - 1 :: ONE_LIKES_OF]])

    async def write(self, port: int) -> None:
        """Write a post by createPost."""
        await asyncio.to_thread(ask, port, Request(WRITE, headers_of(self.parts, self.author), {"text": TEXT}))

    async def posts(self, count: int) -> list[PostRow]:
        """Write posts that nobody has read."""
        return await write_posts(self.parts, self.author, count)

    async def liked_posts(self, count: int) -> list[PostRow]:
        """Write posts that nobody has read and some like: of a post without likes it is known that no viewer likes it."""
        posts, at = await self.posts(count), now_ms()
        graph = with_long_timeouts(self.parts.graph)
        for batch in batches([(key, post.id, at) for post in posts for key in self.likers]):
            await graph.write("world/add_likes", rows=batch)
        await self.parts.writer.invalidation([self.like(post) for post in posts])
        return posts

    def like(self, post: PostRow) -> PostLiked:
        """Return the event of a like of the author's own, so that nobody else's flag is looked up anew."""
        return PostLiked(post_id=post.id, author_id=post.author_id, user_id=self.author.id, user_key=self.author.key)


async def measure(testbed: Testbed) -> list[Figure]:
    """Measure each number of sockets, on servers of its own."""
    figures: list[Figure] = []
    async with testbed.parts() as parts:
        for sockets in testbed.run_length.sockets:
            measured = await _measured(testbed, await Cast.made(parts, sockets))
            figures += [replace(figure, name=f"{sockets:,} sockets: {figure.name}") for figure in measured]
    return figures


async def _measured(testbed: Testbed, cast: Cast) -> list[Figure]:
    length = testbed.run_length
    with served(testbed, {OURS: module("bench.sockets.product")}, one_core=True) as ours:
        await until(lambda: asyncio.to_thread(is_ready, ours[OURS]))
        product = Side(ours[OURS], counts_trips=True)
        async with Publisher.of(cast.parts) as publisher:
            sample = await product.warm(cast.tokens[:1], publisher, await cast.liked_posts(1))
        (testbed.folder / "sample.json").write_text(sample, "utf-8")
        others = {name: module(program, str(testbed.folder / "sample.json")) for name, program in OTHERS.items()}
        with served(testbed, others, one_core=True) as ports:
            sides = {OURS: product, **{name: Side(port) for name, port in ports.items()}}
            await _join(testbed, cast, sides)
            async with Publisher.of(cast.parts) as publisher:
                await _check_alike(sides, cast, publisher)
                posts = await cast.liked_posts(WARM_POSTS)
                for side in sides.values():
                    await side.warm(cast.tokens, publisher, posts)
                for _ in range(max(1, length.rounds // ROUNDS_TO_A_BURST)):
                    await _round(testbed, cast, sides, publisher, posts)
                unread = await cast.liked_posts(length.burst // len(cast.tokens))
                cold = await product.burst(cast.tokens, publisher, unread, WATCHED[OURS])
    return figures_of(sides, cold)


async def _join(testbed: Testbed, cast: Cast, sides: Mapping[str, Side]) -> None:
    """Measure joining, with a worker that announces what is written."""
    parts = cast.parts
    waiting = await parts.graph.read("outbox/depth")
    length = await parts.keyspace.command("XLEN", keys.LIVE)
    with served(testbed, {"worker": module("bench.worker_program")}):

        async def announced() -> bool:
            return bool(await parts.keyspace.command("XLEN", keys.LIVE) >= length + waiting)

        await until(announced)
        for side in sides.values():
            write = partial(cast.write, sides[OURS].port)
            await side.join(cast.tokens, write, max(1, testbed.run_length.sample // ANSWERED_FROM))


async def _check_alike(sides: Mapping[str, Side], cast: Cast, publisher: Publisher) -> None:
    """Check that all send the same post.

    Raises:
        RuntimeError: one sends something else than the product.

    """
    posts = await cast.liked_posts(1)
    found = {name: Sample(await side.warm(cast.tokens[:1], publisher, posts)) for name, side in sides.items()}
    if not found[OURS].is_like(found[BARE]) or not found[OURS].says_like(found[STOCK]):
        raise RuntimeError(f"not all send the same: {found}")


async def _round(
    testbed: Testbed, cast: Cast, sides: Mapping[str, Side], publisher: Publisher, posts: Sequence[PostRow]
) -> None:
    """Send bursts in turns, then posts at a tenth of the bare rate."""
    many = list(islice(cycle(posts), testbed.run_length.burst // len(cast.tokens)))
    for name, side in _turns(sides):
        side.bursts.append(await side.burst(cast.tokens, publisher, many, WATCHED[name]))
    per_second = median(burst.throughput for burst in sides[BARE].bursts) / TENTH / len(cast.tokens)
    few = list(islice(cycle(posts), min(MOST, max(FEWEST, int(per_second * 2 * testbed.run_length.turn)))))
    for _, side in _turns(sides):
        await side.at_rate(cast.tokens, publisher, few, per_second)


def _turns(sides: Mapping[str, Side]) -> list[tuple[str, Side]]:
    """Return the sides in the order of this round: the opposite of the round before."""
    order = list(sides.items())
    return order if len(sides[OURS].bursts) % 2 else order[::-1]
