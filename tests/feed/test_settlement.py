"""Pulled authors who are settled: what was not pushed to all is, and no page lacks a post meanwhile."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from bench.round_trips import RoundTrips
from errors import QueryTimeout, Unavailable
from graph.rows.posts import Delivery
from keyspace import keys, page_scripts
from keyspace.fan_out_queue import Claimed
from services.delivery.settlement import TASKS, Settlement
from services.delivery.tasks import FanOutTask
from services.settings import Settings
from tests.worlds.delivery import carry_out, fan_out_runner, settlement
from tests.worlds.stepped import SteppedProcess
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT, until

PULLED_AT = "MATCH (u:User {key: $key}) RETURN u.lastPullPostAt AS at"


@pytest.fixture
async def pulling(town: Town) -> Town:
    """The town, where Ada follows Bea and Cid, and has read; all is delivered."""
    await town.follow("ada", "bea", "cid")
    await town.deliver()
    assert await town.ids("ada") == []
    return town


async def pulled_post(town: Town, who: str, mode: Delivery = Delivery.PULL) -> str:
    """Let somebody write while an operator has posts delivered so; then all is as usual again."""
    await town.parts.delivery_controls.pin(threshold=0, mode=mode)
    post = await town.post(who)
    await town.parts.delivery_controls.unpin()
    return post


async def settle(town: Town, turns: int = 2) -> None:
    """Settle pulled authors, and do all that waits before and that this makes."""

    async def done() -> bool:
        await carry_out(town.parts)
        return (await town.parts.delivery.queue.backlog()).tasks == 0

    for _ in range(turns):
        await until(done)
        await settlement(town.parts).run()
        await until(done)


async def is_pulled(town: Town, who: str) -> tuple[bool, bool]:
    """Tell whether somebody is a pulled author in the graph, and in Redis."""
    key = town.people[who].key
    async with town.parts.graph.driver.session() as session:
        record = await (await session.run(PULLED_AT, {"key": key})).single()
    assert record is not None
    return record["at"] is not None, bool(await town.parts.keyspace.command("SISMEMBER", keys.PULLED, key))


async def listed(town: Town, who: str) -> int:
    """Count the entries of somebody's own list."""
    return int(await town.parts.keyspace.command("LLEN", keys.timeline(town.people[who].key)))


@pytest.mark.parametrize("mode", [Delivery.PULL, Delivery.MIXED])
async def test_posts_are_pushed_to_all_first_and_merged_until_then(pulling, mode):
    posts = [await pulled_post(pulling, who, mode) for who in ("bea", "cid", "bea")][::-1]
    await pulling.deliver()
    assert await pulling.ids("ada") == posts
    await settlement(pulling.parts).run()
    assert await is_pulled(pulling, "bea") == (True, True)
    assert await pulling.ids("ada") == posts
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == await is_pulled(pulling, "cid") == (False, False)
    assert await pulling.ids("ada") == posts
    assert await listed(pulling, "ada") == 4  # with the end
    assert await pulling.parts.keyspace.command("EXISTS", *keys.recent([pulling.people["bea"].key])) == 0
    assert await pulling.parts.delivery.pulled.count() == 0


async def test_lists_that_are_built_meanwhile_and_later_have_the_posts(pulling):
    post = await pulled_post(pulling, "bea")
    await pulling.parts.keyspace.command("FLUSHALL")
    await pulling.deliver()
    assert await pulling.ids("ada") == [post]
    await settle(pulling)
    assert await pulling.ids("ada") == [post]
    await pulling.parts.keyspace.command("FLUSHALL")
    assert await pulling.ids("ada") == [post]
    assert await is_pulled(pulling, "bea") == (False, False)


