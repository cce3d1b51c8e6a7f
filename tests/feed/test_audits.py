"""Audits: what is changed by hand in a cached timeline is found and repaired, and what has a reason is no drift."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from bench.round_trips import RoundTrips
from graph.ids import id_at, new_id, pack, unpack
from graph.rows.posts import Delivery
from keyspace import home_lists, keys
from keyspace.activity import place_of
from services.delivery.audit_metrics import AuditMetrics, PeriodicAudit
from services.delivery.drift import Drift
from services.delivery.pull import Pull, PulledTimeline
from tests.feed.conftest import Found
from tests.worlds.audits import audits_of
from tests.worlds.town import Town
from tests.worlds.waiting import until


@dataclass(frozen=True, slots=True)
class World:
    """A town in which Ada follows Bea, whose posts are pushed, and Cid, whose posts are pulled, and has read."""

    town: Town
    pushed: list[str]
    pulled: list[str]

    @property
    def truth(self) -> list[str]:
        """Give what Ada's page shows."""
        return sorted([*self.pushed, *self.pulled], reverse=True)

    async def redis(self, *words: Any) -> Any:
        """Do something in Redis by hand."""
        return await self.town.parts.keyspace.command(*words)

    def key(self, name: str) -> int:
        """Give somebody's key."""
        return self.town.people[name].key

    @property
    def timeline(self) -> str:
        """Give the key of Ada's own list."""
        return keys.timeline(self.key("ada"))

    @property
    def recent(self) -> str:
        """Give the key of Cid's recent posts."""
        return keys.recent([self.key("cid")])[0]


@pytest.fixture
async def world(town: Town) -> World:
    await town.follow("ada", "bea", "cid")
    await town.deliver()
    await town.ids("ada")
    pushed = [await town.post("bea") for _ in range(3)]
    await town.parts.delivery_controls.pin(threshold=0, mode=Delivery.PULL)
    pulled = [await town.post("cid") for _ in range(3)]
    await town.deliver()
    world = World(town, pushed, pulled)
    assert await town.ids("ada") == world.truth
    return world


async def drop_pushed(world: World) -> None:
    await world.redis("LREM", world.timeline, 1, pack(world.pushed[1]))


async def drop_recent(world: World) -> None:
    await world.redis("LREM", world.recent, 1, pack(world.pulled[1]))


async def drop_followed(world: World) -> None:
    await world.redis("SREM", keys.followed(world.key("ada")), world.key("cid"))
    await world.redis("DEL", keys.pulled_of(world.key("ada")))


async def drop_pulled_author(world: World) -> None:
    await world.redis("SREM", keys.PULLED, world.key("cid"))


async def add_nothing(world: World) -> None:
    await world.redis("LPUSH", world.timeline, pack(new_id()))


async def add_reply(world: World) -> None:
    reply = await world.town.post("bea", reply_to=world.pulled[0])
    await world.town.deliver()
    await world.redis("LPUSH", world.timeline, pack(reply))


async def add_recent_reply(world: World) -> None:
    reply = await world.town.post("cid", reply_to=world.pushed[0])
    await world.town.deliver()
    await world.redis("LPUSH", world.recent, pack(reply))


async def swap(world: World) -> None:
    first, second = await world.redis("LRANGE", world.timeline, 0, 1)
    await world.redis("LSET", world.timeline, 0, second)
    await world.redis("LSET", world.timeline, 1, first)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (drop_pushed, {"missing": 1}),
        (drop_recent, {"missing": 1}),
        (drop_followed, {"missing": 3, "unnoted": 1}),
        (drop_pulled_author, {"missing": 3}),
        (add_nothing, {"extra": 1}),
        (add_reply, {"extra": 1}),
        (add_recent_reply, {"extra": 1}),
        (swap, {"misplaced": 1}),
    ],
)
async def test_a_change_by_hand_is_found_and_repaired(
    world: World, damage: Callable[[World], Awaitable[None]], found: dict[str, int]
):
    audits, ada = audits_of(world.town), world.key("ada")
    await damage(world)
    for repair in (False, True):
        report = await audits.run(10, repair=repair)
        (audited,) = report.drifted
        assert (audited.viewer, audited.repaired) == (ada, repair)
        assert {kind: count for kind, count in audited.drift.sizes.items() if count} == found
    assert await world.town.ids("ada") == world.truth
    assert (await audits.run(10, repair=False)).drifted == []
    # What all readers share is right as well, and not only what Ada's own list makes up for.
    assert await world.redis("SISMEMBER", keys.PULLED, world.key("cid")) == 1
    shared = await world.redis("LRANGE", world.recent, 0, -1)
    assert [unpack(entry) for entry in shared[:-1]] == world.pulled[::-1]


