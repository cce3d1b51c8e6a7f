"""Workers are killed while people write: every subscriber has every post once, and each author's in the order of writing.

Two kills, or as many as `ROOKERY_TEST_WORKER_KILLS` says. Each hits the worker that announces.
"""

import asyncio
import itertools
import os
import time
from contextlib import AsyncExitStack

import pytest
import structlog

from services.events.post_events import PostCreated
from services.live.entries import entries
from tests.live.workers import two_workers
from tests.worlds.waiting import until

KILLS = int(os.environ.get("ROOKERY_TEST_WORKER_KILLS", "2"))
AUTHORS = ("bea", "cid", "dov")
PAUSE = len(AUTHORS) / 25.0
"""Seconds between two posts of an author: together they write 25 a second."""
SUBSCRIBERS = 8
BETWEEN = 20
"""Posts that are heard after a kill before the next."""
PATIENCE = 120.0
"""Seconds within which a post must come: this is about order, and the machine may be busy."""

log = structlog.get_logger()


@pytest.fixture
async def workers(live, tmp_path):
    async with two_workers(live.town.parts, tmp_path) as workers:
        yield workers


async def write(live, author, written, stopped):
    """Write posts, `PAUSE` apart, and then the last."""
    start = time.monotonic()
    for number in itertools.count():
        text = f"{author} ends" if stopped.is_set() else f"{author} {number}"
        written.append(text)
        await live.town.post(author, text)
        if text.endswith("ends"):
            return
        await asyncio.sleep(max(0.0, start + number * PAUSE - time.monotonic()))


async def hear(client, heard):
    """Note the texts of posts until the last of each author."""
    missing = {f"{author} ends" for author in AUTHORS}
    while missing:
        event = await client.next(PATIENCE)
        assert event["__typename"] == "TimelinePostAdded", event
        heard.append(event["post"]["text"])
        missing.discard(event["post"]["text"])


async def more(heard, count):
    """Wait until so many more posts were heard."""
    enough = len(heard) + count
    await until(lambda: len(heard) >= enough, PATIENCE)


async def late(live):
    """Return the seconds from the writing of posts until they were announced: most of them, and the latest."""
    epoch, found = await live.town.parts.live_stream.since(None, 1_000_000)
    delays = sorted(each.at - each.what.at for each in entries(epoch, found) if isinstance(each.what, PostCreated))
    return {"median": delays[len(delays) // 2] / 1_000, "latest": delays[-1] / 1_000}


async def test_every_subscriber_has_every_post_once_and_in_order(live, workers):
    await live.town.follow("ada", *AUTHORS)
    written: list[str] = []
    everybody: list[list[str]] = [[] for _ in range(SUBSCRIBERS)]
    stopped = asyncio.Event()
    async with AsyncExitStack() as open_:
        clients = [
            await open_.enter_async_context(live.socket("ada") if number % 2 else live.events("ada"))
            for number in range(SUBSCRIBERS)
        ]
        hub = live.town.parts.hub
        follows = {live.town.people[each].key for each in ("ada", *AUTHORS)}
        subscribers = hub.index.subscribers
        await until(
            lambda: len(subscribers) == SUBSCRIBERS and all(hub.index.keys_of(each) >= follows for each in subscribers)
        )
        async with asyncio.TaskGroup() as tasks:
            for client, heard in zip(clients, everybody, strict=True):
                tasks.create_task(hear(client, heard))
            for author in AUTHORS:
                tasks.create_task(write(live, author, written, stopped))
            for _ in range(KILLS):
                await more(everybody[0], BETWEEN)
                await workers.kill_the_announcer()
                await workers.start()
            stopped.set()
    for heard in everybody:
        assert sorted(heard) == sorted(written)
        for author in AUTHORS:
            assert [text for text in heard if text.startswith(author)] == [text for text in written if text.startswith(author)]
    log.info("workers killed", kills=KILLS, posts=len(written), **await late(live))
