from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.ids import LAST, id_at, new_id
from keyspace import keys
from keyspace.client import Keyspace
from services.delivery.cached import CachedTimelines
from tests.keyspace.timeline_model import TimelineModel
from tests.property_examples import examples
from tests.worlds.timelines import listed

# Neighbours in every part that the scripts compare, with bytes on both sides of the sign bit.
TIMES = (0x017F_FFFF_FFFF, 0x0180_0000_0000, 0x0180_0000_00FF)
TAILS = (0, 1, 0xFF, 1 << 31, 1 << 40, (1 << 62) - 1, (1 << 74) - 1)
IDS = st.sampled_from(sorted(id_at(at, tail) for at in TIMES for tail in TAILS))
STEPS = st.one_of(
    st.tuples(st.just("push"), IDS),
    st.tuples(st.just("merge"), st.lists(IDS, min_size=1, max_size=8)),
    st.tuples(st.just("begin"), st.lists(IDS, unique=True, max_size=8)),
    st.tuples(st.just("finish"), st.sampled_from([0, -1])),
    st.tuples(st.just("abandon"), st.just(None)),
    st.tuples(st.just("lose"), st.just(None)),
)
VIEWER, AWAY = 7, 8
FOLLOWED = (new_id(), 9)


def timelines(keyspace: Keyspace, cap: int) -> CachedTimelines:
    return CachedTimelines(keyspace, cap, life=60, build_timeout=10)


async def stand(cached: CachedTimelines, viewer: int, posts: Sequence[str] = ()) -> None:
    """Put a list in place."""
    token = await cached.begin(viewer)
    assert token is not None
    assert await cached.finish(viewer, token, posts, ())


@dataclass(slots=True)
class Both:
    """The lists of Redis and of the model, side by side, and who builds."""

    cached: CachedTimelines
    model: TimelineModel
    builders: list[tuple[str, list[str]]] = field(default_factory=list)

    async def push(self, post: str) -> None:
        await self.cached.push(post, [AWAY, VIEWER])
        self.model.push(post)

    async def merge(self, posts: list[str]) -> None:
        await self.cached.merge(VIEWER, FOLLOWED, posts)
        self.model.builder_begins_again()
        for post in sorted(set(posts), reverse=True):
            self.model.push(post)

    async def begin(self, posts: list[str]) -> None:
        token = await self.cached.begin(VIEWER)
        assert (token is not None) == self.model.begin(token or "")
        if token is not None:
            self.builders.append((token, sorted(posts, reverse=True)[: self.cached.cap]))

    async def finish(self, which: int) -> None:
        if self.builders:
            token, posts = self.builders.pop(which)
            assert await self.cached.finish(VIEWER, token, posts, ()) == self.model.finish(token, posts)

    async def abandon(self, _: None) -> None:
        if self.builders:
            token, _posts = self.builders.pop()
            await self.cached.abandon(VIEWER, token)
            self.model.abandon(token)

    async def lose(self, _: None) -> None:
        await self.cached.keyspace.command("FLUSHALL")
        self.model.lose()


@settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cap=st.integers(1, 6), steps=st.lists(STEPS, min_size=6, max_size=25), below=st.one_of(st.just(LAST), IDS))
async def test_lists_do_what_the_model_does(keyspace, cap, steps, below):
    await keyspace.command("FLUSHALL")
    both = Both(timelines(keyspace, cap), TimelineModel(cap))
    cached, model = both.cached, both.model
    for step, value in steps:
        await getattr(both, step)(value)
        assert await listed(cached, VIEWER, LAST, cap + 1) == model.page(LAST, cap + 1)
    for count in range(1, cap + 2):
        assert await listed(cached, VIEWER, below, count) == model.page(below, count)
    assert await listed(cached, AWAY, LAST, 1) is None


async def test_an_id_beyond_every_time_is_put_on_top(keyspace):
    cached = timelines(keyspace, 5)
    high, low = str(UUID(int=(1 << 128) - 2)), str(UUID(int=1))
    await stand(cached, VIEWER, [new_id()])
    await cached.push(low, [VIEWER])
    await cached.push(high, [VIEWER])
    page = await listed(cached, VIEWER, LAST, 5)
    assert page is not None
    assert (page.ids[0], page.ids[-1], page.ended) == (high, low, True)


async def test_a_post_is_new_to_a_timeline_once(keyspace):
    cached, post = timelines(keyspace, 5), new_id()
    for viewer in (VIEWER, AWAY):
        await stand(cached, viewer)
    assert [await cached.push(post, [VIEWER, AWAY, 9]) for _ in range(2)] == [2, 0]


async def test_an_entry_takes_at_most_20_bytes(keyspace):
    cached = timelines(keyspace, 800)
    await stand(cached, VIEWER)
    for _ in range(800):
        await cached.push(new_id(), [VIEWER])
    await stand(cached, AWAY, sorted((new_id() for _ in range(800)), reverse=True))
    for viewer in (VIEWER, AWAY):
        assert 768 <= await keyspace.command("LLEN", keys.timeline(viewer)) <= 800
        assert await keyspace.command("MEMORY", "USAGE", keys.timeline(viewer)) <= 20 * 800


async def test_a_list_is_trimmed_by_more_than_it_must_and_stays_complete(keyspace):
    cached, posts = timelines(keyspace, 100), [new_id() for _ in range(250)]
    await stand(cached, VIEWER)
    lengths = set()
    for post in posts:
        await cached.push(post, [VIEWER])
        page = await listed(cached, VIEWER, LAST, 200)
        assert page is not None
        reached = posts.index(post) + 1
        assert page.ids == posts[:reached][::-1][: len(page.ids)]
        assert page.ended == (len(page.ids) == reached)
        lengths.add(len(page.ids))
    assert max(lengths) == 100
    assert 96 in lengths


async def test_what_waits_for_a_builder_who_died_is_forgotten(keyspace):
    cached = CachedTimelines(keyspace, 5, life=60, build_timeout=0.05)
    await cached.begin(VIEWER)
    await cached.push(new_id(), [VIEWER])
    assert 0 < await keyspace.command("PTTL", keys.building(VIEWER)) <= 50


async def test_a_builder_who_took_too_long_puts_nothing_in_place(keyspace):
    cached = timelines(keyspace, 5)
    token = await cached.begin(VIEWER)
    assert token is not None
    await keyspace.command("DEL", keys.building(VIEWER))
    assert await cached.begin(VIEWER) is not None
    assert not await cached.finish(VIEWER, token, [new_id()], ())
    assert await listed(cached, VIEWER, LAST, 5) is None


async def test_a_list_lives_as_long_as_it_is_read(keyspace):
    cached = timelines(keyspace, 5)
    await stand(cached, VIEWER, [new_id()])
    await keyspace.command("EXPIRE", keys.timeline(VIEWER), 5)
    await cached.merge(VIEWER, FOLLOWED, [new_id()])
    assert await keyspace.command("TTL", keys.timeline(VIEWER)) <= 5
    await listed(cached, VIEWER, LAST, 1)
    assert await keyspace.command("TTL", keys.timeline(VIEWER)) > 5


async def test_a_builder_whose_answer_was_lost_is_the_builder_still(keyspace):
    lists = [*keys.timelines([VIEWER]), keys.followed(VIEWER)]
    assert [await keyspace.script("timeline_begin", token, 1_000, keys=lists) for token in ("one", "one", "other")] == [1, 1, 0]
