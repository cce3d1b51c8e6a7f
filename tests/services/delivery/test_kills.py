"""Workers killed in the middle, and huge authors beside small ones: nothing is lost or comes twice, and nobody waits."""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import pytest

from graph.ids import LAST
from keyspace.client import Keyspace
from keyspace.keys import EVENTS
from parts import Parts, open_parts
from services.delivery.cached import CachedTimelines
from services.settings import Settings
from stack.embedded import StackAddresses
from tests.feed.test_equals_brute_force import NAMES, change_delivery, happen
from tests.services.delivery.made import Made, MadeFollowers, carry_out, followers_of
from tests.worlds.diary import Diary
from tests.worlds.processes import environment, unmeasured
from tests.worlds.timelines import listed
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT, until
from tests.worlds.working import working

Spawn = Callable[..., Awaitable[Process]]
HUGE = 1
COUNT = 1_000_000
SMALL = dict.fromkeys(range(2, 12), 250)
CHUNK = 1_000
PATIENCE = 120.0
"""Seconds that a busy machine may take."""
STEPS = [
    ("", "outbox/oldest"),
    ("", "events_add"),
    ("", "outbox/remove"),
    ("events_add", "delivery/followers"),
    ("", "fan_out_begin"),
    ("fan_out_begin", "XACK"),
    ("fan_out_begin", "fan_out_claim"),
    ("fan_out_claim", "delivery/followers"),
    ("", "fan_out_chunk"),
]
"""Each step from the outbox to the last list, and the one after which it counts."""
DEADLY = [("", step) for step in ("events_add", "outbox/remove", "fan_out_begin", "fan_out_chunk", "timeline_merge", "XACK")]
"""Steps that come soon where everything changes."""
KILLS = int(os.environ.get("ROOKERY_TEST_WORKER_KILLS", "2")) // 2
"""Stories in which two workers die."""


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    """Start killable processes, and end those that live on."""
    started: list[Process] = []

    async def start(*words: str, env: Mapping[str, str] | None = None) -> Process:
        module = "tests.services.delivery.killable"
        given = unmeasured(os.environ if env is None else env)
        started.append(await asyncio.create_subprocess_exec(sys.executable, "-m", module, *words, env=given))
        return started[-1]

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def kill(process: Process) -> None:
    process.kill()
    await process.wait()


async def test_a_huge_author_survives_three_kills_and_repeats_nothing(
    keyspace: Keyspace, stack: StackAddresses, spawn: Spawn
) -> None:
    counts = {HUGE: COUNT, **SMALL}
    made = Made(keyspace, MadeFollowers(dict(counts)), CHUNK)
    fan_out, everybody = made.fan_out(), followers_of(HUGE, COUNT)
    sample = [everybody[0], everybody[CHUNK], *everybody[5_000:COUNT:99_991], everybody[-1]]
    await made.stand(sample)
    huge = made.post(HUGE)
    await fan_out.handle(huge)
    small = Made(keyspace, made.followers, 100).fan_out()

    async def delivered() -> int:
        return int((await fan_out.queue.plan(huge.post_id)).get("rest", 0))

    async def is_done(post: str) -> bool:
        return "done" in await fan_out.queue.plan(post)

    async def start() -> Process:
        return await spawn("tasks", stack.redis_url, json.dumps(counts), str(CHUNK))

    working_ones = [await start(), await start()]
    posts: list[str] = []
    for number, share in enumerate((0.1, 0.3, 0.6)):
        while await delivered() < share * COUNT:
            post = made.post(2 + len(posts) % len(SMALL))
            posts.append(post.post_id)
            await small.handle(post)
            await until(lambda post=post: is_done(post.post_id), PATIENCE)  # type: ignore[misc]
        await kill(working_ones[number])
        working_ones.append(await start())
    assert await delivered() < COUNT - CHUNK
    await until(lambda: is_done(huge.post_id), PATIENCE)
    assert await delivered() == COUNT - CHUNK
    pages = [await listed(made.cached, viewer, LAST, 5) for viewer in sample]
    assert [page and page.ids for page in pages] == [[huge.post_id]] * len(sample)
    plans = [await fan_out.queue.plan(post) for post in posts]
    assert {(plan["first"], plan["rest"]) for plan in plans} == {("100", "150")}


async def test_small_authors_wait_for_a_chunk_of_a_huge_one_at_most(keyspace: Keyspace) -> None:
    made = Made(keyspace, MadeFollowers({HUGE: 50 * CHUNK, **SMALL}), 100)
    fan_out, huge = made.fan_out(), made.post(HUGE)
    small = [made.post(author) for author in SMALL]
    for turn, post in enumerate(small):
        made.followers.meanwhile[20 + 40 * turn] = lambda post=post: fan_out.handle(post)  # type: ignore[misc]
    await fan_out.handle(huge)
    await carry_out(made.runner(fan_out), tasks=1_000)
    order = [post for post, _ in made.followers.read]
    for post in small:
        first, last = order.index(post.post_id), len(order) - 1 - order[::-1].index(post.post_id)
        between = order[first:last].count(huge.post_id)
        assert between <= 2  # the chunk that was being pushed, and what was read ahead of it
    assert (await fan_out.queue.plan(huge.post_id))["rest"] == str(50 * CHUNK - 100)


