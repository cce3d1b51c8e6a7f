"""What one write does within its transaction: its key, its statement, and its events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import neo4j
import orjson

from graph.idempotency import Once
from graph.outbox import OutboxEvent
from graph.queries import Catalogue

EventsOf = Callable[[Any], Sequence[OutboxEvent]]
"""Returns the events of a write from the value that its statement returned."""
Statements = Mapping[str, Mapping[str, object]]
"""Statements by name, with the parameters by whose types they are planned."""
MadeOf = Callable[[Any], str | None]
"""Returns the id of what a write made from the value that its statement returned; None where it made nothing."""


@dataclass(frozen=True, slots=True)
class Write:
    """A statement of the catalogue with its parameters and events, and the key under which it is done once."""

    catalogue: Catalogue
    statement: str
    params: Mapping[str, object]
    events: EventsOf | None = None
    once: Once | None = None
    made: MadeOf | None = None

    @property
    def statements(self) -> Statements:
        """The statements that run, the main one first."""
        first = {self.statement: self.params}
        used = ("outbox/add",) if self.once is None else ("outbox/add", "idempotency/claim", "idempotency/keep")
        return first | {name: self.catalogue[name].example for name in used if self.events or self.once}

    async def run(self, transaction: neo4j.AsyncTransaction) -> tuple[Any, Sequence[OutboxEvent]]:
        """Do everything but the commit; return the value of the statement, and the events.

        Raises:
            AlreadyMade: it was done before, under the same key.
            Conflict: the key was used for something else.

        """
        if self.once is not None:
            await self._claim(transaction, self.once)
        value = await self._value(transaction, self.statement, self.params)
        if self.once is not None and not await self._keep(transaction, self.once, value):
            return value, ()
        events = self.events(value) if self.events and value is not None else ()
        if events:
            await self._value(transaction, "outbox/add", {"events": [_properties(event) for event in events]})
        return value, events

    async def _claim(self, transaction: neo4j.AsyncTransaction, once: Once) -> None:
        params = {"id": once.id, "fingerprint": once.fingerprint, "at": once.at, "since": once.since}
        is_used, fingerprint, made = await self._value(transaction, "idempotency/claim", params)
        if is_used:
            raise once.used(fingerprint, made)

    async def _keep(self, transaction: neo4j.AsyncTransaction, once: Once, value: Any) -> bool:
        """Note what was made under the key. What made nothing is rolled back, and its key with it."""
        made = self.made(value) if self.made is not None and value is not None else None
        if made is None:
            await transaction.rollback()
            return False
        await self._value(transaction, "idempotency/keep", {"id": once.id, "made": made})
        return True

    async def _value(self, transaction: neo4j.AsyncTransaction, statement: str, params: Mapping[str, object]) -> Any:
        record = await (await transaction.run(self.catalogue[statement].text, dict(params))).single()
        return None if record is None else record[0]


def _properties(event: OutboxEvent) -> Mapping[str, object]:
    """Return the properties of an outbox node."""
    return {"id": event.id, "type": event.type, "at": event.at, "payload": orjson.dumps(event.payload).decode()}