async def test_a_quiet_world_has_no_drift(world):
    town, audits = world.town, audits_of(world.town)
    for name in ("bea", "cid", "dov"):
        await town.ids(name)
    assert (await audits.run(10, repair=False)).drifted == []
    for mode in Delivery:
        await town.parts.delivery_controls.pin(threshold=0, mode=mode)
        for name in ("ada", "bea", "cid"):
            await town.post(name)
        await town.deliver()
    report = await audits.run(10, repair=False)
    assert (report.timelines, report.drifted) == (4, [])


async def test_what_rules_hide_is_no_drift(world):
    town, audits = world.town, audits_of(world.town)
    await town.follow("ada", "dov")
    await town.parts.delivery_controls.unpin()
    posts = [await town.post(name) for name in ("bea", "dov", "dov")]
    await town.deliver()
    await town.unfollow("ada", "bea")
    await town.unfollow("ada", "cid")
    await town.mute("ada", "dov")
    await town.delete("dov", posts[2])
    entries = await world.redis("LRANGE", world.timeline, 0, -1)
    assert {pack(id_) for id_ in (*world.pushed, *posts)} <= {*entries}
    report = await audits.run(10, repair=False)
    assert (report.timelines, report.drifted) == (1, [])
    await town.block("dov", "ada")
    await town.deliver()
    assert (await audits.run(10, repair=False)).drifted == []


async def test_a_post_whose_event_waits_is_on_its_way_and_one_whose_event_is_lost_is_missing(world):
    town, audits = world.town, audits_of(world.town)
    await town.parts.delivery_controls.unpin()
    await town.post("bea")
    assert (await audits.run(10, repair=False)).drifted == []
    await town.outbox()  # taken, and handled by nobody
    (audited,) = (await audits.run(10, repair=False)).drifted
    assert audited.drift.sizes["missing"] == 1


async def test_an_event_that_is_on_the_stream_hides_no_lost_one_while_it_is_in_the_outbox(world):
    town, audits = world.town, audits_of(world.town)
    await town.parts.delivery_controls.unpin()
    lost = await town.post("bea")
    await town.outbox()  # taken, and handled by nobody
    await town.post("dov")
    ((waiting, *_),) = await town.parts.graph.read("outbox/oldest", limit=10)
    assert (await audits.run(10, repair=False)).drifted == []
    await world.redis("SET", keys.appended(waiting.encode()), "waits")
    assert (await audits.run(10, repair=False)).drifted == []
    await world.redis("SET", keys.appended(waiting.encode()), "appended")
    (audited,) = (await audits.run(10, repair=False)).drifted
    assert audited.drift.missing == {lost}


async def test_an_accepted_follow_whose_event_waits_is_on_its_way(world):
    """The page shows it when the event is handled."""
    town, audits = world.town, audits_of(world.town)
    await town.choose("dov", private=True)
    for delivery in (Delivery.PUSH, Delivery.PULL):
        await town.parts.delivery_controls.pin(threshold=0, mode=delivery)
        await town.post("dov")
    await town.follow("ada", "dov")
    await town.deliver()
    await town.parts.services.requests.accept(town.people["dov"], town.people["ada"].id)
    assert (await audits.run(10, repair=False)).drifted == []
    await town.outbox()  # taken, and handled by nobody
    (audited,) = (await audits.run(10, repair=False)).drifted
    assert audited.drift.unnoted == {world.key("dov")}
    assert len(audited.drift.missing) == 2


async def test_a_post_that_is_still_being_pushed_is_on_its_way(found_town: Found):
    town = found_town(fan_out_chunk=1)
    await town.settle("ada", "bea", "cid", "dov")
    for name in ("ada", "cid", "dov"):
        await town.follow(name, "bea")
        await town.deliver()
        await town.ids(name)
    await town.post("bea")
    await town.handle(await town.outbox())
    audits = audits_of(town)
    report = await audits.run(10, repair=False)
    assert (report.timelines, report.drifted) == (3, [])
    await town.deliver()
    assert await town.ids("ada") != []
    assert (await audits.run(10, repair=False)).drifted == []


async def test_a_new_post_has_some_time(world):
    await drop_pushed(world)
    assert (await audits_of(world.town, grace=600_000).run(10, repair=False)).drifted == []
    assert len((await audits_of(world.town).run(10, repair=False)).drifted) == 1