async def test_two_huge_authors_take_turns(keyspace: Keyspace) -> None:
    made = Made(keyspace, MadeFollowers({HUGE: 300 * CHUNK, 2: 300 * CHUNK}), CHUNK)
    fan_out, posts = made.fan_out(), [made.post(HUGE), made.post(2)]
    for post in posts:
        await fan_out.handle(post)
    await carry_out(made.runner(fan_out), tasks=20)
    counts = [int((await fan_out.queue.plan(post.post_id))["rest"]) for post in posts]
    assert counts == [10 * CHUNK, 10 * CHUNK]


async def test_an_author_with_several_posts_waits_for_others_as_long_as_with_one(keyspace: Keyspace) -> None:
    made = Made(keyspace, MadeFollowers({HUGE: 300 * CHUNK, 2: 300 * CHUNK}), CHUNK)
    fan_out, other = made.fan_out(), made.post(2)
    posts = [made.post(HUGE) for _ in range(5)]
    for post in (*posts, other):
        await fan_out.handle(post)
    await carry_out(made.runner(fan_out), tasks=30)
    assert int((await fan_out.queue.plan(other.post_id))["rest"]) >= 10 * CHUNK


async def test_nothing_is_lost_or_repeated_wherever_a_worker_dies(
    settings: Settings, keyspace: Keyspace, graph: object, spawn: Spawn
) -> None:
    """Each worker dies after another step, and leaves its post to those who come after."""
    changed = settings.model_copy(update={**PATIENT, "fan_out_chunk": 3, "event_reclaim_after": 1.0})
    more = {"ROOKERY_FAN_OUT_CHUNK": "3", "ROOKERY_EVENT_RECLAIM_AFTER": "1", "ROOKERY_NEO4J_READ_TIMEOUT": "30"}
    followers = [f"follower{number}" for number in range(8)]
    async with open_parts(changed) as parts:
        town = Town(parts)
        await town.settle("ada", *followers)
        for follower in followers:
            await town.follow(follower, "ada")
            assert await town.ids(follower) == []
        await town.outbox()
        posts = []
        for after, step in STEPS:
            posts.append(await town.post("ada"))
            process = await spawn("whole", after, step, env={**environment(changed), **more})
            assert await asyncio.wait_for(process.wait(), PATIENCE) == -9, (after, step)
        async with working(parts):
            await until(lambda: _all_listed(parts.delivery.cached, town, followers, posts), PATIENCE)
            await until(lambda: _is_quiet(keyspace, b"fan-out"), PATIENCE)
            assert await _all_listed(parts.delivery.cached, town, followers, posts)
        assert (await parts.delivery.queue.backlog()).tasks == 0
        plans = [await parts.delivery.queue.plan(post) for post in posts]
        assert {(plan["first"], plan["rest"]) for plan in plans} == {("3", "5")}


@pytest.mark.parametrize("seed", range(KILLS))
async def test_pages_equal_a_diary_when_workers_were_killed_while_everything_changed(
    settings: Settings, keyspace: Keyspace, graph: object, spawn: Spawn, seed: int
) -> None:
    """Everybody follows, writes, blocks and deletes, in every mode of delivery, while two workers work until each dies."""
    rng, tiny = random.Random(seed), {"timeline_cap": 8, "fan_out_chunk": 1, "first_tier": 1, "second_tier": 2}
    env = {f"ROOKERY_{name.upper()}": str(size) for name, size in tiny.items()}
    env |= {"ROOKERY_EVENT_RECLAIM_AFTER": "1", "ROOKERY_SECOND_TIER_SPREAD": "0.1", "ROOKERY_NEO4J_READ_TIMEOUT": "30"}
    changed = settings.model_copy(
        update={**PATIENT, **tiny, "event_reclaim_after": 1.0, "second_tier_spread": 0.1, "push_below": 2}
    )
    async with open_parts(changed) as parts:
        town, diary = Town(parts), Diary()
        await town.settle(*NAMES)
        workers = [await spawn("whole", *step, env={**environment(changed), **env}) for step in rng.sample(DEADLY, 2)]
        async with asyncio.timeout(PATIENCE):
            while any(worker.returncode is None for worker in workers):
                await happen(town, diary, rng)
                if rng.random() < 0.1:
                    await change_delivery(town, rng)
                await town.ids(rng.choice(NAMES), rng.randrange(1, 12))
        async with working(parts):
            await until(lambda: _is_done(parts), PATIENCE)
        for name in NAMES:
            assert await town.walk(name, first=rng.randrange(2, 12)) == diary.home(name)


async def _is_done(parts: Parts) -> bool:
    """Tell whether nothing waits: no event, and no task."""
    if await parts.graph.read("outbox/depth") or not await _is_quiet(parts.keyspace, b"fan-out", b"merge", b"live"):
        return False
    return (await parts.delivery.queue.backlog()).tasks == 0


async def _all_listed(cached: CachedTimelines, town: Town, followers: Sequence[str], posts: Sequence[str]) -> bool:
    found = [await listed(cached, town.people[follower].key, LAST, 50) for follower in followers]
    return all(page is not None and page.ids == posts[::-1] for page in found)


async def _is_quiet(keyspace: Keyspace, *names: bytes) -> bool:
    """Tell whether these groups have handled every event."""
    groups = [dict(zip(row[::2], row[1::2], strict=True)) for row in await keyspace.command("XINFO", "GROUPS", EVENTS)]
    return all(group[b"pending"] == 0 and group[b"lag"] == 0 for group in groups if group[b"name"] in names)
