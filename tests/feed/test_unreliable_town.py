"""Timelines beside the truth, whatever fails between any two steps: random stories that hypothesis makes and shortens."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from graph.rows.posts import Audience, Delivery
from parts import open_parts
from stack.embedded import StackAddresses
from tests.feed.evictable import KINDS, POSTS, PULLED, RECENT, RELATIONSHIPS, TIMELINES
from tests.feed.unreliable_town import NAMES, UnreliableTown
from tests.property_examples import examples
from tests.services.events.redis_process import RedisProcess
from tests.worlds.diary import Written
from tests.worlds.serving import settings_for
from tests.worlds.stepped import SteppedProcess
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT

SMALL = {
    "timeline_cap": 8, "push_below": 3, "fan_out_chunk": 2, "first_tier": 1, "second_tier": 2, "second_tier_spread": 0.01,
    "event_reclaim_after": 3_600.0, "redis_timeout": 5.0,
}  # fmt: skip
"""Lists are shorter than what is written, three followers make a mixed author, a chunk is two. Claims end when told."""
PROCESSES = 3
GROUPS = ("fan-out", "merge", "live")
PULLED_MODES = [Delivery.MIXED, Delivery.PULL]
people = st.sampled_from(NAMES)
authors = st.sampled_from(NAMES[:3])
"""Few write, and many read them, so that a short story is about posts that somebody reads."""
pairs = st.tuples(people, authors).filter(lambda pair: pair[0] != pair[1])
lists = st.sampled_from([TIMELINES, TIMELINES, TIMELINES, RECENT, RECENT, PULLED])
"""What a page builds."""
rows = st.sampled_from([POSTS, RELATIONSHIPS, TIMELINES])
"""What a page reads from the graph where it is not cached."""
while_building = st.sampled_from([3, 3, 3, 2, 4])
"""Round trips of a page: after three it has read the graph, and has not put in place what it built of that."""
while_reading = st.sampled_from([2, 2, 2, 1, 3])
"""The same for rows: after two it has read them from the graph, and has not cached them."""
overtaken = st.sampled_from([None, None, 2, 3])
"""Round trips of another page, after which it builds the same, since the time of the one that did is over."""
reachable = st.integers(0, 7).map(lambda chance: chance < 7)
MEANWHILE = ["they write", "they write to be pulled", "they are followed", "pulled authors are evicted", "nothing"]
"""What happens while an author is settled."""
places = st.integers(0, 9)
processes = st.integers(0, PROCESSES - 1)


class Stories(RuleBasedStateMachine):
    """What may happen. Each rule is a step of a story."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    town: ClassVar[UnreliableTown]
    posts: Bundle[Written] = Bundle("posts")

    def do(self, step: Coroutine[Any, Any, Any]) -> Any:
        """Take a step."""
        return self.loop.run_until_complete(step)

    @initialize(follows=st.lists(pairs, unique=True, min_size=5, max_size=15), mode=st.none() | st.sampled_from(Delivery))
    def found(self, follows, mode):
        self.do(self.town.found(follows))
        self.do(self.town.pin(None if mode is None else 0, mode))

    @rule(
        step=st.sampled_from(["follow", "follow", "follow", "unfollow", "befriend", "mute", "unmute", "block", "unblock"]),
        pair=pairs,
        reachable=reachable,
    )
    def about_somebody(self, step, pair, reachable):
        self.do(self.town.about_somebody(step, *pair, reachable=reachable))

    @rule(target=posts, who=authors, audience=st.sampled_from(Audience), named=people, reachable=reachable)
    def write(self, who, audience, named, reachable):
        return self.do(self.town.write(who, audience, named, reachable=reachable))

    @rule(target=posts, who=authors, count=st.integers(1, 4), reachable=reachable)
    def write_publicly(self, who, count, reachable):
        return multiple(*(self.do(self.town.write(who, Audience.PUBLIC, who, reachable=reachable)) for _ in range(count)))

    @rule(target=posts, who=st.none() | people, parent=posts, reachable=reachable)
    def reply(self, who, parent, reachable):
        written = self.do(self.town.reply(who or parent.author, parent, reachable=reachable))
        return multiple() if written is None else written

    @rule(post=posts, audience=st.sampled_from(Audience), reachable=reachable)
    def set_audience(self, post, audience, reachable):
        self.do(self.town.set_audience(post, audience, reachable=reachable))

    @rule(post=posts, reachable=reachable)
    def delete(self, post, reachable):
        self.do(self.town.delete(post, reachable=reachable))

    @rule(threshold=st.sampled_from([None, 0, 1, 3, 100]), mode=st.none() | st.sampled_from(Delivery))
    def pin(self, threshold, mode):
        self.do(self.town.pin(threshold, mode))

    @rule(count=st.integers(1, 20), dies=st.booleans())
    def relay(self, count, dies):
        self.do(self.town.relay(count, dies=dies))

    @rule(group=st.sampled_from(GROUPS), at=places)
    def work(self, group, at):
        self.do(self.town.work(group, at))

    @rule()
    def carry_out_one(self):
        self.do(self.town.carry_out_one())

    @rule(group=st.sampled_from(["fan-out", "fan-out", "merge"]), at=places, steps=places)
    def begin_work(self, group, at, steps):
        self.do(self.town.begin_work(group, at, steps))

    @rule(steps=places)
    def begin_task(self, steps):
        self.do(self.town.begin_task(steps))

    @rule(who=people, first=st.integers(1, 12), steps=places)
    def begin_page(self, who, first, steps):
        self.do(self.town.begin_page(who, first, steps))

    @rule(target=posts, pair=pairs, reachable=st.booleans())
    def change_their_mind(self, pair, reachable):
        written = self.do(self.town.write_pulled(pair[1], Delivery.PULL))
        self.do(self.town.change_their_mind(*pair, reachable=reachable))
        return written

    @rule(
        target=posts, kind=lists, author=authors, at=places, steps=while_building, delivered=st.booleans(), overtaken=overtaken
    )
    def write_during_a_page(self, kind, author, at, steps, delivered, overtaken):
        written = []

        async def write() -> None:
            written.append(await self.town.write(author, Audience.PUBLIC, author, reachable=True))
            if delivered:
                await self.town.deliver()

        self.do(self.town.change_during_a_page(kind, self.town.follower(author, at), steps, write(), overtaken))
        return written[0]

    @rule(target=posts, who=people, at=places, mode=st.sampled_from(PULLED_MODES), steps=while_building, overtaken=overtaken)
    def write_the_first_pulled_post_during_a_page(self, who, at, mode, steps, overtaken):
        author = self.do(self.town.newly_followed(who, at))
        if author is None:
            return multiple()
        written = []

        async def write() -> None:
            written.append(await self.town.write_pulled(author, mode))

        self.do(self.town.change_during_a_page(PULLED, who, steps, write(), overtaken))
        return written[0]

    @rule(
        kind=lists,
        step=st.sampled_from(["follow", "follow", "follow", "unfollow", "mute", "block"]),
        pair=pairs,
        steps=while_building,
        overtaken=overtaken,
    )
    def change_somebody_during_a_page(self, kind, step, pair, steps, overtaken):
        change = self.town.about_somebody(step, *pair, reachable=True)
        self.do(self.town.change_during_a_page(kind, pair[0], steps, change, overtaken))

    @rule(
        target=posts, author=authors, at=places, step=st.sampled_from(["unfollow", "mute", "block"]), steps=while_reading
    )
    def change_somebody_whose_post_is_read(self, author, at, step, steps):
        written = self.do(self.town.write_pulled(author, Delivery.PULL))
        who = self.town.follower(author, at)
        self.do(self.town.read(who, 1))  # what else the page needs is cached then
        change = self.town.about_somebody(step, who, author, reachable=True)
        self.do(self.town.change_during_a_page(RELATIONSHIPS, who, steps, change, None))
        return written

    @rule(kind=rows, post=posts, at=places, audience=st.none() | st.sampled_from(Audience), steps=st.integers(1, 6))
    def change_a_post_during_a_page(self, kind, post, at, audience, steps):
        if audience is None:
            change = self.town.delete(post, reachable=True)
        else:
            change = self.town.set_audience(post, audience, reachable=True)
        self.do(self.town.change_during_a_page(kind, self.town.follower(post.author, at), steps, change, None))

    @rule(pair=pairs, steps=st.integers(0, 10), happens=st.sampled_from(MEANWHILE), dies=st.booleans())
    def settle_pulled_authors(self, pair, steps, happens, dies):
        reader, author = pair

        async def change() -> None:
            if happens == "they write to be pulled":
                await self.town.pin(0, Delivery.PULL)
            if happens.startswith("they write"):
                await self.town.write(author, Audience.PUBLIC, author, reachable=True)
            elif happens == "they are followed":
                await self.town.about_somebody("follow", reader, author, reachable=True)
            elif happens == "pulled authors are evicted":
                await self.town.evict(PULLED, None)

        self.do(self.town.settle_pulled_authors(reader, steps, change(), dies=dies))

    @rule(number=processes, steps=st.integers(1, 6))
    def go_on(self, number, steps):
        self.do(self.town.go_on(number, steps))

    @rule(number=processes)
    def kill(self, number):
        self.do(self.town.kill(number))

    @rule(kind=st.sampled_from(KINDS), which=st.none() | places)
    def evict(self, kind, which):
        self.do(self.town.evict(kind, which))

    @rule()
    def empty_redis(self):
        self.do(self.town.empty_redis())

    @rule(who=people)
    def restart_redis(self, who):
        self.do(self.town.restart_redis(who))

    @rule()
    def let_time_pass(self):
        self.do(self.town.let_time_pass())

    @rule(who=people, first=st.integers(1, 12))
    def read(self, who, first):
        self.do(self.town.read(who, first))

    @rule(seed=places, first=st.integers(2, 9))
    def settle(self, seed, first):
        self.do(self.town.settle(seed, first))

    def teardown(self):
        """End every story in a settled town."""
        if self.town.behind:
            self.do(self.town.settle(1, 3))


