"""Dead letters: events that kept failing for a group, set aside so that they can be read, replayed or dropped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from clock import moment
from keyspace.keys import DEAD, EVENTS
from services.events.stream import ONLY, Entry, entries_of

KEPT = 10_000
"""Dead letters kept, approximately; the oldest go first."""
ERROR_LENGTH = 500
"""Characters of an error's text that are kept."""
STEP = 100
"""Dead letters read at a time when all are replayed."""

_OURS = frozenset({b"group", b"error", b"attempts"})
NEWEST = "+"
"""Where the first page of a list begins."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was set aside: for which group, why, after how many attempts. `fields` is the event as it was."""

    id: str
    group: str
    error: str
    attempts: int
    died_at: datetime
    fields: Mapping[bytes, bytes]

    @property
    def type(self) -> str:
        """Type of the event, empty when it has none."""
        return self.fields.get(b"type", b"").decode(errors="replace")

    @property
    def event_id(self) -> str:
        """Id of the event, empty when it has none."""
        return self.fields.get(b"id", b"").decode(errors="replace")

    @property
    def payload(self) -> str:
        """Payload of the event as text, JSON or not."""
        return self.fields.get(b"payload", b"").decode(errors="replace")


async def dead_letter(redis: Redis, group: str, entry: Entry, error: str) -> None:
    """Set an event aside and answer for it, in one transaction, so that it is in exactly one of both places."""
    ours = {
        b"group": group.encode(),
        b"error": error[:ERROR_LENGTH].encode(),
        b"attempts": str(entry.deliveries).encode(),
    }
    fields: dict[Any, Any] = {**entry.fields, **ours}
    pipeline = redis.pipeline(transaction=True)
    pipeline.xadd(DEAD, fields, maxlen=KEPT, approximate=True)
    pipeline.xack(EVENTS, group, entry.id)
    await pipeline.execute()


async def dead_letters(redis: Redis, *, before: str = NEWEST, limit: int = 50) -> list[DeadLetter]:
    """Give a page, newest first; the next one begins `before` the last id of this."""
    newest = before if before == NEWEST else f"({before}"
    return [_letter(entry) for entry in entries_of(await redis.xrevrange(DEAD, max=newest, count=limit))]


async def replay(redis: Redis, id_: str) -> bool:
    """Give an event back to the group that failed with it, and to no other; tell whether there was one."""
    found = entries_of(await redis.xrange(DEAD, min=id_, max=id_, count=1))
    for entry in found:
        await _replay(redis, _letter(entry))
    return bool(found)


async def replay_all(redis: Redis) -> int:
    """Give back every event that is dead now, oldest first, and count them; those that die again are left."""
    last = next((letter.id for letter in await dead_letters(redis, limit=1)), None)
    replayed = 0
    while last is not None and (found := entries_of(await redis.xrange(DEAD, max=last, count=STEP))):
        for entry in found:
            await _replay(redis, _letter(entry))
        replayed += len(found)
    return replayed


async def drop(redis: Redis, *ids: str) -> int:
    """Forget these events, and count those that there were."""
    return int(await redis.xdel(DEAD, *ids)) if ids else 0


async def drop_all(redis: Redis) -> int:
    """Forget every dead letter, and count them."""
    return int(await redis.xtrim(DEAD, maxlen=0, approximate=False))


async def _replay(redis: Redis, letter: DeadLetter) -> None:
    """Move one back. Two operators who replay the same at once give it back twice, which handlers bear."""
    fields: dict[Any, Any] = {**letter.fields, ONLY: letter.group.encode()}
    pipeline = redis.pipeline(transaction=True)
    pipeline.xadd(EVENTS, fields)
    pipeline.xdel(DEAD, letter.id)
    await pipeline.execute()


def _letter(entry: Entry) -> DeadLetter:
    fields = entry.fields
    return DeadLetter(
        id=entry.id.decode(),
        group=fields[b"group"].decode(),
        error=fields[b"error"].decode(),
        attempts=int(fields[b"attempts"]),
        died_at=moment(int(entry.id.split(b"-")[0])),
        fields={name: value for name, value in fields.items() if name not in _OURS},
    )
