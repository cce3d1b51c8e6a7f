"""Posts of other authors while those of a huge one are delivered: how long until each is on the lists of all its followers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from math import ceil

from bench.figures import Figure, at_most
from bench.served import module, served
from bench.testbed import Testbed
from bench.timelines import build
from bench.timing import quantile
from graph.ids import pack
from graph.rows.posts import Delivery
from keyspace import keys
from parts import Parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft

DELIVERIES = 1_000_000
"""Deliveries that wait meanwhile, as if the huge author had as many followers."""
WITHIN = 1_000
"""Goal: milliseconds until the post of another author is on every list, p95."""
LISTED = 20
"""Posts on each list before. To push to a longer one costs the same."""
LOOK_EVERY = 0.002
"""Seconds between looks whether a post is delivered."""
MANY = 100_000
"""More events than wait in the outbox."""
PATIENCE = 120.0
"""Seconds after which what is not delivered will not be."""


async def delays(testbed: Testbed, parts: Parts, authors: Mapping[int, Viewer], followers: Sequence[int]) -> list[Figure]:
    """Let authors write alone, then while posts of the one with most followers wait; `authors` are by their number of followers.

    Every post is pushed to all. What was written before is delivered to nobody.
    """
    await parts.graph.write("outbox/remove", ids=[id_ for id_, *_ in await parts.graph.read("outbox/oldest", limit=MANY)])
    *others, crowd = sorted(authors)
    await build(parts.delivery.cached, followers, LISTED)
    await parts.delivery_controls.pin(mode=Delivery.PUSH)
    try:
        with served(testbed, {"worker": module("bench.worker_program")}):
            sample = testbed.run_length.sample
            for number in others:
                await _delay(parts, authors[number])  # plans statements and opens connections
            alone = {number: [await _delay(parts, authors[number]) for _ in range(sample // 2)] for number in others}
            least = min(DELIVERIES, crowd * testbed.run_length.fanned_out)
            crowded: dict[int, list[float]] = {number: [] for number in others}
            for _ in range(sample // 2):
                for number in others:
                    await _top_up(parts, authors[crowd], crowd, least)
                    crowded[number].append(await _delay(parts, authors[number]))
    finally:
        await parts.delivery_controls.unpin()
    return [
        *(figure for number in others for figure in _figures(number, crowded[number], alone[number])),
        Figure("deliveries that wait meanwhile", least, "deliveries"),
    ]


def _figures(number: int, crowded: Sequence[float], alone: Sequence[float]) -> list[Figure]:
    name = f"a post to {number:,} lists"
    return [
        Figure(f"{name} while a huge author's wait: p95", quantile(crowded, 0.95), "ms", at_most(WITHIN)),
        Figure(f"{name} while a huge author's wait: p50", quantile(crowded, 0.5), "ms"),
        Figure(f"{name} alone: p95", quantile(alone, 0.95), "ms"),
        Figure(f"{name} alone: p50", quantile(alone, 0.5), "ms"),
    ]


async def _top_up(parts: Parts, author: Viewer, followers: int, least: int) -> None:
    """Let the huge author write as many posts as make so many deliveries wait."""
    waiting = (await parts.delivery.queue.backlog()).deliveries
    for _ in range(ceil((least - waiting) / followers)):
        await _write(parts, author)


async def _delay(parts: Parts, author: Viewer) -> float:
    """Write a post, and return the milliseconds from the answer until it is on the lists of all followers."""
    plan = keys.FAN_OUT_PLAN + pack(await _write(parts, author))
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        while not await parts.keyspace.command("HEXISTS", plan, "done"):  # noqa: ASYNC110 - another process delivers
            await asyncio.sleep(LOOK_EVERY)
    return (time.perf_counter() - began) * 1_000


async def _write(parts: Parts, author: Viewer) -> str:
    return (await parts.services.writing.create(author, Draft("A post."))).id
