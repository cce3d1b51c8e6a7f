"""Home timelines with reposts and followed hashtags, of random small worlds, beside a computation by hand."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from feeds.connection import Connection
from feeds.home import KEYSET, home
from feeds.keysets import Place
from feeds.pipeline import page
from feeds.reader import Reader
from feeds.reading import from_position
from feeds.windows import Window
from graph.ids import FIRST
from graph.rows.posts import Audience, Delivery, PostRow
from graph.rows.reading import ReadingFeed, ReadingPosition
from services.events.event import Event
from tests.feed.test_equals_brute_force import about_a_post, about_somebody, disturb
from tests.worlds.audits import audits_of
from tests.worlds.diary import Diary, Reposted, Written
from tests.worlds.town import Town

NAMES = ("ann", "ben", "col", "dea", "eve")
HASHTAGS = ("owl", "wren", "ibis")
Begun = tuple[Connection[PostRow], int]
"""The first page of a walk, and where on the timeline it begins."""
STEPS = 60
CAP = 6
"""Small, so that lists are trimmed and pages go on in the graph."""


async def about_a_repost(town: Town, diary: Diary, rng: random.Random, who: str, other: str) -> None:
    """Let somebody repost what they see, take that back, or mute what somebody reposts, or hear it again."""
    step = rng.choice(["repost", "repost", "repost", "undo", "mute reposts", "unmute reposts"])
    own = {each.post.id: each for each in diary.reposts if each.who == who}
    open_to_them = [post for post in diary.posts if diary.may_repost(who, post) and post.id not in own]
    if step == "repost" and open_to_them:
        post = rng.choice(open_to_them)
        diary.reposts.append(Reposted(await town.repost(who, post.id), who, post))
    elif step == "undo" and own:
        gone = rng.choice([*own.values()])
        await town.unrepost(who, gone.post.id)
        diary.reposts.remove(gone)
    elif step == "mute reposts" and not diary.blocked(who, other):
        mutes, people = town.parts.services.muted_users, town.people
        await mutes.mute(people[who], people[other].id, None, reposts_only=True)
        diary.muted_reposts(who, other)
    elif step == "unmute reposts" and (muted := [pair for pair in sorted(diary.reposts_muted) if not diary.blocked(*pair)]):
        pair = rng.choice(muted)
        await town.unmute(*pair)
        diary.happened("unmute", *pair)


async def go_private(town: Town, diary: Diary, who: str) -> None:
    """Let somebody be for their followers alone from now on."""
    await town.choose(who, private=True)
    diary.private.add(who)


async def about_a_hashtag(town: Town, diary: Diary, rng: random.Random, who: str, other: str) -> None:
    """Let somebody follow a hashtag or stop, write with some, or write others into what has some."""
    step = rng.choice(["follow", "follow", "unfollow", "post", "post", "edit"])
    hashtag, hashtags = rng.choice(HASHTAGS), tuple(rng.sample(HASHTAGS, rng.choice([1, 2])))
    own = [post for post in diary.posts if post.author == who and post.hashtags and not post.deleted]
    if step == "follow":
        await town.follow_hashtags(who, hashtag)
        diary.hashtags.add((who, hashtag))
    elif step == "unfollow":
        await town.unfollow_hashtag(who, hashtag)
        diary.hashtags.discard((who, hashtag))
    elif step == "post":
        audience = rng.choice([Audience.PUBLIC, Audience.PUBLIC, Audience.FOLLOWERS])
        post = await town.post(who, _text(other, hashtags), audience=audience)
        diary.posts.append(Written(post, who, home=True, audience=audience, named=other, hashtags=hashtags))
    elif own:
        edited = rng.choice(own)
        await town.edit(who, edited.id, _text(edited.named, hashtags))
        edited.hashtags = hashtags


def _text(named: str, hashtags: Sequence[str]) -> str:
    return f"Hello @{named} " + " ".join(f"#{each}" for each in hashtags)


async def happen(town: Town, diary: Diary, rng: random.Random) -> None:
    """Let one thing happen, in the town and in the diary."""
    who, other = rng.sample(NAMES, 2)
    about = rng.choice([about_somebody, about_a_post, about_a_repost, about_a_repost, about_a_hashtag])
    await about(town, diary, rng, who, other)


@pytest.mark.parametrize("seed", range(6))
async def test_timelines_with_reposts_and_hashtags_equal_what_a_diary_says(found_town, seed):
    """People are pushed, mixed and pulled in turns, lists are shorter than what is written, and Redis loses some of them.

    One of them goes private on the way.
    """
    rng = random.Random(seed)
    town, diary = found_town(timeline_cap=CAP, recent_posts_cap=rng.choice([2, 4, 50]), push_below=rng.choice([1, 3])), Diary()
    await town.settle(*NAMES)
    waiting: list[Event] = []
    for step in range(1, STEPS + 1):
        await happen(town, diary, rng)
        await disturb(town, NAMES, waiting, rng)
        if step == STEPS // 2:
            await go_private(town, diary, rng.choice(NAMES))
        if step % (STEPS // 3) == 0:
            await _all_is_handled(town, waiting, rng)
            for name in NAMES:
                assert await town.entries(name, rng.randrange(1, 12)) == diary.entries(name), (step, name)
            report = await audits_of(town).run(len(NAMES), repair=False)
            assert (report.timelines, report.drifted) == (len(NAMES), []), step


async def _all_is_handled(town: Town, waiting: list[Event], rng: random.Random) -> None:
    """Let the worker do all that waits, in any order, and what comes of that."""
    while found := await town.outbox():
        waiting += found
        rng.shuffle(waiting)
        await town.handle(waiting)
        waiting.clear()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("mode", [Delivery.PUSH, Delivery.PULL])
async def test_a_walk_is_that_of_its_beginning_whatever_happens_between_its_pages(found_town, seed, mode):
    """Posts and reposts arrive, end, and change who sees them; one of the people is private.

    What comes meanwhile moves nothing. What is taken back or hidden meanwhile is gone from later pages, and moves what it moves.
    """
    rng = random.Random(seed)
    town, diary = found_town(timeline_cap=CAP), Diary()
    await town.settle(*NAMES)
    await town.parts.delivery_controls.pin(0 if mode is Delivery.PULL else None, mode)
    for who in NAMES:
        for other in NAMES:
            if who != other:
                await town.follow(who, other)
                diary.happened("follow", who, other)
    await go_private(town, diary, rng.choice(NAMES))
    for step in range(30):
        who, other = rng.sample(NAMES, 2)
        if step % 3 == 0:
            diary.posts.append(Written(await town.post(who), who, home=True))
        else:
            await about_a_repost(town, diary, rng, who, other)
        await town.deliver()
    for name, begin in zip(NAMES, (_newest, _position, _upwards, _hidden), strict=False):
        truth = diary.placed(name)
        places = [edge.place for edge in (await town.page(name, 100)).edges]
        first = rng.randrange(1, 4)
        page, at = await begin(town.reader(name), places, first, rng)
        assert town.placed(page) == truth[at:][: len(page.edges)]
        newest = max(*(post.id for post in diary.posts), *(repost.id for repost in diary.reposts))
        beginning = truth[0][0] if begin is _newest else newest  # what is hidden above the first row is not of the walk
        while page.page_info.has_next_page:
            below = _end(page)
            who, other = rng.sample(NAMES, 2)
            await rng.choice([about_a_post, about_a_repost, about_a_repost])(town, diary, rng, who, other)
            await town.deliver()
            page = await town.page(name, first, page.page_info.end_cursor)
            end = _end(page) if page.page_info.has_next_page else FIRST
            expected = [each for each in diary.placed(name, beginning) if end <= each[0] < below]
            assert town.placed(page) == expected, (name, begin)


def _end(page: Connection[PostRow]) -> str:
    """Return the entry behind which the next page begins."""
    assert page.page_info.end is not None
    return str(page.page_info.end[0])


async def _newest(reader: Reader, _places: Sequence[Place], first: int, _rng: random.Random) -> Begun:
    return await page(reader, home(reader), Window(first)), 0


async def _position(reader: Reader, places: Sequence[Place], first: int, rng: random.Random) -> Begun:
    """Begin where the viewer was."""
    at = rng.randrange(len(places))
    return await page(reader, from_position(reader, ReadingPosition(ReadingFeed.HOME, places[at], 0)), Window(first)), at


async def _upwards(reader: Reader, places: Sequence[Place], first: int, rng: random.Random) -> Begun:
    """Begin with the page above a place; what is read on from its end is below."""
    at = rng.randrange(1, len(places))
    before = reader.cursors(KEYSET).signed(places[at])
    return await page(reader, home(reader), Window(last=first, before=before)), max(0, at - first)


async def _hidden(reader: Reader, places: Sequence[Place], first: int, _rng: random.Random) -> Begun:
    """Begin with a page on which all is hidden by a rule."""
    once = replace(reader, parts=replace(reader.parts, refill_rounds=0))
    begun = await page(once, replace(home(once), rules=(lambda _: False,)), Window(first))
    end = begun.page_info.end
    assert end is not None
    assert begun.edges == []
    return begun, sum(KEYSET.precedes(place, end) or place[0] == end[0] for place in places)