@pytest.fixture
async def running_loop() -> asyncio.AbstractEventLoop:
    """The event loop that all fixtures and tests share; a test that is no coroutine may run it."""
    return asyncio.get_running_loop()


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    """A Redis of these stories alone, which they restart."""
    process = RedisProcess(tmp_path_factory.mktemp("redis"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(params=[2, 50], ids=["few recent posts", "many recent posts"])
async def unreliable(
    request: pytest.FixtureRequest, stack: StackAddresses, migrated: None, own_redis: RedisProcess, tmp_path: Path
) -> AsyncIterator[UnreliableTown]:
    """Processes over that Redis; the lists of recent posts hold few or many."""
    changes = {**PATIENT, **SMALL, "recent_posts_cap": request.param}
    own = settings_for(stack, tmp_path, redis_url=own_redis.url, **changes)
    nowhere = settings_for(stack, tmp_path, redis_url="redis://127.0.0.1:1", **changes)
    processes = [SteppedProcess.open(own) for _ in range(PROCESSES)]
    async with open_parts(own) as parts, open_parts(nowhere) as unreachable:
        yield UnreliableTown(Town(parts), Town(unreachable), processes, own_redis)
        for process in processes:
            await process.parts.close()


def test_every_page_equals_the_truth_whatever_fails_in_between(
    running_loop: asyncio.AbstractEventLoop, unreliable: UnreliableTown
) -> None:
    class StoriesOfThisTown(Stories):
        loop, town = running_loop, unreliable

    run_state_machine_as_test(
        StoriesOfThisTown,
        settings=settings(
            max_examples=examples(20), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