async def test_a_post_that_was_pushed_to_all_and_is_on_its_way_comes_first(pulling):
    """Readers see it by merging, so it must not vanish until it is delivered."""
    first = await pulled_post(pulling, "bea")
    await pulling.deliver()
    second = await pulling.post("bea")
    await pulling.outbox()  # its event is lost
    assert await pulling.ids("ada") == [second, first]
    await settlement(pulling.parts).run()
    assert await is_pulled(pulling, "bea") == (True, True)
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (False, False)
    assert await pulling.ids("ada") == [second, first]


async def test_who_is_not_clearly_below_the_threshold_stays(found_town):
    town = found_town(push_below=3)
    await town.settle("ada", "bea", "cid", "dov", "eve")
    for who in ("ada", "cid", "dov"):
        await town.follow(who, "bea")
        await town.ids(who)
    post = await town.post("bea")
    await town.deliver()
    await settle(town)
    assert await is_pulled(town, "bea") == (True, True)
    await town.unfollow("dov", "bea")
    await settle(town)
    assert await is_pulled(town, "bea") == (False, False)
    assert await town.ids("ada") == [post]


async def test_nobody_is_settled_while_fan_out_is_busy(pulling):
    await pulled_post(pulling, "bea")
    await pulling.deliver()
    await pulling.parts.keyspace.command("SET", keys.FAN_OUT[-1], 10**9)
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (True, True)


async def test_posts_that_wait_for_their_second_tier_keep_nobody_from_being_settled(pulling):
    post = await pulled_post(pulling, "bea")
    await pulling.deliver()
    await others_wait(pulling, keys.FAN_OUT[3])
    for _ in range(2):
        await settlement(pulling.parts).run()
        await carry_out(pulling.parts)
    assert await is_pulled(pulling, "bea") == (False, False)
    assert await pulling.ids("ada") == [post]


async def test_who_has_no_post_left_to_push_is_settled_while_others_are_being_pushed(pulling):
    await pulled_post(pulling, "bea")
    await pulling.deliver()
    await settlement(pulling.parts).run()
    await carry_out(pulling.parts)
    await others_wait(pulling, keys.FAN_OUT[4])
    late = await pulled_post(pulling, "cid")
    await pulling.deliver()
    await settlement(pulling.parts).run()
    assert await is_pulled(pulling, "bea") == (False, False)
    assert "settled" not in await pulling.parts.delivery.queue.plan(late)
    assert await pulling.parts.delivery.queue.claim() is None


async def others_wait(town: Town, tasks: str) -> None:
    """Let as many tasks be open as keep a turn from beginning another."""
    words = [word for number in range(TASKS) for word in (number, b"%016d" % number)]
    await town.parts.keyspace.command("ZADD", tasks, *words)


async def test_a_deleted_post_leaves_lists_and_is_in_nobodys_way(pulling):
    posts = [await pulled_post(pulling, "bea") for _ in range(3)]
    await pulling.deliver()
    await pulling.ids("ada")
    await settlement(pulling.parts).run()
    await pulling.delete("bea", posts[1])
    await pulling.deliver()
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (False, False)
    await pulling.delete("bea", posts[0])
    await pulling.deliver()
    assert await pulling.ids("ada") == [posts[2]]
    assert await listed(pulling, "ada") == 2


@pytest.mark.parametrize("deleted", [0, 1, 3])
async def test_posts_beyond_the_cap_come_from_the_graph(found_town, deleted):
    """A list of a few entries has no end while older posts exist, also where some of those it was filled with are deleted."""
    town = found_town(timeline_cap=4, recent_posts_cap=4)
    await town.settle("ada", "bea")
    await town.follow("ada", "bea")
    await town.ids("ada")
    posts = [await pulled_post(town, "bea") for _ in range(7)]
    await town.deliver()
    await settlement(town.parts).run()
    for _ in range(deleted):
        await town.delete("bea", posts.pop())
    await town.deliver()
    await settle(town)
    assert await is_pulled(town, "bea") == (False, False)
    assert await town.walk("ada", first=2) == posts[::-1]


