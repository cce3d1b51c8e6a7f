"""Loads in flight: one for all who hold the same lease."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from errors import Unavailable
from keyspace.flights import REFRESHES, Flights

NAMES = {"a": b"row:a", "b": b"row:b"}
LEASES = {"a": b"?1", "b": b"?1"}


class Loads:
    """Loads that wait to be answered, one by one."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.answers: list[asyncio.Future[Mapping[str, str]]] = []

    async def __call__(self, ids: Sequence[str], _leases: Mapping[str, bytes]) -> Mapping[str, str]:
        self.asked.append(ids)
        self.answers.append(asyncio.get_running_loop().create_future())
        return await self.answers[-1]


@pytest.fixture
def flights():
    return Flights()


@pytest.fixture
def loads():
    return Loads()


async def started(coroutine):
    """Start a task and let it go as far as it can."""
    task = asyncio.create_task(coroutine)
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_many_who_hold_a_lease_share_one_load(flights, loads):
    tasks = [await started(flights.load(NAMES, LEASES, loads)) for _ in range(50)]
    assert loads.asked == [["a", "b"]]
    loads.answers[0].set_result({"a": "A"})
    assert await asyncio.gather(*tasks) == [{"a": "A"}] * 50


async def test_who_needs_more_loads_only_the_rest(flights, loads):
    first = await started(flights.load({"a": NAMES["a"]}, LEASES, loads))
    second = await started(flights.load(NAMES, LEASES, loads))
    assert loads.asked == [["a"], ["b"]]
    loads.answers[0].set_result({"a": "A"})
    loads.answers[1].set_result({"b": "B"})
    assert (await first, await second) == ({"a": "A"}, {"a": "A", "b": "B"})


async def test_who_holds_another_lease_loads_for_themselves(flights, loads):
    """A change removed the first lease, so what was loaded under it may be older than this reader may see."""
    old = await started(flights.load(NAMES, LEASES, loads))
    new = await started(flights.load(NAMES, {"a": b"?2", "b": b"?2"}, loads))
    newer = await started(flights.load(NAMES, {"a": b"?2", "b": b"?2"}, loads))
    assert len(loads.asked) == 2
    loads.answers[0].set_result({"a": "old"})
    loads.answers[1].set_result({"a": "new"})
    assert [await each for each in (old, new, newer)] == [{"a": "old"}, {"a": "new"}, {"a": "new"}]


async def test_who_holds_no_lease_loads_for_themselves(flights, loads):
    tasks = [await started(flights.load(NAMES, {}, loads)) for _ in range(2)]
    for answer in loads.answers:
        answer.set_result({})
    assert await asyncio.gather(*tasks) == [{}, {}]
    assert len(loads.asked) == 2


async def test_after_a_change_nobody_joins_what_was_in_flight(flights, loads):
    first = await started(flights.load(NAMES, LEASES, loads))
    flights.forget([NAMES["a"]])
    second = await started(flights.load(NAMES, LEASES, loads))
    assert loads.asked == [["a", "b"], ["a"]]
    loads.answers[0].set_result({"a": "old", "b": "B"})
    loads.answers[1].set_result({"a": "new"})
    assert (await first, await second) == ({"a": "old", "b": "B"}, {"a": "new", "b": "B"})


async def test_a_load_that_ended_leaves_the_one_that_followed_it(flights, loads):
    first = await started(flights.load(NAMES, LEASES, loads))
    flights.forget(NAMES.values())
    second = await started(flights.load(NAMES, LEASES, loads))
    loads.answers[0].set_result({})
    await first
    third = await started(flights.load(NAMES, LEASES, loads))
    assert len(loads.asked) == 2
    loads.answers[1].set_result({"a": "A"})
    assert [await second, await third] == [{"a": "A"}] * 2


async def test_who_goes_away_ends_the_load_for_nobody(flights, loads):
    leader, other = [await started(flights.load(NAMES, LEASES, loads)) for _ in range(2)]
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    loads.answers[0].set_result({"a": "A"})
    assert await other == {"a": "A"}


async def test_an_error_is_for_all_who_wait_and_not_for_the_next(flights, loads):
    tasks = [await started(flights.load(NAMES, LEASES, loads)) for _ in range(2)]
    loads.answers[0].set_exception(Unavailable())
    assert [type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)] == [Unavailable] * 2
    following = await started(flights.load(NAMES, LEASES, loads))
    loads.answers[1].set_result({"a": "A"})
    assert await following == {"a": "A"}


async def test_so_many_refreshes_run_at_once_and_no_more(flights, loads):
    for _ in range(REFRESHES):
        assert not flights.busy
        flights.refresh(lambda: loads(["a"], {}))
    assert flights.busy
    await asyncio.sleep(0)
    for answer in loads.answers:
        answer.set_result({})
    await flights.close()
    assert not flights.busy


async def test_refreshes_that_are_chosen_at_the_same_moment_wait_for_a_place(flights, loads):
    for _ in range(3 * REFRESHES):
        flights.refresh(lambda: loads(["a"], {}))
    answered = 0
    while answered < 3 * REFRESHES:
        await asyncio.sleep(0)
        assert len(loads.answers) - answered <= REFRESHES
        assert flights.busy or answered > 2 * REFRESHES
        if answered < len(loads.answers):
            loads.answers[answered].set_result({})
            answered += 1
    await flights.close()
    assert not flights.busy


async def test_a_refresh_that_fails_is_nobodys_error(flights, loads):
    flights.refresh(lambda: loads(["a"], {}))
    await asyncio.sleep(0)
    loads.answers[0].set_exception(Unavailable())
    await flights.close()
    assert not flights._refreshes


async def test_closing_waits_for_what_runs_though_nobody_else_does(flights, loads):
    reader = await started(flights.load(NAMES, LEASES, loads))
    flights.forget(NAMES.values())
    reader.cancel()
    closing = await started(flights.close())
    assert not closing.done()
    loads.answers[0].set_result({})
    await closing


async def test_closing_waits_for_what_begins_meanwhile(flights, loads):
    """A load that ends while the process closes stores what it read."""
    stores = Loads()

    async def load(ids, leases):
        found = await loads(ids, leases)
        flights.store(stores(ids, leases))
        return found

    reader = await started(flights.load(NAMES, LEASES, load))
    closing = await started(flights.close())
    loads.answers[0].set_result({})
    await reader
    for _ in range(5):
        await asyncio.sleep(0)
    assert not closing.done()
    stores.answers[0].set_result({})
    await closing
    assert not flights._loads
