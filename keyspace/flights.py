"""Loads in flight: what many ask for at once is loaded once in a process (single flight), and refreshed by one of them.

A load is joined only by those who hold the lease that it began with. A change removes the lease, so whoever looks after a change
holds another one, and never gets what was loaded before it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

V = TypeVar("V")
Load = Callable[[Sequence[str], Mapping[str, bytes]], Coroutine[Any, Any, Mapping[str, V]]]
"""Loads values by id, and stores them where the leases still stand; ids without a value are missing in what it returns."""

REFRESHES = 16
"""Refreshes that run in a process at once, while others wait. Then no further rows are chosen: rows that are missing go first."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Flight:
    lease: bytes
    task: "asyncio.Task[Mapping[str, Any]]"


@dataclass(slots=True)
class Flights:
    """The loads and refreshes of a process. Each is a task of its own: who waits for it may go away, and it goes on."""

    _joinable: dict[bytes, _Flight] = field(default_factory=dict)
    """By the name of the place that is filled."""
    _loads: set["asyncio.Task[Any]"] = field(default_factory=set)
    _refreshes: set["asyncio.Task[Any]"] = field(default_factory=set)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(REFRESHES))

    @property
    def busy(self) -> bool:
        """Return whether as many are refreshed now as may be, so that no more should be chosen."""
        return len(self._refreshes) >= REFRESHES

    async def load(self, names: Mapping[str, bytes], leases: Mapping[str, bytes], load: Load[V]) -> dict[str, V]:
        """Return values by id, of loads that are in flight where the caller holds their lease; the rest is loaded in one.

        `names` are those of the places, by id. What a load raises is raised to all who wait for it, and is forgotten with it.
        """
        flights: dict[asyncio.Task[Mapping[str, V]], list[str]] = {}
        missing = []
        for id_, name in names.items():
            flight = self._joinable.get(name)
            if flight is not None and flight.lease == leases.get(id_):
                flights.setdefault(flight.task, []).append(id_)
            else:
                missing.append(id_)
        if missing:
            flights[self._begin(missing, names, leases, load)] = missing
        values: dict[str, V] = {}
        for task, ids in flights.items():
            found = await asyncio.shield(task)
            values.update((id_, found[id_]) for id_ in ids if id_ in found)
        return values

    def refresh(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Run a refresh behind the answer, when there is a place. Where it fails, what it was to refresh ends at its time."""
        task = asyncio.create_task(self._in_place(work), name="refresh")
        self._refreshes.add(task)
        task.add_done_callback(self._refreshed)

    def store(self, storing: Coroutine[Any, Any, None]) -> None:
        """Store behind the answer what was loaded.

        Who looks next in this process finds it: commands of a process reach Redis in the order in which they were begun.
        """
        task = asyncio.create_task(storing, name="store")
        self._loads.add(task)
        task.add_done_callback(self._stored)

    def forget(self, names: Iterable[bytes]) -> None:
        """Let nobody join what loads these places any more, since what it loads may be stale. Call this after each change."""
        for name in names:
            self._joinable.pop(name, None)

    async def close(self) -> None:
        """Let what runs finish, and what it begins, such as a store by a load; each statement has its limit."""
        while running := [*self._loads, *self._refreshes]:
            await asyncio.gather(*running, return_exceptions=True)

    def _begin(
        self, ids: Sequence[str], names: Mapping[str, bytes], leases: Mapping[str, bytes], load: Load[V]
    ) -> "asyncio.Task[Mapping[str, V]]":
        task = asyncio.create_task(load(ids, leases), name="load")
        begun = {names[id_]: _Flight(leases[id_], task) for id_ in ids if id_ in leases}
        self._joinable.update(begun)
        self._loads.add(task)

        def ended(_: object) -> None:
            self._loads.discard(task)
            for name, flight in begun.items():
                if self._joinable.get(name) is flight:
                    del self._joinable[name]
            if not task.cancelled():
                task.exception()  # whoever waits is told; if nobody does any more, nobody misses it

        task.add_done_callback(ended)
        return task

    async def _in_place(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        async with self._places:
            await work()

    def _stored(self, task: "asyncio.Task[Any]") -> None:
        self._loads.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("what was loaded was not cached", error=repr(error))

    def _refreshed(self, task: "asyncio.Task[Any]") -> None:
        self._refreshes.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a cached row was not refreshed", error=repr(error))
