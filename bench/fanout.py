"""Deliveries a second from createPost's answer to the last list, beside a bare script; and how soon a post is on a list."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.cpu import core_seconds
from bench.figures import Figure, at_least, at_most
from bench.people import followed_by, follower_keys, most_followed
from bench.served import module, served
from bench.testbed import Testbed
from bench.timelines import build
from bench.timing import quantile
from graph.ids import new_id, pack
from keyspace import keys
from keyspace.client import Keyspace, Script
from parts import Parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

SHARE = 50
"""Goal: percent of the bare script's rate."""
PRESENT = 10
"""Goal: milliseconds until a post is on a follower's list, p50."""
FEW = 100
"""Followers of an ordinary author."""
LOOK_EVERY = 0.001
"""Seconds between looks whether something is delivered: looking without a pause would take the core that the worker needs. It is
the shortest pause of the loop, which counts whole milliseconds."""
PATIENCE = 60.0
"""Seconds after which what is not delivered will not be."""


class Reading(NamedTuple):
    """The time, and the CPU time of Redis and of the worker so far, all in seconds."""

    seconds: float
    redis: float
    worker: float


@dataclass(slots=True)
class Spent:
    """What one side took: seconds, and seconds of CPU in Redis and in the worker."""

    seconds: float = 0.0
    redis: float = 0.0
    worker: float = 0.0

    def add(self, before: Reading, after: Reading) -> None:
        """Add what lies between two readings."""
        self.seconds += after.seconds - before.seconds
        self.redis += after.redis - before.redis
        self.worker += after.worker - before.worker


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes, and the keys of who follows them."""

    viewer: Viewer
    followers: Sequence[int]

    @classmethod
    async def of(cls, parts: Parts, id_: str, key: int) -> "Author":
        """Look up the followers, and build a list for each who has none."""
        followers = await follower_keys(parts, key)
        lengths = await parts.keyspace.commands("lengths", [("EXISTS", keys.timeline(each)) for each in followers])
        missing = [each for each, there in zip(followers, lengths, strict=True) if not there]
        await build(parts.delivery.cached, missing, parts.settings.timeline_cap)
        return cls(Viewer(id_, key, datetime.now(UTC) + timedelta(days=1)), followers)


@dataclass(frozen=True, slots=True)
class Delivering:
    """The sides: createPost with a worker beside it, in two ways, and the bare script. Each adds to what it is given."""

    parts: Parts
    bare: Keyspace
    worker: int

    async def one_by_one(self, author: Author, posts: int, spent: Spent) -> None:
        """Write posts, and wait after each until it is on every list. The time from its answer on counts."""
        for _ in range(posts):
            post = await self.write(author)
            began = await self.reading()
            await self.delivered([post])
            spent.add(began, await self.reading())

    async def in_a_row(self, author: Author, posts: int, spent: Spent) -> None:
        """Write posts without a pause, and wait until the last is on every list. The time from the first answer on counts."""
        ids = [await self.write(author)]
        began = await self.reading()
        ids += [await self.write(author) for _ in range(posts - 1)]
        await self.delivered(ids)
        spent.add(began, await self.reading())

    async def push_bare(self, author: Author, posts: int, spent: Spent) -> None:
        """Push as many ids to the same lists, in chunks of the same size."""
        began, chunk = await self.reading(), self.parts.delivery.chunk
        for _ in range(posts):
            post = pack(new_id())
            for start in range(0, len(author.followers), chunk):
                lists = [keys.timeline(key) for key in author.followers[start : start + chunk]]
                await self.bare.script("bare_push", post, self.parts.settings.timeline_cap, keys=lists)
        spent.add(began, await self.reading())

    async def write(self, author: Author) -> str:
        """Write a post, as createPost does, and return its id."""
        return (await self.parts.services.writing.create(author.viewer, Draft("A post."))).id

    async def delivered(self, posts: Sequence[str]) -> None:
        """Wait until posts are on the lists of all followers."""
        looks = [("HEXISTS", keys.FAN_OUT_PLAN + pack(post), "done") for post in posts]
        async with asyncio.timeout(PATIENCE):
            while not all(await self.parts.keyspace.commands("done", looks)):  # noqa: ASYNC110 - another process delivers
                await asyncio.sleep(LOOK_EVERY)

    async def present(self, author: Author, follower: int) -> float:
        """Write a post, and return the milliseconds from the answer until it is on the list of a follower."""
        post, list_ = await self.write(author), keys.timeline(follower)
        began, packed = time.perf_counter(), pack(post)
        async with asyncio.timeout(PATIENCE):
            while await self.parts.keyspace.command("LINDEX", list_, 0) != packed:  # noqa: ASYNC110 - as above
                await asyncio.sleep(LOOK_EVERY)
        took = (time.perf_counter() - began) * 1_000
        await self.delivered([post])
        return took

    async def reading(self) -> Reading:
        """Read the clocks."""
        now = time.perf_counter()
        lines = (await self.parts.keyspace.command("INFO", "cpu")).decode().split()
        info = dict(line.split(":") for line in lines if ":" in line)
        redis = float(info["used_cpu_user"]) + float(info["used_cpu_sys"])
        return Reading(now, redis, core_seconds(self.worker))


async def measure(testbed: Testbed) -> list[Figure]:
    """Deliver posts of the most followed person, by the product and by the bare script in turns; then look for single posts."""
    async with testbed.parts() as parts:
        with served(testbed, {"worker": module("bench.worker_program")}) as ports:
            delivering = Delivering(parts, _with_bare_script(parts.keyspace), ports["worker"])
            many = await Author.of(parts, *(await most_followed(parts.graph))[:2])
            few = await Author.of(parts, *await followed_by(parts.graph, FEW))
            spent = await _take_turns(delivering, many, testbed)
            presence = [await _presence(delivering, author, testbed.run_length.sample) for author in (few, many)]
    return [*_figures(spent, many, testbed), *(figure for figures in presence for figure in figures)]


async def _take_turns(delivering: Delivering, author: Author, testbed: Testbed) -> dict[str, Spent]:
    sides = {"one by one": delivering.one_by_one, "bare": delivering.push_bare, "in a row": delivering.in_a_row}
    spent = {side: Spent() for side in sides}
    for round_ in range(testbed.run_length.rounds + 1):
        for side in sides if round_ % 2 else reversed(sides):
            # The first round plans statements and opens connections.
            await sides[side](author, testbed.run_length.fanned_out, spent[side] if round_ else Spent())
    return spent


async def _presence(delivering: Delivering, author: Author, posts: int) -> list[Figure]:
    rng = Random(posts)
    times = [await delivering.present(author, rng.choice(author.followers)) for _ in range(posts)]
    count = len(author.followers)
    return [
        Figure(f"on a list of {count:,}: p50", quantile(times, 0.5), "ms", at_most(PRESENT)),
        Figure(f"on a list of {count:,}: p95", quantile(times, 0.95), "ms"),
    ]


def _figures(spent: dict[str, Spent], author: Author, testbed: Testbed) -> list[Figure]:
    delivered = len(author.followers) * testbed.run_length.fanned_out * testbed.run_length.rounds
    ours, row, bare = spent["one by one"], spent["in a row"], spent["bare"]

    def each(seconds: float) -> float:
        return seconds / delivered * 1_000_000

    return [
        Figure("deliveries a second, share of the bare script's", bare.seconds / ours.seconds * 100, "%", at_least(SHARE)),
        Figure("the same while posts are written without a pause", bare.seconds / row.seconds * 100, "%"),
        Figure("the product: deliveries a second", delivered / ours.seconds, "/s"),
        Figure("the bare script: deliveries a second", delivered / bare.seconds, "/s"),
        Figure("the product: CPU of Redis for a delivery", each(ours.redis), "µs"),
        Figure("the bare script: CPU of Redis for a delivery", each(bare.redis), "µs"),
        Figure("the product: CPU of the worker for a delivery", each(ours.worker), "µs"),
        Figure("followers of the author", len(author.followers), "timelines"),
    ]


def _with_bare_script(keyspace: Keyspace) -> Keyspace:
    text = (Path(__file__).parent / "lua/bare_push.lua").read_text("utf-8")
    script = Script("bare_push", text, sha1(text.encode(), usedforsecurity=False).hexdigest())
    return replace(keyspace, scripts={script.name: script})
