"""A page of a home timeline, merged of the viewer's own list and recent posts of pulled authors, beside a computation by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.ids import FIRST, LAST, end_of_post, id_at, is_of_repost, pack
from keyspace import keys, page_scripts
from keyspace.client import Keyspace
from keyspace.page_scripts import PASSED_MOST, HomeAbsent, HomeAnswer, PageScripts
from keyspace.row_cache import RowCache
from services.delivery.cached import CachedTimelines, entries_of
from services.delivery.pulled import PulledAuthors
from tests.property_examples import examples

VIEWER, AUTHORS, LIFE = 7, (11, 12, 13), 60
# Neighbours in every part that the script compares.
IDS = sorted((id_at(at, tail) for at in (1, 2, 0x0180_0000_0000) for tail in (0, 1, 0xFF, 1 << 62, (1 << 74) - 1)), reverse=True)
LISTS = st.lists(st.sampled_from(IDS), unique=True, max_size=10).map(lambda ids: sorted(ids, reverse=True))


@dataclass(slots=True)
class World:
    """What there is: the posts that were pushed to the viewer and those of each author. Each list holds at most `cap` entries."""

    cap: int
    pushed: list[str] = field(default_factory=list)
    recent: dict[int, list[str]] = field(default_factory=dict)

    def entries(self, posts: Sequence[str]) -> list[bytes]:
        """Give the entries of a list of posts that were read up to the cap."""
        return entries_of(posts[: self.cap], self.cap)

    def page(self, below: str, count: int) -> tuple[list[str], bool]:
        """Give what is known for certain below an id, and whether nothing older exists."""
        floor, ended, known = "", True, set[str]()
        for posts in [self.pushed, *self.recent.values()]:
            kept = posts[: self.cap]
            known |= {id_ for id_ in kept if id_ < below}
            if len(posts) >= self.cap:
                # Not whole, so nothing is known below the last entry, nor anything if the page begins there.
                floor, ended = max(floor, min(kept[-1], below)), False
        ids = sorted((id_ for id_ in known if id_ >= floor), reverse=True)
        return ids[:count], ended and len(ids) < count


async def stand(keyspace: Keyspace, world: World) -> None:
    """Put a world into Redis, where the viewer follows all authors."""
    await keyspace.command("FLUSHALL")
    cached = CachedTimelines(keyspace, world.cap, LIFE, 10)
    token = await cached.begin(VIEWER)
    assert token is not None
    assert await cached.finish(VIEWER, token, world.pushed[: world.cap], list(world.recent))
    await keyspace.command("SADD", keys.PULLED, 0, 99, *world.recent)
    await keyspace.command("SET", keys.PULLED_VERSION, "version")
    for author, posts in world.recent.items():
        await keyspace.command("RPUSH", keys.recent([author])[0], *world.entries(posts))


async def read(keyspace: Keyspace, below: str, count: int) -> HomeAnswer | HomeAbsent:
    return await PageScripts(RowCache(keyspace, LIFE), VIEWER).home(below, count, LIFE)


async def ids(keyspace: Keyspace) -> Sequence[str]:
    """Read the ids of the first page."""
    answer = await read(keyspace, LAST, 5)
    assert isinstance(answer, HomeAnswer)
    return answer.ids


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cap=st.integers(1, 8),
    pushed=LISTS,
    recent=st.lists(LISTS, max_size=3),
    below=st.one_of(st.just(LAST), st.sampled_from(IDS)),
    count=st.integers(1, 8),
)
async def test_a_page_is_what_is_known_of_all_lists(keyspace, cap, pushed, recent, below, count):
    world = World(cap, pushed, dict(zip(AUTHORS, recent, strict=False)))
    await stand(keyspace, world)
    for _ in range(2):
        answer = await read(keyspace, below, count)
        assert isinstance(answer, HomeAnswer)
        known, ended = world.page(below, count)
        # A list that is not used up needs no end, so the page may reach further than this computation knows; never less far.
        assert list(answer.ids[: len(known)]) == known
        everything = {id_ for posts in [world.pushed, *world.recent.values()] for id_ in posts if id_ < below}
        assert list(answer.ids) == sorted(everything, reverse=True)[: len(answer.ids)]
        assert answer.ended == ended


POSTS = [id_at(at, tail) for at, tail in ((1, 1), (2, 2), (3, 0xFF))]
REPOSTS = [
    f"{made[:14]}8{made[15:28]}{post[28:]}"
    for at, post in enumerate(POSTS * 3)
    for made in (id_at(5 + at, at), id_at(5, 1 << (64 + at)))
]
ENTRIES = sorted([*POSTS, *REPOSTS], reverse=True)
MIXED = st.lists(st.sampled_from(ENTRIES), unique=True, max_size=16).map(lambda ids: sorted(ids, reverse=True))


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pushed=MIXED,
    recent=st.lists(MIXED, max_size=2),
    below=st.sampled_from(ENTRIES),
    beginning=st.one_of(st.just(LAST), st.just(FIRST), st.sampled_from(ENTRIES)),
    count=st.integers(1, 6),
)
async def test_of_what_was_passed_over_a_page_gets_the_newest_reposts_of_its_posts(
    keyspace, pushed, recent, below, beginning, count
):
    await stand(keyspace, World(50, pushed, dict(zip(AUTHORS, recent, strict=False))))
    answer = await PageScripts(RowCache(keyspace, LIFE), VIEWER).home(below, count, LIFE, beginning)
    assert isinstance(answer, HomeAnswer)
    passed = {id_ for ids in (pushed, *recent) for id_ in ids if below <= id_ <= beginning}
    above = sorted(filter(is_of_repost, passed), reverse=True)
    expected = {
        id_
        for end in map(end_of_post, answer.ids)
        for id_ in [each for each in above if end_of_post(each) == end][:PASSED_MOST]
    }
    assert list(answer.passed) == sorted(expected, reverse=True)


@pytest.fixture
async def world(keyspace: Keyspace) -> World:
    """One pushed post and two authors with a post each."""
    world = World(5, [IDS[3]], {11: [IDS[2]], 12: [IDS[4]]})
    await stand(keyspace, world)
    return world


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (keys.timeline(VIEWER), HomeAbsent(timeline=True, pulled=False, recent=[])),
        (keys.followed(VIEWER), HomeAbsent(timeline=True, pulled=False, recent=[])),
        (keys.PULLED, HomeAbsent(timeline=False, pulled=True, recent=[])),
        (keys.recent([12])[0], HomeAbsent(timeline=False, pulled=False, recent=[12])),
    ],
)
async def test_a_list_that_is_absent_is_never_taken_for_an_empty_one(keyspace, world, gone, expected):
    await keyspace.command("DEL", gone)
    for below in (LAST, IDS[1]):
        assert await read(keyspace, below, 5) == expected


async def test_what_is_kept_of_pulled_authors_may_be_lost(keyspace, world):
    for _ in range(2):
        assert await ids(keyspace) == IDS[2:5]
        assert await keyspace.command("DEL", keys.pulled_of(VIEWER)) == 1


async def test_an_author_who_becomes_pulled_is_on_the_next_page_and_one_who_is_settled_is_not(keyspace, world):
    """One goes and another comes: the set is as large as before, and is another one."""
    pulled = PulledAuthors(None, keyspace, 10)  # type: ignore[arg-type]  # nobody builds the set here
    await keyspace.command("SREM", keys.PULLED, 12)
    await pulled.add(99)
    await pulled.add(98)
    assert await ids(keyspace) == IDS[2:4]
    assert await pulled.retire([11], await pulled.mark([11])) == [11]
    assert await ids(keyspace) == [IDS[3]]
    await pulled.add(12)
    assert await ids(keyspace) == IDS[3:5]


async def test_where_the_version_of_pulled_authors_is_lost_nothing_is_kept_of_them(keyspace, world):
    await keyspace.command("DEL", keys.PULLED_VERSION)
    await keyspace.command("SREM", keys.PULLED, 12)
    assert await ids(keyspace) == IDS[2:4]
    await keyspace.command("SADD", keys.PULLED, 12)
    assert await ids(keyspace) == IDS[2:5]


async def test_with_too_many_authors_nothing_is_said(keyspace, world, monkeypatch):
    monkeypatch.setattr(page_scripts, "MERGED_MOST", 1)
    for below in (LAST, IDS[1]):
        for _ in range(2):
            answer = await read(keyspace, below, 5)
            assert isinstance(answer, HomeAnswer)
            assert (answer.ids, answer.ended) == ([], False)


async def test_somebody_unfollowed_is_forgotten_when_a_page_knows_it(keyspace, world):
    author = pack(id_at(9, 9))
    await keyspace.command("SET", keys.POST + pack(IDS[2]), author + b"[]")
    await keyspace.command("HSET", keys.relationships(VIEWER), author, b"[1700000000000,false]")
    assert await ids(keyspace) == IDS[2:5]
    assert await ids(keyspace) == IDS[2:5]
    for nothing in (b"-", b"[null,true]"):
        await keyspace.command("SADD", keys.followed(VIEWER), 11)
        await keyspace.command("DEL", keys.pulled_of(VIEWER))
        await keyspace.command("HSET", keys.relationships(VIEWER), author, nothing)
        assert await ids(keyspace) == IDS[2:5]
        assert await ids(keyspace) == IDS[3:5]


async def test_a_new_follow_ends_what_says_that_there_is_none(keyspace, world):
    """The relationship of before must not take the addition back."""
    author = id_at(9, 9)
    await keyspace.command("SET", keys.POST + pack(IDS[2]), pack(author) + b"[]")
    await keyspace.command("HSET", keys.relationships(VIEWER), pack(author), b"-")
    await CachedTimelines(keyspace, 5, LIFE, 10).merge(VIEWER, (author, 11), [])
    for _ in range(3):
        assert await ids(keyspace) == IDS[2:5]


async def test_lists_that_are_read_live_on(keyspace, world):
    names = [keys.timeline(VIEWER), keys.followed(VIEWER), *keys.recent([11, 12])[::2]]
    for name in names:
        await keyspace.command("EXPIRE", name, 5)
    await read(keyspace, LAST, 5)
    assert [await keyspace.command("TTL", name) > 5 for name in names] == [True] * 4
