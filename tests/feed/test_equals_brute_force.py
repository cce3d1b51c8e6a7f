"""Home timelines of random small worlds, made by the real services and consumers, beside a computation by hand."""

import random
from dataclasses import dataclass, field

import pytest

from graph.rows import Event
from tests.worlds.town import Town

NAMES = ("ann", "ben", "col", "dea", "eve")
STEPS = 50
CAP = 8
"""Small, so that lists are trimmed and pages go on in the graph."""


@dataclass(slots=True)
class Written:
    """A post as a diary would have it."""

    id: str
    author: str
    home: bool
    deleted: bool = False


@dataclass(slots=True)
class Diary:
    """What happened, in plain Python."""

    follows: set[tuple[str, str]] = field(default_factory=set)
    posts: list[Written] = field(default_factory=list)

    def home(self, viewer: str) -> list[str]:
        """Compute a home timeline."""
        return sorted(
            (
                post.id
                for post in self.posts
                if post.home and not post.deleted and (post.author == viewer or (viewer, post.author) in self.follows)
            ),
            reverse=True,
        )


async def happen(town: Town, diary: Diary, rng: random.Random) -> None:
    """Let one thing happen, in the town and in the diary."""
    who, other = rng.sample(NAMES, 2)
    live = [post for post in diary.posts if not post.deleted]
    own = [post for post in live if post.author == who]
    step = rng.choice(["follow", "follow", "unfollow", "post", "post", "post", "whisper", "reply", "delete"])
    if step == "follow":
        await town.follow(who, other)
        diary.follows.add((who, other))
    elif step == "unfollow":
        await town.unfollow(who, other)
        diary.follows.discard((who, other))
    elif step == "post":
        diary.posts.append(Written(await town.post(who), who, home=True))
    elif step == "whisper":
        diary.posts.append(Written(await town.whisper(who), who, home=True))
    elif step == "reply" and live:
        parent = rng.choice(live)
        reply = await town.post(who, reply_to=parent.id)
        diary.posts.append(Written(reply, who, home=parent.author == who))
    elif step == "delete" and own:
        gone = rng.choice(own)
        await town.delete(who, gone.id)
        gone.deleted = True


async def part(town: Town, waiting: list[Event], rng: random.Random) -> None:
    """Let the worker do some of what waits: in any order, and some of it twice."""
    waiting += await town.outbox()
    rng.shuffle(waiting)
    share = rng.randrange(len(waiting) + 1)
    await town.handle(waiting[:share])
    await town.handle(rng.sample(waiting, min(2, len(waiting))))
    del waiting[:share]


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
