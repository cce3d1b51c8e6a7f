"""A process that dies after any round trip of writing, delivering or removing a post: nothing is lost, twice, or comes back.

The round trips are not listed: a story is told again and again, and its process lives for one round trip longer each time.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from graph.driver import Graph
from graph.ids import pack
from graph.rows.posts import Delivery
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.roles import Role
from parts import Parts, open_parts
from services.delivery import tiers
from services.settings import Settings
from tests.worlds.delivery import let_time_pass
from tests.worlds.one_by_one import work
from tests.worlds.stepped import SteppedProcess
from tests.worlds.town import LONG_AGO, Town
from tests.worlds.waiting import PATIENT

SMALL = {"fan_out_chunk": 2, "first_tier": 3, "second_tier": 3, "second_tier_spread": 0.01}
"""Followers are more than one chunk and more than both tiers, and each tier is two chunks."""
FOLLOWERS = tuple(f"follower{number}" for number in range(8))
AUTHORS = tuple(f"author{number}" for number in range(70))
"""Each writes one post, so that each becomes a pulled author by it."""
ON_LISTS = {Delivery.PUSH: 8, Delivery.MIXED: 6, Delivery.PULL: 0}
PLANS = {
    Delivery.PUSH: {"first": "2", "rest": "6"},
    Delivery.MIXED: {"tier1": "3", "tier2": "3"},
    Delivery.PULL: {"step": "first"},
}
"""What a plan says if no follower was counted twice."""
PASSED = {
    Delivery.PUSH: {"posts/create", "events_add", "outbox/remove", "delivery/followers", "XACK", "fan_out_chunk"},
    Delivery.MIXED: {"pulled_add", "fan_out_claim", "most_active", "SET", "fan_out_put_off", "GETRANGE", "fan_out_chunk"},
    Delivery.PULL: {"pulled_add", "fan_out_begin"},
}
"""Some round trips without which a story is not the one that it should be."""
TO_THE_END = 1_000
"""More round trips than any story has."""


@dataclass(slots=True)
class Deaths:
    """A sound process, and two that are stopped. `passed` are the names of the round trips of `writing`."""

    town: Town
    writing: SteppedProcess
    removing: SteppedProcess
    passed: list[str] = field(default_factory=list)

    @property
    def parts(self) -> Parts:
        """The sound process."""
        return self.town.parts

    async def write_and_deliver(self, author: str) -> None:
        """Write a post in the process that will die, and do what the worker does."""
        await self.writing.town.post(author)
        await work(self.writing.parts)

    async def set_gate(self, *, is_open: bool) -> None:
        """Let couriers append events, or leave them to the relay, until it looks."""
        command = ("SET", keys.EVENTS_GATE, 1) if is_open else ("DEL", keys.EVENTS_GATE)
        await self.parts.redis.of(Role.STREAMS).command(*command)

    async def finish(self) -> None:
        """Let the sound process do all that is left, once the claims of the others are over."""
        await let_time_pass(self.parts.keyspace)
        await work(self.parts)
        assert (await self.parts.delivery.queue.backlog()).tasks == 0

    async def written(self, author: str) -> Sequence[str]:
        """Return what the graph has of an author: a post, or nothing."""
        return await self.parts.delivery.pull.newest_of(self.town.people[author].key, 1)

    async def plan(self, post: str, *names: str) -> dict[str, str | None]:
        """Return some fields of a plan."""
        plan = await self.parts.delivery.queue.plan(post)
        return {name: plan.get(name) for name in names}

    async def on_lists(self, post: str) -> int:
        """Return on how many lists of followers a post is; none has it twice."""
        return await self._count(post, [keys.timeline(self.town.people[follower].key) for follower in FOLLOWERS])

    async def on_recent_posts(self, post: str, author: str) -> int:
        """Return on how many lists of recent posts of its author a post is."""
        return await self._count(post, keys.recent([self.town.people[author].key])[:1])

    async def _count(self, post: str, names: Sequence[str]) -> int:
        places = [("LPOS", name, pack(post), "COUNT", 0) for name in names]
        counts = [len(found) for found in await self.parts.keyspace.commands("places", places)]
        assert max(counts) <= 1
        return sum(counts)


@pytest.fixture
async def deaths(
    settings: Settings, graph: Graph, keyspace: Keyspace, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Deaths]:
    """Everybody follows all authors and has read, and all lists of recent posts are there."""
    monkeypatch.setattr(tiers, "LOOK_AGAIN", 0.0)
    changed = settings.model_copy(update={**PATIENT, **SMALL})
    writing, removing = SteppedProcess.open(changed), SteppedProcess.open(changed)
    async with open_parts(changed) as parts:
        told = Deaths(Town(parts), writing, removing)
        await told.town.settle(*FOLLOWERS, *AUTHORS)
        people = writing.town.people = removing.town.people = told.town.people
        authors = [people[author].key for author in AUTHORS]
        rows = [[people[follower].key, [[author, LONG_AGO] for author in authors]] for follower in FOLLOWERS]
        await graph.write("world/add_follows", rows=rows)
        for follower in FOLLOWERS:
            assert await told.town.ids(follower) == []
        await parts.services.feeds.recent.build(authors)
        writing.parts.keyspace.observe = lambda name, _: told.passed.append(name)
        object.__setattr__(writing.parts.graph, "observe", writing.parts.keyspace.observe)
        yield told
        for process in (writing, removing):
            await process.kill()
            await process.parts.close()


@pytest.mark.parametrize("is_open", [False, True], ids=["gate closed", "gate open"])
@pytest.mark.parametrize("mode", Delivery)
async def test_a_post_comes_to_everybody_once_wherever_the_process_dies(deaths: Deaths, mode: Delivery, is_open: bool) -> None:
    await deaths.parts.delivery_controls.pin(0, mode)
    posts: list[str] = []
    for steps, author in enumerate(AUTHORS):
        deaths.passed.clear()
        await deaths.set_gate(is_open=is_open)
        deaths.writing.begin(deaths.write_and_deliver(author))
        is_done = await deaths.writing.go_on(steps)
        await deaths.writing.kill()
        await deaths.finish()
        for post in await deaths.written(author):
            posts.insert(0, post)
            assert await deaths.on_lists(post) == ON_LISTS[mode], deaths.passed
            assert await deaths.plan(post, *PLANS[mode]) == PLANS[mode], deaths.passed
        for follower in FOLLOWERS[::3]:  # in the first tier, in the second, and in none
            assert await deaths.town.ids(follower, first=2) == posts[:2], deaths.passed
        if is_done:
            assert PASSED[mode] <= set(deaths.passed)
            return
    raise AssertionError("the story has no end")


@pytest.mark.parametrize("mode", Delivery)
async def test_a_post_leaves_every_list_wherever_its_removal_dies_and_whenever_its_delivery_goes_on(
    deaths: Deaths, mode: Delivery
) -> None:
    """The delivery is stopped one round trip later each time, and goes on after the removal has died, each time later as well."""
    await deaths.parts.delivery_controls.pin(0, mode)
    removed_by, is_delivered, is_removed = 0, False, False
    for delivered_by, author in enumerate(AUTHORS):
        deaths.passed.clear()
        post = await deaths.town.post(author)
        deaths.writing.begin(work(deaths.writing.parts))
        is_delivered = await deaths.writing.go_on(delivered_by) or is_delivered
        await deaths.town.delete(author, post)
        deaths.removing.begin(work(deaths.removing.parts))
        removal_is_done = await deaths.removing.go_on(removed_by)
        await deaths.removing.kill()
        if not deaths.writing.is_idle:
            assert await deaths.writing.go_on(TO_THE_END)
        await deaths.finish()
        assert await deaths.on_lists(post) == await deaths.on_recent_posts(post, author) == 0, deaths.passed
        assert (await deaths.plan(post, "step"))["step"] == "remove"
        removed_by, is_removed = (0, True) if removal_is_done else (removed_by + 1, is_removed)
        if is_delivered and is_removed:
            return
    raise AssertionError("the story has no end")