async def test_what_the_second_look_does_not_find_was_on_its_way(world):
    trips = RoundTrips.of(world.town.parts)
    await drop_pushed(world)
    running = asyncio.create_task(audits_of(world.town, pause=1).run(10, repair=False))
    await until(lambda: "delivery/drifted_posts" in trips.graph)
    assert await world.town.parts.audits.builder.rebuild(world.key("ada"))
    assert (await running).drifted == []


async def test_below_the_end_of_a_list_nothing_is_missing(found_town: Found):
    town = found_town(timeline_cap=5)
    await town.settle("ada", "bea")
    await town.has_written("bea", 30)
    await town.follow("ada", "bea")
    await town.deliver()
    await town.ids("ada")
    list_ = keys.timeline(town.people["ada"].key)
    audits = audits_of(town)
    assert (await audits.run(10, repair=False)).timelines == 1
    await town.parts.keyspace.command("RPOP", list_)
    assert (await audits.run(10, repair=False)).drifted == []
    await town.parts.keyspace.command("RPUSH", list_, pack(id_at(1, 1)))
    assert (await audits.run(10, repair=False)).drifted != []


async def test_an_audit_changes_nothing(world):
    await world.redis("EXPIRE", world.timeline, 1_000)
    shard, place = place_of(world.key("ada"))
    await world.redis("SETRANGE", shard, place, (1).to_bytes(4, "little"))
    names = [world.timeline, world.recent, keys.PULLED, keys.followed(world.key("ada")), shard]
    before = [await world.redis("DUMP", name) for name in names]
    await audits_of(world.town).run(10, repair=True)
    assert [await world.redis("DUMP", name) for name in names] == before
    assert await world.redis("TTL", world.timeline) <= 1_000


async def test_timelines_that_come_from_the_graph_are_not_compared(world, monkeypatch):
    monkeypatch.setattr(home_lists, "MERGED_MOST", 0)
    await drop_pushed(world)
    assert (await audits_of(world.town).run(10, repair=True)).timelines == 0


async def test_a_sample_is_not_exceeded(world):
    for name in ("bea", "cid", "dov"):
        await world.town.ids(name)
    assert [(await audits_of(world.town).run(size, repair=False)).timelines for size in (1, 3, 4, 9)] == [1, 3, 4, 4]


async def test_the_periodic_audit_repairs_and_counts(world):
    metrics = AuditMetrics.of(registry := CollectorRegistry())
    await drop_pushed(world)
    audit = PeriodicAudit(audits_of(world.town), metrics, 10)

    def read(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"rookery_{name}", labels)

    await audit.run()
    assert read("timeline_drift_total", kind="missing") == 1
    await audit.run()
    assert read("timeline_drift_total", kind="missing") == 1
    totals = [read(f"timelines_{name}_total") for name in ("audited", "drifted", "repaired")]
    assert totals == [2, 1, 1]


def test_of_two_looks_what_both_found_is_left():
    first = Drift(frozenset({"a", "b"}), frozenset({"c"}), frozenset(), frozenset({1}))
    assert first & Drift(frozenset({"b"}), frozenset({"d"})) == Drift(frozenset({"b"}))
    assert not first & Drift()


async def test_what_the_builder_of_lists_reads_wrong_is_found(world, monkeypatch):
    """The truth is another statement than the one that fills the lists, so a mistake in that cannot hide."""
    read = Pull.timeline

    async def broken(self: Pull, viewer: int, limit: int) -> PulledTimeline:
        ids, followed, _ = await read(self, viewer, limit)
        without = [id_ for id_ in ids if id_ != world.pushed[1]]
        return PulledTimeline(without, [key for key in followed if key != world.key("cid")], follows_hashtags=False)

    monkeypatch.setattr(Pull, "timeline", broken)
    assert await world.town.parts.audits.builder.rebuild(world.key("ada"))
    (audited,) = (await audits_of(world.town).run(10, repair=True)).drifted
    assert (audited.drift.sizes["missing"], audited.drift.sizes["unnoted"], audited.repaired) == (1, 1, False)


@pytest.mark.parametrize("built", [False, True])
async def test_a_timeline_is_repaired_only_where_it_was_seen_to_be_right(world, built):
    """Somebody else builds it, so it is not put in place; or it is lost once more."""
    await drop_pushed(world)
    audits = audits_of(world.town)

    class Losing:
        async def rebuild(self, _viewer: int) -> bool:
            await world.redis("DEL", world.timeline)
            return False

        async def build(self, viewer: int) -> bool:
            return built and await audits.builder.build(viewer)

    losing: Any = Losing()
    (audited,) = (await replace(audits, builder=losing).run(10, repair=True)).drifted
    assert audited.repaired is built
