"""Home timelines of random small worlds, made by the real services and consumers, beside a computation by hand."""

import random
from collections.abc import Sequence

import pytest

from graph.rows.posts import Audience, Delivery
from services.events.event import Event
from tests.feed.evictable import KINDS
from tests.worlds.audits import audits_of
from tests.worlds.diary import Diary, Written
from tests.worlds.town import Town

NAMES = ("ann", "ben", "col", "dea", "eve")
STEPS = 80
CAP = 8
"""Small, so that lists are trimmed and pages go on in the graph."""
ASKS_IN_VAIN = 0.3
"""How often somebody who is private leaves a request as it is."""


async def about_somebody(town: Town, diary: Diary, rng: random.Random, who: str, other: str) -> None:
    """Let somebody do something about somebody whom they see, or block them."""
    step = rng.choice(["follow", "follow", "follow", "unfollow", "befriend", "mute", "unmute", "block", "unblock", "unblock"])
    if step == "block" or (step == "unblock" and (who, other) in diary.blocks) or not diary.blocked(who, other):
        await getattr(town, step)(who, other)
        if step == "follow" and other in diary.private and (who, other) not in diary.follows:
            if rng.random() < ASKS_IN_VAIN:
                return
            await town.accept(other, who)
        diary.happened(step, who, other)


async def about_a_post(town: Town, diary: Diary, rng: random.Random, who: str, other: str) -> None:
    """Let somebody write, reply to what they see, or change or delete what they wrote."""
    step, audience = rng.choice(["post", "post", "post", "reply", "narrow", "delete"]), rng.choice(list(Audience))
    seen = [post for post in diary.posts if diary.sees(who, post)]
    own = [post for post in seen if post.author == who]
    if step == "post":
        post = await town.post(who, f"Hello @{other}", audience=audience)
        diary.posts.append(Written(post, who, home=True, audience=audience, named=other))
    elif step == "reply" and seen:
        parent = rng.choice(seen)
        diary.replied(await town.post(who, reply_to=parent.id), who, parent)
    elif step == "narrow" and own:
        changed = rng.choice(own)
        await town.set_audience(who, changed.id, audience)
        changed.audience = audience
    elif step == "delete" and own:
        gone = rng.choice(own)
        await town.delete(who, gone.id)
        gone.deleted = True


async def happen(town: Town, diary: Diary, rng: random.Random) -> None:
    """Let one thing happen, in the town and in the diary."""
    who, other = rng.sample(NAMES, 2)
    await rng.choice([about_somebody, about_a_post])(town, diary, rng, who, other)


async def change_delivery(town: Town, rng: random.Random) -> None:
    """Let an operator change how the next posts are delivered."""
    controls = town.parts.delivery_controls
    if rng.random() < 0.3:
        await controls.unpin()
    else:
        await controls.pin(rng.choice([None, 0, 1, 3]), rng.choice(list(Delivery)))


async def lose(town: Town, rng: random.Random) -> None:
    """Let Redis lose everything, or some or all keys of one kind."""
    keyspace = town.parts.keyspace
    kind = rng.choice([*KINDS, b"*"])
    gone = [name for name in await keyspace.command("KEYS", kind) if rng.random() < rng.choice([0.5, 1.0])]
    if gone:
        await keyspace.command("DEL", *gone)


async def part(town: Town, waiting: list[Event], rng: random.Random) -> None:
    """Let the worker do some of what waits: in any order, and some of it twice."""
    waiting += await town.outbox()
    rng.shuffle(waiting)
    share = rng.randrange(len(waiting) + 1)
    await town.handle(waiting[:share])
    await town.handle(rng.sample(waiting, min(2, len(waiting))))
    del waiting[:share]


async def disturb(town: Town, names: Sequence[str], waiting: list[Event], rng: random.Random) -> None:
    """Now and then change the delivery, lose what is cached, let the worker do some of what waits, and let somebody read."""
    if rng.random() < 0.1:
        await change_delivery(town, rng)
    if rng.random() < 0.1:
        await lose(town, rng)
    if rng.random() < 0.2:
        await part(town, waiting, rng)
    if rng.random() < 0.3:
        await town.ids(rng.choice(names), rng.randrange(1, 12))


@pytest.mark.parametrize("seed", range(16))
async def test_merged_timelines_equal_what_a_diary_says(found_town, seed):
    """Authors are pushed, mixed and pulled in turns, lists are shorter than what is written, and Redis loses some of them."""
    rng = random.Random(seed)
    town, diary = found_town(timeline_cap=CAP, recent_posts_cap=rng.choice([2, 4, 50]), push_below=rng.choice([1, 3])), Diary()
    await town.settle(*NAMES)
    waiting: list[Event] = []
    for step in range(1, STEPS + 1):
        await happen(town, diary, rng)
        await disturb(town, NAMES, waiting, rng)
        if step % (STEPS // 4) == 0:
            waiting += await town.outbox()
            rng.shuffle(waiting)
            await town.handle(waiting)
            waiting.clear()
            for name in NAMES:
                assert await town.walk(name, first=rng.randrange(1, 12)) == diary.home(name), (step, name)
            report = await audits_of(town).run(len(NAMES), repair=False)
            assert (report.timelines, report.drifted) == (len(NAMES), []), step


@pytest.mark.parametrize("seed", range(8))
async def test_home_timelines_equal_what_a_diary_says(found_town, seed):
    rng = random.Random(seed)
    town, diary = found_town(timeline_cap=CAP), Diary()
    await town.settle(*NAMES)
    waiting: list[Event] = []
    for _ in range(STEPS):
        await happen(town, diary, rng)
        if rng.random() < 0.2:
            await part(town, waiting, rng)
        if rng.random() < 0.3:
            await town.ids(rng.choice(NAMES), rng.randrange(1, 12))
    waiting += await town.outbox()
    rng.shuffle(waiting)
    await town.handle(waiting)
    for name in NAMES:
        assert await town.walk(name, first=rng.randrange(1, 12)) == diary.home(name)


async def test_what_is_not_delivered_yet_is_missing_and_nothing_else_is_wrong(town):
    await town.follow("ada", "bea")
    assert await town.ids("ada") == []
    first = await town.post("bea")
    await town.deliver()
    second = await town.post("bea")
    assert await town.ids("ada") == [first]
    await town.deliver()
    assert await town.ids("ada") == [second, first]


async def test_an_author_sees_a_post_at_once(town):
    assert await town.ids("ada") == []
    post = await town.post("ada")
    assert await town.ids("ada") == [post]


async def test_a_new_follower_sees_what_was_written_before_at_once(town):
    posts = [await town.post("bea") for _ in range(3)]
    await town.deliver()
    assert await town.ids("ada") == []
    await town.follow("ada", "bea")
    assert await town.ids("ada") == posts[::-1]


async def test_a_reply_to_somebody_else_is_on_no_timeline_but_a_thread_is(town):
    await town.follow("ada", "bea")
    await town.ids("ada")
    post = await town.post("bea")
    thread = await town.post("bea", reply_to=post)
    await town.post("bea", reply_to=await town.post("cid"))
    await town.deliver()
    assert await town.ids("ada") == [thread, post]
