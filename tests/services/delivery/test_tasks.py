"""Tasks of fan-out: large authors a chunk at a time, each list once, and nothing after a deletion."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from errors import Unavailable
from graph.ids import LAST, new_id, pack
from graph.rows.posts import Delivery
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.dead_letters import DeadLetters
from keyspace.fan_out_queue import KNOWN, Backlog, Claimed, FanOutQueue
from services.delivery.fan_out import FanOut
from services.delivery.followers import NEWEST
from services.delivery.tasks import FanOutTask, Step
from services.events.post_events import PostCreated
from services.events.stream import event_of
from tests.services.delivery.made import CHUNK, Made, MadeFollowers, carry_out, deletion, followers_of
from tests.worlds.delivery import let_time_pass
from tests.worlds.timelines import listed
from tests.worlds.waiting import until

BACKGROUND_READY, BACKGROUND_TURN = keys.FAN_OUT[5:7]
BIG, OTHER = 3, 4
COUNT = 10 * CHUNK + 5
ALL = followers_of(BIG, COUNT)
SAMPLE = (ALL[0], ALL[CHUNK - 1], ALL[CHUNK], ALL[CHUNK + 1], ALL[5 * CHUNK + 7], ALL[-1])
"""Followers who have a list: the first, some at the edges of chunks, and the last."""


@pytest.fixture
def made(keyspace: Keyspace) -> Made:
    """One author with ten chunks of followers, and one with a few."""
    return Made(keyspace, MadeFollowers({BIG: COUNT, OTHER: 5}))


async def lists(made: Made, viewers: Sequence[int] = SAMPLE) -> list[Sequence[str]]:
    """Read the ids on the lists of some viewers."""
    found = [await listed(made.cached, viewer, LAST, 50) for viewer in viewers]
    return [[] if page is None else page.ids for page in found]


async def test_what_fits_into_one_chunk_is_one_read_and_one_round_trip(made):
    fan_out, post, asked = made.fan_out(), made.post(OTHER), []
    few = followers_of(OTHER, 5)
    await fan_out.handle(made.post(OTHER))  # Redis learns the script
    await made.stand(few)
    made.followers.read.clear()
    made.keyspace.observe = lambda name, _: asked.append(name)
    await fan_out.handle(post)
    assert (len(made.followers.read), asked) == (1, ["fan_out_begin"])
    assert await lists(made, few) == [[post.post_id]] * 5
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["mode"], plan["first"], plan["step"], "done" in plan) == ("PUSH", "5", "first", True)
    assert (await fan_out.queue.backlog()).tasks == 0


async def test_a_large_author_is_pushed_to_everybody_once(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    assert await lists(made) == [[post.post_id]] * 2 + [[]] * 4
    assert (await fan_out.queue.backlog()).deliveries == COUNT - CHUNK
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[post.post_id]] * len(SAMPLE)
    plan, backlog = await fan_out.queue.plan(post.post_id), await fan_out.queue.backlog()
    assert (plan["first"], plan["rest"], "done" in plan) == (str(CHUNK), str(COUNT - CHUNK), True)
    assert (backlog.deliveries, backlog.tasks) == (0, 0)
    assert [place for _, place in made.followers.read] == sorted((place for _, place in made.followers.read), reverse=True)
    assert await made.keyspace.command("TTL", keys.FAN_OUT_PLAN + pack(post.post_id)) > 0


@pytest.mark.parametrize("author", [BIG, OTHER])
async def test_an_event_that_comes_again_delivers_nothing_again(made, author):
    fan_out, post = made.fan_out(), made.post(author)
    viewer = followers_of(author, 5)[-1]
    await made.stand([viewer])
    for _ in range(2):
        await fan_out.handle(post)
        await carry_out(made.runner(fan_out))
        await made.keyspace.command("LREM", keys.timeline(viewer), 0, pack(post.post_id))
    assert await lists(made, [viewer]) == [[]]


async def test_an_event_that_comes_again_in_the_middle_makes_no_second_task(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    made.followers.meanwhile[3] = lambda: fan_out.handle(post)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["first"], plan["rest"]) == (str(CHUNK), str(COUNT - CHUNK))


async def test_a_post_deleted_while_it_is_delivered_leaves_every_list_and_does_not_come_back(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    made.followers.meanwhile[4] = lambda: fan_out.handle(deletion(post))
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[]] * len(SAMPLE)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[]] * len(SAMPLE)
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["step"], int(plan["rest"]) < COUNT - CHUNK, "done" in plan) == ("remove", True, True)


@pytest.mark.parametrize("author", [BIG, OTHER])
async def test_a_post_deleted_later_leaves_every_list(made, author):
    fan_out, post, other = made.fan_out(), made.post(author), made.post(author)
    everybody = followers_of(author, made.followers.counts[author])
    viewers = (everybody[0], everybody[-1])
    await made.stand(viewers)
    for event in (post, other, deletion(post), deletion(post)):
        await fan_out.handle(event)
        await carry_out(made.runner(fan_out))
    assert await lists(made, viewers) == [[other.post_id]] * 2


async def test_a_deletion_that_is_heard_of_first_keeps_the_post_out(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    for event in (deletion(post), post):
        await fan_out.handle(event)
        await carry_out(made.runner(fan_out))
    assert await lists(made) == [[]] * len(SAMPLE)


async def test_a_deleted_post_is_pushed_no_further_before_its_deletion_is_heard_of(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    made.followers.deleted.add(post.post_id)
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[post.post_id]] * 2 + [[]] * 4
    await fan_out.handle(deletion(post))
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[]] * len(SAMPLE)


async def test_who_builds_a_list_while_a_post_is_removed_builds_again(made):
    fan_out, post = made.fan_out(), made.post(OTHER)
    viewer = followers_of(OTHER, 5)[0]
    token = await made.cached.begin(viewer)
    assert token is not None
    await fan_out.handle(deletion(post))
    assert not await made.cached.finish(viewer, token, [post.post_id], ())


async def test_a_pulled_post_is_pushed_to_its_author_alone(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.PULL)
    await made.stand([BIG, *SAMPLE])
    await fan_out.handle(post)
    assert await lists(made, [BIG, *SAMPLE]) == [[post.post_id]] + [[]] * len(SAMPLE)
    assert [post for post, _ in made.followers.read] == [post.post_id]  # once, to learn whether it is deleted


async def test_a_deleted_post_that_was_pulled_leaves_the_lists_that_were_built_since(made):
    fan_out, post = made.fan_out(), made.post(BIG, Delivery.PULL)
    await made.stand([BIG, *SAMPLE])
    await fan_out.handle(post)
    await made.cached.push(post.post_id, SAMPLE)
    await fan_out.handle(deletion(post))
    await carry_out(made.runner(fan_out))
    assert await lists(made, [BIG, *SAMPLE]) == [[]] * (1 + len(SAMPLE))


async def test_a_worker_that_lost_its_claim_changes_nothing(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    stale = await fan_out.queue.claim()
    assert isinstance(stale, Claimed)
    await made.keyspace.command("ZADD", keys.FAN_OUT[2], 0, pack(post.post_id))
    fresh = await made.fan_out().queue.claim()
    assert isinstance(fresh, Claimed)
    late = keys.packed([ALL[-1]])
    assert await fan_out.queue.chunk(stale, "push", late, {"rest": 1}, {"at": 1}, left=0, then="done", wait=0) == KNOWN
    await fan_out.queue.put_off(stale, pause=0, failed=True)
    assert await fan_out.queue.fail(stale, 9, "late") == KNOWN
    await fan_out.queue.set_aside(stale)
    assert (await lists(made))[-1] == []
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["owner"], "at" in plan and plan["at"] != "1", "failed" in plan) == (fresh.token, True, False)
    chunks = made.runner(fan_out).walk.chunks
    for task, delivered in ((stale, 0), (fresh, 1)):
        await chunks.note(FanOutTask.of(task), late, {}, left=0, then="on")
        assert chunks.metrics.delivered.labels("push")._value.get() == delivered


async def test_a_lost_claim_is_taken_over_where_the_task_stopped(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    taken = await fan_out.queue.claim()
    assert isinstance(taken, Claimed)
    task = FanOutTask.of(taken)
    chunk = await made.followers.chunk(post.post_id, BIG, task.place, CHUNK)
    note = fan_out.queue.chunk(
        taken, "push", keys.packed(chunk.keys), {"rest": CHUNK}, chunk.next._asdict(), left=COUNT - 2 * CHUNK, then="on", wait=0
    )
    assert await note == 1
    assert await made.fan_out().queue.claim() is None
    await made.keyspace.command("ZADD", keys.FAN_OUT[2], 0, pack(post.post_id))
    made.followers.read.clear()
    await carry_out(made.runner(made.fan_out()))
    assert made.followers.read[0] == (post.post_id, chunk.next)
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def test_a_task_that_no_worker_survives_is_set_aside(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    runner, letters = made.runner(fan_out), DeadLetters(made.keyspace)
    for _ in range(made.policy.attempts):
        assert await letters.count() == 0
        assert isinstance(await fan_out.queue.claim(), Claimed)
        await made.keyspace.command("ZADD", keys.FAN_OUT[2], 0, pack(post.post_id))
    assert await carry_out(runner) == 1
    (letter,) = await letters.page()
    assert (letter.type, letter.attempts, letter.error) == ("post.created", 3, "WorkerLost: no chunk was finished")
    await fan_out.handle(post)
    await carry_out(runner)
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


@pytest.mark.parametrize("others", [0, 60])
async def test_an_author_who_has_many_tasks_waits_as_often_up_to_a_limit(made, others):
    queue, step = made.fan_out().queue, {"step": "rest"}
    for author in range(10, 10 + others):
        assert await queue.begin(new_id(), "push", [author], {**step, "author": author}, left=1, wait=60_000)
    waits = []
    for _ in range(10):
        now, _ = await made.keyspace.command("TIME")
        post = new_id()
        assert await queue.begin(post, "push", [BIG], {**step, "author": BIG}, left=1, wait=60_000)
        turn = float(await made.keyspace.command("ZSCORE", keys.FAN_OUT[0], pack(post)))
        waits.append(round((turn / 1_000 - int(now)) / 60))
    assert waits == [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]


async def test_a_task_without_its_plan_is_forgotten(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    await made.keyspace.command("DEL", keys.FAN_OUT_PLAN + pack(post.post_id))
    assert await fan_out.queue.claim() is None
    backlog = await fan_out.queue.backlog()
    assert (backlog.deliveries, backlog.tasks) == (0, 0)


async def test_an_emptied_redis_ends_what_was_under_way(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)

    async def flush() -> None:
        await made.keyspace.command("FLUSHALL")
        await made.stand(SAMPLE)

    made.followers.meanwhile[4] = flush
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert await lists(made) == [[]] * len(SAMPLE)
    assert await fan_out.queue.plan(post.post_id) == {}
    assert (await fan_out.queue.backlog()).tasks == 0


async def test_what_keeps_failing_is_set_aside_and_goes_on_when_it_is_replayed(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    made.followers.errors = [ValueError("broken")] * made.policy.attempts
    running = asyncio.create_task(made.runner(fan_out).run())
    letters = DeadLetters(made.keyspace)
    await until(letters.count)
    (letter,) = await letters.page()
    assert (letter.group, letter.type, letter.attempts, letter.error) == ("fan-out", "post.created", 3, "ValueError: broken")
    backlog = await fan_out.queue.backlog()
    assert (backlog.deliveries, backlog.tasks) == (0, 0)
    await fan_out.handle(event_of(letter.fields))
    await until(lambda: done(made, post.post_id))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await lists(made) == [[post.post_id]] * len(SAMPLE)
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def test_a_worker_that_dies_while_it_sets_a_task_aside_leaves_one_letter(made, monkeypatch):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    runner, letters = made.runner(fan_out), DeadLetters(made.keyspace)
    for replayed in range(2):
        task = await fan_out.queue.claim()
        assert isinstance(task, Claimed)
        task = replace(task, plan={**task.plan, "attempts": str(made.policy.attempts)})
        with monkeypatch.context() as killed:
            killed.setattr(FanOutQueue, "set_aside", fails)
            with pytest.raises(Unavailable):
                await runner.carry(task)
        await runner.carry(task)
        assert await letters.count() == 1 + replayed
        await fan_out.handle(post)
    await carry_out(runner)
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def failed_task(made: Made, fan_out: FanOut) -> Claimed:
    """Claim the only task as one whose last attempt is over."""
    task = await fan_out.queue.claim()
    assert isinstance(task, Claimed)
    return replace(task, plan={**task.plan, "attempts": str(made.policy.attempts)})


async def test_a_worker_that_dies_before_the_letter_is_there_is_followed_by_another(made, monkeypatch):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    runner, letters = made.runner(fan_out), DeadLetters(made.keyspace)
    task = FanOutTask.of(await failed_task(made, fan_out))
    with monkeypatch.context() as killed:
        killed.setattr(DeadLetters, "add", fails)
        with pytest.raises(Unavailable):
            await runner._set_aside(task, made.policy.attempts, "ValueError: broken")
    assert (await letters.count(), "failed" in await fan_out.queue.plan(post.post_id)) == (0, True)
    await let_time_pass(made.keyspace)
    assert await carry_out(made.runner(made.fan_out())) == 1
    (letter,) = await letters.page()
    assert (letter.type, letter.error) == ("post.created", "ValueError: broken")
    assert (await fan_out.queue.backlog()).tasks == 0


async def test_a_letter_that_is_replayed_before_its_worker_let_go_goes_on(made, monkeypatch):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    task = await failed_task(made, fan_out)
    with monkeypatch.context() as killed:
        killed.setattr(FanOutQueue, "set_aside", fails)
        with pytest.raises(Unavailable):
            await made.runner(fan_out).carry(task)
    assert await DeadLetters(made.keyspace).count() == 1
    await fan_out.handle(post)
    await fan_out.queue.set_aside(task)
    await carry_out(made.runner(made.fan_out()))
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["rest"], "done" in plan, "failed" in plan) == (str(COUNT - CHUNK), True, False)


async def test_what_fails_again_after_its_plan_was_lost_is_another_letter(made):
    fan_out, post, letters = made.fan_out(), made.post(BIG), DeadLetters(made.keyspace)
    for lost in range(2):
        await fan_out.handle(post)
        await made.runner(fan_out).carry(await failed_task(made, fan_out))
        assert await letters.count() == 1 + lost
        await made.keyspace.command("DEL", keys.FAN_OUT_PLAN + pack(post.post_id))


async def fails(*_args: object, **_options: object) -> None:
    """Be killed, as far as the caller can tell."""
    raise Unavailable


async def test_an_outage_of_the_graph_counts_as_no_attempt(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    made.followers.errors = [Unavailable()]
    runner = made.runner(fan_out)
    assert await carry_out(runner) == 1
    waits = await fan_out.queue.claim()
    assert isinstance(waits, float)
    assert 0.2 < waits <= 1.0
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["attempts"], "owner" in plan) == ("0", False)


@pytest.mark.parametrize(("error", "attempts"), [(ValueError("broken"), 1), (Unavailable(), 0), (asyncio.CancelledError(), 0)])
async def test_a_chunk_between_failures_begins_the_count_anew(made, error, attempts):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    runner = made.runner(fan_out)
    for _ in range(made.policy.attempts - 1):
        made.followers.errors = [ValueError("broken")]
        assert await carry_out(runner) == 1
        await made.keyspace.command("ZADD", keys.FAN_OUT[1], 0, pack(post.post_id))

    async def fail() -> None:
        raise error

    made.followers.meanwhile[len(made.followers.read) + 3] = fail
    task = await fan_out.queue.claim()
    assert isinstance(task, Claimed)
    with suppress(asyncio.CancelledError):
        await runner.carry(task)
    plan = await fan_out.queue.plan(post.post_id)
    assert (task.plan["attempts"], plan["attempts"], "failed" in plan, "owner" in plan) == ("2", str(attempts), False, False)
    assert int(plan["rest"]) > 0


async def test_a_worker_that_stops_leaves_its_task_to_others_at_once(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    hold = asyncio.Event()
    made.followers.meanwhile[3] = hold.wait
    await fan_out.handle(post)
    running = asyncio.create_task(made.runner(fan_out).run())
    await until(lambda: len(made.followers.read) == 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await carry_out(made.runner(made.fan_out()))
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def begin_background(made: Made, fan_out: FanOut) -> set[str]:
    """Begin to settle a post, and to remove another; their turns came long ago."""
    settled, removed = made.post(BIG), made.post(BIG)
    plan = {"step": Step.SETTLE, "author": BIG, "offset": 0, **NEWEST._asdict()}
    assert await fan_out.queue.begin(settled.post_id, "settle", [BIG], plan, left=0, wait=0)
    await fan_out.handle(deletion(removed))
    for post in (settled, removed):
        await made.keyspace.command("ZADD", BACKGROUND_READY, 1, pack(post.post_id))
    return {settled.post_id, removed.post_id}


async def test_background_tasks_go_after_all_others_and_are_no_load(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    background = await begin_background(made, fan_out)
    assert await fan_out.queue.backlog() == Backlog(deliveries=0, tasks=2, background=2, overdue=0.0)
    await made.keyspace.command("SET", BACKGROUND_TURN, 1)
    await fan_out.handle(post)
    claimed = []
    while "done" not in await fan_out.queue.plan(post.post_id):
        found = await fan_out.queue.claim()
        assert isinstance(found, Claimed)
        claimed.append(found.post)
        await made.runner(fan_out).carry(found)
    assert set(claimed) == {post.post_id}
    await carry_out(made.runner(fan_out))
    assert all(["done" in await fan_out.queue.plan(each) for each in background])
    assert await fan_out.queue.backlog() == Backlog(deliveries=0, tasks=0, background=0, overdue=0.0)


async def test_background_tasks_have_a_chunk_now_and_then_while_others_wait(made):
    fan_out = made.fan_out()
    background = await begin_background(made, fan_out)
    for _ in range(2):
        await fan_out.handle(made.post(BIG))
    found = await fan_out.queue.claim()
    assert isinstance(found, Claimed)
    assert found.post in background
    assert 0 < await made.keyspace.command("PTTL", BACKGROUND_TURN) <= 1_000
    await made.keyspace.command("PERSIST", BACKGROUND_TURN)
    asked: list[str] = []
    made.keyspace.observe = lambda name, _: asked.append(name)
    await made.runner(fan_out).carry(found)
    assert asked.count("fan_out_chunk") == 1
    following = await fan_out.queue.claim()
    assert isinstance(following, Claimed)
    assert following.post not in background


async def test_a_background_task_that_was_left_behind_goes_after_all_others_again(made):
    fan_out = made.fan_out()
    background = await begin_background(made, fan_out)
    for _ in range(2):
        assert isinstance(await fan_out.queue.claim(), Claimed)
    assert await fan_out.queue.claim() is None
    await let_time_pass(made.keyspace)
    await made.keyspace.command("SET", BACKGROUND_TURN, 1)
    await fan_out.handle(post := made.post(BIG))
    found = [await fan_out.queue.claim() for _ in range(3)]
    assert [each.post for each in found if isinstance(each, Claimed)][:1] == [post.post_id]
    assert {each.post for each in found if isinstance(each, Claimed)} == {post.post_id, *background}


async def test_two_workers_deliver_each_post_once(made):
    workers = [made.fan_out() for _ in range(2)]
    await made.stand(SAMPLE)
    posts = [made.post(BIG) for _ in range(6)]
    running = [asyncio.create_task(made.runner(worker).run()) for worker in workers]
    for number, post in enumerate(posts):
        await asyncio.gather(workers[number % 2].handle(post), workers[1 - number % 2].handle(post))
    await until(lambda: all_done(made, posts))
    for each in running:
        each.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert await lists(made) == [[post.post_id for post in reversed(posts)]] * len(SAMPLE)
    plans = [await workers[0].queue.plan(post.post_id) for post in posts]
    assert [(plan["first"], plan["rest"]) for plan in plans] == [(str(CHUNK), str(COUNT - CHUNK))] * len(posts)


async def all_done(made: Made, posts: Sequence[PostCreated]) -> bool:
    """Tell whether the plans of all have come to their end."""
    return all([await done(made, post.post_id) for post in posts])


async def done(made: Made, post: str) -> bool:
    """Tell whether a plan has come to its end."""
    return "done" in await made.fan_out().queue.plan(post)
