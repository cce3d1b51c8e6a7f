"""Every process ends what was revoked, though it may have missed the message."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from errors import Unavailable
from keyspace.client import Keyspace
from keyspace.revocations import RevocationChannel
from services.accounts import revocations
from services.accounts.revocations import RevocationWatch


@dataclass
class Open:
    """Open connections."""

    ids: list[str] = field(default_factory=lambda: ["one", "two"])
    ended: list[str] = field(default_factory=list)
    said: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, id_: str) -> None:
        self.ended.append(id_)
        self.said.set()


@dataclass
class Lookups:
    """Finds that some are revoked."""

    gone: set[str] = field(default_factory=set)
    asked: list[Sequence[str]] = field(default_factory=list)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, ids: Sequence[str]) -> Collection[str]:
        self.asked.append(ids)
        self.looked.set()
        return self.gone & set(ids)


@dataclass
class Unanswered(Lookups):
    """Finds nothing out."""

    async def __call__(self, ids: Sequence[str]) -> Collection[str]:
        await Lookups.__call__(self, ids)
        raise Unavailable


@asynccontextmanager
async def running(watch: RevocationWatch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.run())
    try:
        async with asyncio.timeout(20):
            yield
    finally:
        task.cancel()
        await asyncio.wait([task])


class Away:
    """A channel without Redis."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Callable[[float], Awaitable[str | None]]]:
        raise Unavailable
        yield


@pytest.mark.parametrize("looks", [Lookups, Unanswered], ids=["", "while nothing can be looked up"])
async def test_a_message_ends_what_it_names(keyspace: Keyspace, looks: type[Lookups]) -> None:
    blocking = keyspace.blocking()
    channel, open_, lookups = RevocationChannel(keyspace, blocking), Open(), looks()
    async with running(RevocationWatch(channel, open_, lookups)):
        await lookups.looked.wait()
        await channel.announce("two")
        await open_.said.wait()
    assert open_.ended == ["two"]
    await blocking.close()


async def test_what_was_revoked_before_a_process_listened_ends(keyspace: Keyspace) -> None:
    blocking = keyspace.blocking()
    open_ = Open()
    async with running(RevocationWatch(RevocationChannel(keyspace, blocking), open_, Lookups({"one"}))):
        await open_.said.wait()
    assert open_.ended == ["one"]
    await blocking.close()


async def test_a_lost_message_is_made_up_for(keyspace: Keyspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocations, "CHECK_EVERY", 0.05)
    blocking = keyspace.blocking()
    open_, lookups = Open(), Lookups()
    async with running(RevocationWatch(RevocationChannel(keyspace, blocking), open_, lookups)):
        await lookups.looked.wait()
        lookups.gone.add("two")
        await open_.said.wait()
    assert open_.ended == ["two"]
    await blocking.close()


async def test_without_redis_everything_is_looked_up() -> None:
    open_ = Open()
    async with running(RevocationWatch(Away(), open_, Lookups({"one"}))):  # type: ignore[arg-type]  # a channel without Redis
        await open_.said.wait()
    assert open_.ended[0] == "one"


async def test_very_many_are_looked_up_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocations, "AT_ONCE", 2)
    open_, lookups = Open(["a", "b", "c", "d", "e"]), Lookups({"e"})
    await RevocationWatch(Away(), open_, lookups).check()  # type: ignore[arg-type]  # a channel without Redis
    assert [len(ids) for ids in lookups.asked] == [2, 2, 1]
    assert open_.ended == ["e"]