async def test_a_late_event_makes_a_pulled_author_for_a_while(pulling):
    post = await pulled_post(pulling, "bea")
    (event,) = (event for event in await pulling.outbox() if event.type == "post.created")
    await pulling.ids("ada")
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (False, False)
    await pulling.handle([event])
    assert await is_pulled(pulling, "bea") == (False, True)
    assert await pulling.ids("ada") == [post]
    await settle(pulling, turns=1)
    assert await is_pulled(pulling, "bea") == (False, False)
    assert await pulling.ids("ada") == [post]


async def test_of_two_workers_in_a_turn_the_later_one_settles(pulling):
    await pulled_post(pulling, "bea")
    pulled, bea = pulling.parts.delivery.pulled, pulling.people["bea"].key
    first, second = await pulled.mark([bea]), await pulled.mark([bea])
    assert await pulled.retire([bea], first) == []
    assert await pulled.retire([bea], second) == [bea]


@pytest.mark.parametrize("mode", [Delivery.PUSH, Delivery.PULL])
async def test_a_new_post_removes_the_mark_of_who_settles(pulling, mode):
    await pulled_post(pulling, "bea")
    pulled, bea = pulling.parts.delivery.pulled, pulling.people["bea"].key
    mark = await pulled.mark([bea])
    await pulled_post(pulling, "bea", mode)
    assert await pulled.retire([bea], mark) == []


async def test_a_task_that_fails_is_no_dead_letter_and_begins_again(pulling):
    await pulled_post(pulling, "bea")
    await pulling.deliver()
    await settlement(pulling.parts).run()
    claimed = await pulling.parts.delivery.queue.claim()
    assert isinstance(claimed, Claimed)
    await fan_out_runner(pulling.parts)._set_aside(FanOutTask.of(claimed), 5, "Broken: by hand")
    assert await pulling.parts.keyspace.command("EXISTS", keys.DEAD) == 0
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (False, False)


async def begun(town: Town) -> set[int]:
    """Give the keys of those who come first in the next turn."""
    return {int(key) for key in await town.parts.keyspace.command("HKEYS", keys.SETTLING)}


async def test_an_author_with_whom_settling_fails_keeps_nobody_else_from_it(pulling, monkeypatch):
    """Whichever of them comes first."""
    for who in ("bea", "cid"):
        await pulled_post(pulling, who)
    await pulling.deliver()
    await settlement(pulling.parts).run()
    await carry_out(pulling.parts)
    assert await begun(pulling) == {pulling.people[who].key for who in ("bea", "cid")}
    noted = Settlement._noted

    async def fails_once(turn: Settlement, author: int, listed: Sequence[str]) -> bool:
        failed.append(author)
        if len(failed) == 1:
            raise QueryTimeout
        return await noted(turn, author, listed)

    failed: list[int] = []
    with monkeypatch.context() as broken:
        broken.setattr(Settlement, "_noted", fails_once)
        await settlement(pulling.parts).run()
    first = next(who for who in ("bea", "cid") if pulling.people[who].key == failed[0])
    assert await is_pulled(pulling, first) == (True, True)
    assert await is_pulled(pulling, "cid" if first == "bea" else "bea") == (False, False)
    assert await begun(pulling) == set()
    await settlement(pulling.parts).run()
    assert await is_pulled(pulling, first) == (False, False)


async def test_those_who_are_settled_before_an_outage_are_out(pulling, monkeypatch):
    for who in ("bea", "cid"):
        await pulled_post(pulling, who)
    await pulling.deliver()
    await settlement(pulling.parts).run()
    await carry_out(pulling.parts)
    posts, read = Settlement._posts, []

    async def away(turn: Settlement, author: int) -> tuple[Sequence[str], Sequence[str], bool]:
        read.append(author)
        if len(read) == 2:
            raise Unavailable
        return await posts(turn, author)

    monkeypatch.setattr(Settlement, "_posts", away)
    with pytest.raises(Unavailable):
        await settlement(pulling.parts).run()
    pulled = [await is_pulled(pulling, who) for who in ("bea", "cid")]
    assert sorted(pulled) == [(False, False), (True, True)]


