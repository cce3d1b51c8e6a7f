"""Posts that are not pushed to all: to the most active at once, to the next in batches, and what is told of it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from errors import QueryTimeout, Unavailable
from graph.ids import LAST
from graph.rows.posts import Delivery, DeliveryReason
from keyspace import keys
from keyspace.activity import WHOLE, place_of
from keyspace.client import Keyspace
from keyspace.fan_out_queue import Claimed, FanOutQueue
from keyspace.most_active import Selections
from services.delivery.most_active import _keep, most_active
from services.delivery.plan import FanOutPlan
from services.delivery.runner import FanOutRunner
from services.delivery.tiers import SELECTING
from services.events.post_events import PostCreated
from tests.services.delivery.made import CHUNK, Made, MadeFollowers, carry_out, deletion, followers_of
from tests.worlds.timelines import listed
from tests.worlds.waiting import until

BIG = 3
COUNT = 12 * CHUNK
ALL = followers_of(BIG, COUNT)
FIRST, SECOND = 250, 500


@pytest.fixture
def made(keyspace: Keyspace) -> Made:
    """An author with twelve chunks of followers; the tiers are of two and a half, and of five."""
    return Made(keyspace, MadeFollowers({BIG: COUNT}))


async def have_read(keyspace: Keyspace, minutes: Mapping[int, int]) -> None:
    """Let people have read at these minutes."""
    for viewer, minute in minutes.items():
        shard, place = place_of(viewer)
        await keyspace.command("SETRANGE", shard, 0, WHOLE)
        await keyspace.command("SETRANGE", shard, place, minute.to_bytes(4, "little"))


async def with_post(made: Made, viewers: Sequence[int], post: str) -> list[bool]:
    """Tell who of them has a post on their list."""
    pages = [await listed(made.cached, viewer, LAST, 50) for viewer in viewers]
    return [page is not None and post in page.ids for page in pages]


async def planned(made: Made, post: str) -> FanOutPlan:
    """Give the plan of a post."""
    plan = FanOutPlan.of(await made.fan_out().queue.plan(post))
    assert plan is not None
    return plan


async def done(made: Made, post: str) -> bool:
    """Tell whether a plan has come to its end."""
    return "done" in await made.fan_out().queue.plan(post)


async def test_the_most_active_are_those_who_read_last(made):
    late, early, never = ALL[700], ALL[3], ALL[0]
    await have_read(made.keyspace, {late: 500, early: 400, ALL[-1]: 450})
    selected = await most_active(made.followers, made.last_read(), "", BIG, 5)
    assert selected == [late, ALL[-1], early, never, ALL[1]]


async def test_a_selection_of_many_followers_holds_few_of_them(made):
    made.followers.counts[BIG] = 100_000
    everybody = followers_of(BIG, 100_000)
    chosen = everybody[7::10_000]
    await have_read(made.keyspace, {viewer: 100 + number for number, viewer in enumerate(chosen)})
    selected = await most_active(made.followers, made.last_read(), "", BIG, len(chosen))
    assert selected == list(reversed(chosen))


async def test_a_selection_is_the_same_in_whatever_blocks_it_is_read(made, monkeypatch):
    monkeypatch.setattr("services.delivery.most_active.BLOCK", 30)
    sorted_at_once: list[int] = []

    def keep(best: list[tuple[int, int]], size: int) -> None:
        sorted_at_once.append(len(best))
        _keep(best, size)

    monkeypatch.setattr("services.delivery.most_active._keep", keep)
    minutes = dict.fromkeys(ALL, 0) | {viewer: viewer * 7_919 % 13 for viewer in ALL[::2]}
    await have_read(made.keyspace, minutes)
    selected = await most_active(made.followers, made.last_read(), "", BIG, 200)
    assert selected == sorted(ALL, key=lambda viewer: -minutes[viewer])[:200]
    assert max(sorted_at_once) <= 200 + 2 * 30
    assert sum(each > 30 for each in sorted_at_once) < COUNT / 30 / 2


async def test_tiers_get_the_post_most_active_first_and_the_rest_does_not(made):
    active = ALL[::-1]
    await have_read(made.keyspace, {viewer: COUNT - number for number, viewer in enumerate(active)})
    tier_1, tier_2, rest = (active[0], active[FIRST - 1]), (active[FIRST], active[FIRST + SECOND - 1]), (active[FIRST + SECOND],)
    await made.stand([BIG, *tier_1, *tier_2, *rest])
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    await fan_out.handle(post)
    assert await with_post(made, [BIG, *tier_1], post.post_id) == [True, False, False]
    runner = made.runner(fan_out)
    await carry_out(runner)
    await until(lambda: fan_out.queue.keyspace.command("EXISTS", f"{keys.MOST_ACTIVE}{BIG}"))
    running = asyncio.create_task(runner.run())
    await until(lambda: _delivered(made, post.post_id, "tier1", FIRST))
    assert await with_post(made, tier_1, post.post_id) == [True, True]
    assert await with_post(made, [tier_2[1], *rest], post.post_id) == [False, False]
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await with_post(made, [*tier_2, *rest], post.post_id) == [True, True, False]
    plan = await planned(made, post.post_id)
    assert plan.tiers is not None
    assert plan.tiers[1].due_at is not None
    assert [(tier.name, tier.size, tier.delivered, tier.pending) for tier in plan.tiers] == [
        ("FIRST", FIRST, FIRST, 0),
        ("SECOND", SECOND, SECOND, 0),
    ]
    assert (await fan_out.queue.backlog()).tasks == 0


async def test_what_load_keeps_from_the_others_goes_to_fewer_at_once(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED, DeliveryReason.LOAD)
    await fan_out.handle(post)
    assert (await fan_out.queue.backlog()).deliveries == made.first_under_load
    running = asyncio.create_task(made.runner(fan_out).run())
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    tiers = (await planned(made, post.post_id)).tiers
    assert tiers is not None
    assert [(tier.name, tier.delivered) for tier in tiers] == [("FIRST", 50), ("SECOND", FIRST + SECOND - 50)]


async def test_the_batches_of_the_second_tier_are_spread(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    await fan_out.handle(post)
    runner = made.runner(fan_out)
    await carry_out(runner)
    await until(lambda: fan_out.queue.keyspace.command("EXISTS", f"{keys.MOST_ACTIVE}{BIG}"))
    await until(lambda: _carried(runner, made, post.post_id))
    pause = await fan_out.queue.claim()
    assert isinstance(pause, float)
    assert 0 < pause <= made.sizes.spread / (SECOND / CHUNK)
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["step"], plan["tier1"], "tier2" in plan) == ("tier2", str(FIRST), False)
    backlog = await fan_out.queue.backlog()
    assert (backlog.tasks, backlog.deliveries) == (1, 0)  # what is not due is no load


async def test_a_second_post_uses_the_selection_of_the_first(made):
    fan_out, posts = made.fan_out(), [made.post(BIG, Delivery.MIXED) for _ in range(2)]
    running = asyncio.create_task(made.runner(fan_out).run())
    for post in posts:
        await fan_out.handle(post)
        await until(lambda post=post: done(made, post.post_id))  # type: ignore[misc]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    read = [post for post, _ in made.followers.read]
    assert read.count(posts[1].post_id) == 1 < read.count(posts[0].post_id)  # to learn whether it is deleted


async def test_a_selection_that_is_lost_is_made_anew(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    running = asyncio.create_task(made.runner(fan_out).run())
    await fan_out.handle(post)
    await until(lambda: _delivered(made, post.post_id, "tier2", CHUNK))
    await made.keyspace.command("DEL", f"{keys.MOST_ACTIVE}{BIG}")
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["tier1"], plan["tier2"]) == (str(FIRST), str(SECOND))


async def test_a_selection_that_is_lost_between_two_chunks_of_a_turn_skips_nobody(made, monkeypatch):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    read, lost = Selections.slice, list[int]()

    async def lose(selections: Selections, author: int, offset: int, count: int) -> bytes:
        found = await read(selections, author, offset, count)
        if not lost:
            lost.append(await made.keyspace.command("DEL", f"{keys.MOST_ACTIVE}{BIG}"))
        return found

    monkeypatch.setattr(Selections, "slice", lose)
    running = asyncio.create_task(made.runner(fan_out).run())
    await fan_out.handle(post)
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    plan = await fan_out.queue.plan(post.post_id)
    assert (lost, plan["tier1"], plan["tier2"]) == ([1], str(FIRST), str(SECOND))


async def test_a_selection_that_fails_is_tried_again(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    await fan_out.handle(post)
    made.followers.errors = [ValueError("broken")]
    running = asyncio.create_task(made.runner(fan_out).run())
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_selection_that_fails_takes_no_place_from_others_though_another_worker_goes_on(made):
    made.followers.counts.update(dict.fromkeys(range(4, 4 + SELECTING), CHUNK))
    mine, other = (made.runner(fan_out) for fan_out in (made.fan_out(), made.fan_out()))
    for author in range(4, 4 + SELECTING):
        post = made.post(author, Delivery.MIXED)
        await made.fan_out().handle(post)
        made.followers.errors = [TimeoutError()]
        assert await carry_out(mine) == 1
        await until(lambda: not made.followers.errors)
        await until(lambda post=post: _carried_on(other, made, post.post_id))  # type: ignore[misc]
    post = made.post(BIG, Delivery.MIXED)
    await made.fan_out().handle(post)
    await until(lambda: _carried(mine, made, post.post_id))


async def test_a_mixed_post_deleted_between_its_tiers_leaves_every_list(made):
    await have_read(made.keyspace, {ALL[5]: 9})
    await made.stand([ALL[5], ALL[-1]])
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.MIXED)
    running = asyncio.create_task(made.runner(fan_out).run())
    await fan_out.handle(post)
    await until(lambda: _delivered(made, post.post_id, "tier1", FIRST))
    assert await with_post(made, [ALL[5]], post.post_id) == [True]
    await fan_out.handle(deletion(post))
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await with_post(made, [ALL[5], ALL[-1]], post.post_id) == [False, False]
    assert FanOutPlan.of(await fan_out.queue.plan(post.post_id)) is None


@pytest.mark.parametrize("delivery", [Delivery.MIXED, Delivery.PULL])
async def test_an_event_that_comes_after_its_deletion_is_forgotten_brings_nothing_back(made, delivery):
    await made.stand([BIG])
    fan_out, post = made.fan_out(), made.post(BIG, delivery)
    made.followers.deleted.add(post.post_id)
    await fan_out.handle(post)
    assert await with_post(made, [BIG], post.post_id) == [False]
    assert (await fan_out.queue.backlog()).tasks == 0


async def test_a_task_that_had_to_wait_goes_to_the_most_active_first(made, monkeypatch):
    made.followers.counts.update({4: 3 * CHUNK})
    last = ALL[-1]
    await have_read(made.keyspace, {last: 9})
    await made.stand([last])
    fan_out, post, other = made.fan_out(), made.post(BIG), made.post(4)
    seen: list[int] = []
    push = FanOutQueue.chunk

    async def look(*args: Any, **options: Any) -> int:
        found = await push(*args, **options)
        if (await with_post(made, [last], post.post_id))[0]:
            seen.append(int((await fan_out.queue.plan(post.post_id))["rest"]))
        return found

    monkeypatch.setattr(FanOutQueue, "chunk", look)
    made.followers.meanwhile[3] = lambda: fan_out.handle(other)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert seen[0] == 2 * CHUNK
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def waited(made: Made, post: PostCreated) -> Claimed:
    """Claim the task of a post as one that had to wait for its turn."""
    fan_out = made.fan_out()
    await fan_out.handle(post)
    task = await fan_out.queue.claim()
    assert isinstance(task, Claimed)
    return replace(task, plan={**task.plan, "rest": "0"})


async def test_a_task_waits_for_nobody_who_restores_when_people_last_read(made):
    await made.keyspace.command("SETRANGE", place_of(ALL[-1])[0], 0, b"lost")
    post, runner = made.post(BIG), made.runner(made.fan_out())
    stopped: list[int] = []

    async def hangs(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(number)

    runner.walk.last_read.restore = hangs
    async with asyncio.timeout(60):
        await runner.carry(await waited(made, post))
    assert "done" in await runner.queue.plan(post.post_id)
    assert stopped == []
    await runner.walk.close()
    assert len(stopped) == 1


@pytest.mark.parametrize("error", [QueryTimeout(), Unavailable()])
async def test_a_task_whose_most_active_cannot_be_read_goes_on_without(made, error):
    post, runner = made.post(BIG), made.runner(made.fan_out())
    task = await waited(made, post)
    made.followers.errors = [error]
    await runner.carry(task)
    plan = await runner.queue.plan(post.post_id)
    assert ("done" in plan, plan["attempts"], plan["rest"]) == (True, "0", str(COUNT - CHUNK))


async def test_what_is_told_of_a_pushed_post(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    plan = await planned(made, post.post_id)
    assert FanOutPlan.of(await fan_out.queue.plan(made.post(BIG).post_id)) is None
    assert plan.tiers is not None
    (tier,) = plan.tiers
    assert (tier.name, tier.size, tier.delivered, tier.pending) == ("ALL", COUNT, CHUNK, COUNT - CHUNK)
    assert (plan.delivery, plan.reason, plan.followers, plan.done_at) == (Delivery.PUSH, "FEW_FOLLOWERS", COUNT, None)
    await carry_out(made.runner(fan_out))
    plan = await planned(made, post.post_id)
    assert plan.made_at is not None and plan.done_at is not None and plan.tiers is not None
    assert plan.made_at <= plan.done_at
    assert plan.tiers[0].pending == 0


async def _delivered(made: Made, post: str, step: str, count: int) -> bool:
    return int((await made.fan_out().queue.plan(post)).get(step, 0)) >= count


async def _carried_on(runner: FanOutRunner, made: Made, post: str) -> bool:
    await carry_out(runner)
    return await done(made, post)


async def _carried(runner: FanOutRunner, made: Made, post: str) -> bool:
    await carry_out(runner)
    return await _delivered(made, post, "tier1", FIRST)
