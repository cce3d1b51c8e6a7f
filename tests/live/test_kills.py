"""Everything but the graph is killed under sockets that resume: each client shows each post once, and in order.

The sockets are sixty, or as many as `ROOKERY_TEST_SOCKETS` says.
"""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import structlog

from errors import Unavailable
from parts import Parts, open_parts
from tests.live.followers import AT_ONCE, Follower
from tests.live.workers import Workers, two_workers
from tests.worlds.processes import RookeryProcess, free_address, start_web
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT, until

SOCKETS = int(os.environ.get("ROOKERY_TEST_SOCKETS", "60"))
VIEWERS = 20
"""People to whom the sockets belong: one may have a hundred on a process."""
AUTHORS = ("bea", "cid", "dov")
STRANGER = "eve"
PAUSE = len(AUTHORS) / min(20.0, 3_000 / SOCKETS)
"""Seconds between two posts of an author: together they write 20 a second, or what one process can read for all clients."""
PATIENCE = 60.0 + SOCKETS / 5
"""Seconds until all sockets have what was written: this is about order, and the machine may be busy."""
OUTAGE = 1.0
"""Seconds that Redis is away."""

log = structlog.get_logger()


@dataclass(slots=True)
class Webs:
    """Web processes by their addresses."""

    parts: Parts
    folder: Path
    running: dict[str, RookeryProcess] = field(default_factory=dict)

    async def start(self, address: str) -> None:
        """Start one."""
        self.running[address] = await start_web(self.parts.settings, self.folder / f"web-{address}.log", address)

    async def kill(self, address: str) -> None:
        """Kill one."""
        await self.running.pop(address).kill()


@asynccontextmanager
async def two_webs(parts: Parts, folder: Path) -> AsyncIterator[Webs]:
    """Start two web processes; those that run at the end of the block are killed."""
    webs = Webs(parts, folder)
    try:
        await asyncio.gather(*(webs.start(free_address()) for _ in range(2)))
        yield webs
    finally:
        await asyncio.gather(*(webs.kill(address) for address in list(webs.running)))


@pytest.fixture
async def town(settings, graph, keyspace) -> AsyncIterator[Town]:
    """The authors, and those who follow them."""
    # This process is busy with its many clients, so a transaction waits for its turns.
    parts = open_parts(settings.model_copy(update={**PATIENT, "neo4j_write_timeout": PATIENCE}))
    town, viewers = Town(parts), [f"viewer{at}" for at in range(VIEWERS)]
    await town.settle(*AUTHORS, *viewers, STRANGER)
    for each in viewers:
        await town.follow(each, *AUTHORS)
    await until(partial(writes, town), PATIENCE)
    yield town
    await parts.close()


async def writes(town: Town) -> bool:
    """Write a post that nobody hears of; return whether its statement was planned in time, before the sockets come."""
    try:
        await town.post(STRANGER)
    except Unavailable:
        return False
    return True


@dataclass(slots=True)
class Story:
    """What the authors have written, and the clients that follow them."""

    town: Town
    followers: Sequence[Follower]
    written: dict[str, list[str]] = field(default_factory=lambda: {author: [] for author in AUTHORS})
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, author: str) -> None:
        """Write posts, `PAUSE` apart, and then the last."""
        start = time.monotonic()
        for number in itertools.count():
            text = f"{author} ends" if self.over.is_set() else f"{author} {number}"
            await self.town.post(author, text)
            self.written[author].append(text)
            if self.over.is_set() and text.endswith("ends"):
                return
            await asyncio.sleep(max(0.0, start + number * PAUSE - time.monotonic()))

    async def goes_on(self) -> None:
        """Wait until all clients show what was written by now, and something that is written later."""
        newest = {author: len(texts) for author, texts in self.written.items()}
        await until(lambda: all(len(self.written[author]) > count for author, count in newest.items()), PATIENCE)
        texts = {self.written[author][count] for author, count in newest.items()}
        await until(lambda: all(texts <= each.shown for each in self.followers), PATIENCE)

    async def happens(self, workers: Workers, webs: Webs, redis) -> None:
        """Kill one after the other, and let everything go on in between."""
        await self.goes_on()
        await workers.kill_the_announcer()
        await self.goes_on()
        first, _ = webs.running
        await webs.kill(first)
        await webs.start(first)
        await self.goes_on()
        await asyncio.to_thread(redis.kill)
        await asyncio.sleep(OUTAGE)
        await asyncio.to_thread(redis.start)
        await self.goes_on()
        await self.town.parts.keyspace.command("FLUSHALL")
        await self.goes_on()
        self.over.set()


def in_order(told: Sequence[str], written: Sequence[str]) -> bool:
    """Tell whether all that was told was written, in this order."""
    left = iter(written)
    return all(text in left for text in told)


async def test_each_client_has_each_post_once_and_in_order_whatever_is_killed(town, servers, tmp_path):
    async with two_workers(town.parts, tmp_path) as workers, two_webs(town.parts, tmp_path) as webs:
        people = [town.people[f"viewer{at % VIEWERS}"] for at in range(SOCKETS)]
        tokens = [town.parts.accounts.tokens.issue(each.id, each.key).token for each in people]
        ports, turns = [int(address.rpartition(":")[2]) for address in webs.running], asyncio.Semaphore(AT_ONCE)
        story = Story(town, [Follower(ports, token, turns) for token in tokens])
        async with asyncio.timeout(10 * PATIENCE), asyncio.TaskGroup() as tasks:
            for follower in story.followers:
                tasks.create_task(follower.follow({f"{author} ends" for author in AUTHORS}))
            for author in AUTHORS:
                tasks.create_task(story.write(author))
            await story.happens(workers, webs, servers.redis)
    everything = {text for texts in story.written.values() for text in texts}
    for follower in story.followers:
        assert follower.shown == everything
        for told in follower.told:
            assert len(set(told)) == len(told)
            for author, texts in story.written.items():
                assert in_order([text for text in told if text.startswith(author)], texts)
    told_all = sum(everything == {text for told in each.told for text in told} for each in story.followers)
    log.info(
        "killed", sockets=SOCKETS, posts=len(everything), came_back=sum(each.came_back for each in story.followers),
        reasons=sorted({reason for each in story.followers for reason in each.reasons}), told_all=told_all,
    )  # fmt: skip