async def test_an_author_whose_task_was_set_aside_comes_first_no_more(pulling):
    post = await pulled_post(pulling, "bea")
    await pulling.deliver()
    await settlement(pulling.parts).run()
    claimed = await pulling.parts.delivery.queue.claim()
    assert isinstance(claimed, Claimed)
    await fan_out_runner(pulling.parts)._set_aside(FanOutTask.of(claimed), 5, "Broken: by hand")
    assert await begun(pulling) == {pulling.people["bea"].key}
    await settlement(pulling.parts).run()
    assert await begun(pulling) == set()
    assert "failed" not in await pulling.parts.delivery.queue.plan(post)  # it is tried again


async def test_who_follows_too_many_pulled_authors_has_warm_pages_again(pulling, monkeypatch):
    monkeypatch.setattr(page_scripts, "MERGED_MOST", 1)
    posts = [await pulled_post(pulling, who) for who in ("bea", "cid")][::-1]
    await pulling.deliver()
    trips = RoundTrips.of(pulling.parts)
    for _ in range(2):
        trips.clear()
        assert await pulling.ids("ada") == posts
        assert "feed/pull" in trips.graph
    await settle(pulling)
    await pulling.ids("ada")
    trips.clear()
    assert await pulling.ids("ada") == posts
    assert (trips.redis, trips.graph) == (["home_page"], [])


async def writes_for_all_who_pull(town: Town) -> str:
    return await pulled_post(town, "bea")


async def writes_for_all(town: Town) -> str:
    return await town.post("bea")


async def is_followed(town: Town) -> None:
    await town.follow("dov", "bea")


async def loses_redis(town: Town) -> None:
    await town.parts.keyspace.command("FLUSHALL")


async def loses_the_set(town: Town) -> None:
    await town.parts.keyspace.command("DEL", *keys.PULLED_SET)
    await town.ids("ada")


@pytest.fixture
async def process(pulling: Town, settings: Settings) -> AsyncIterator[SteppedProcess]:
    """Another process over the servers of that town."""
    process = SteppedProcess.open(settings.model_copy(update=PATIENT))
    yield process
    await process.kill()
    await process.parts.close()


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("happens", [writes_for_all_who_pull, writes_for_all, is_followed, loses_redis, loses_the_set])
async def test_no_page_lacks_a_post_whatever_happens_between_two_steps_of_a_turn(
    pulling: Town, process: SteppedProcess, happens: Callable[[Town], Awaitable[str | None]], dies: bool
):
    """The last turn, in which Bea is taken out, stops after each of its round trips, and goes on or dies.

    What is pushed to all is not there before it is delivered, unless Bea is a pulled author; once it was there, it stays.
    """
    posts: list[str] = []
    done, steps = False, 0
    while not done:
        posts.insert(0, await pulled_post(pulling, "bea"))
        await pulling.deliver()
        await pulling.ids("ada")
        await settle(pulling, turns=1)
        process.begin(settlement(process.parts).run())
        done = await process.go_on(steps)
        if (post := await happens(pulling)) is not None:
            posts.insert(0, post)
        seen = await pulling.ids("ada", 50)
        assert seen == posts or (seen == posts[1:] and happens is writes_for_all)
        if not done:
            await (process.kill() if dies else process.go_on(1_000))
        steps += 1
        assert len(await pulling.ids("ada", 50)) >= len(seen)
        if happens is writes_for_all_who_pull:
            await loses_the_set(pulling)
            assert await pulling.ids("ada", 50) == posts
        await pulling.deliver()
        assert await pulling.ids("ada", 50) == posts
        if happens is is_followed:
            assert await pulling.ids("dov", 50) == posts
            await pulling.unfollow("dov", "bea")
    await settle(pulling)
    assert await is_pulled(pulling, "bea") == (False, False)
    assert await pulling.walk("ada") == posts
    assert steps > 8
