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
class BoundStatement:
    """One statement of a transaction, with its parameters."""

    text: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a transaction ends: with more statements and a commit, or by taking everything back."""

    value: Any
    events: Sequence[OutboxEvent] = ()
    statements: Sequence[BoundStatement] = ()
    commits: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: the value of its statement, its events, and the bookmark of the commit, where there was one."""

    value: Any
    events: Sequence[OutboxEvent]
    bookmark: str | None = None


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

    @property
    def first(self) -> Sequence[BoundStatement]:
        """What is asked first: the key, where there is one, and the main statement."""
        main, once = self._bound(self.statement, self.params), self.once
        if once is None:
            return (main,)
        params = {"id": once.id, "fingerprint": once.fingerprint, "at": once.at, "since": once.since}
        return (self._bound("idempotency/claim", params), main)

    def check(self, values: Sequence[Any]) -> None:
        """Check what was returned so far, None for what has not been.

        Raises:
            AlreadyMade: it was done before, under the same key.
            Conflict: the key was used for something else.

        """
        if self.once is not None and values[0] is not None:
            is_used, fingerprint, made = values[0]
            if is_used:
                raise self.once.used(fingerprint, made)

    def ending(self, values: Sequence[Any]) -> Ending:
        """Return how it ends where the first statements returned these values; with the errors of `check`.

        With a key, what made nothing is taken back, and its key with it.
        """
        self.check(values)
        value = values[-1]
        last: list[BoundStatement] = []
        if self.once is not None:
            made = self.made(value) if self.made is not None and value is not None else None
            if made is None:
                return Ending(value, commits=False)
            last.append(self._bound("idempotency/keep", {"id": self.once.id, "made": made}))
        events = self.events(value) if self.events and value is not None else ()
        if events:
            last.append(self._bound("outbox/add", {"events": [_properties(event) for event in events]}))
        return Ending(value, events, last)

    async def run(self, transaction: neo4j.AsyncTransaction) -> Ending:
        """Do everything but the commit in a transaction of the driver; with the errors of `check`."""
        values: list[Any] = []
        for each in self.first:
            values.append(await _value(transaction, each))
            self.check(values)
        ending = self.ending(values)
        if not ending.commits:
            await transaction.rollback()
        for each in ending.statements:
            await _value(transaction, each)
        return ending

    def _bound(self, statement: str, params: Mapping[str, object]) -> BoundStatement:
        return BoundStatement(self.catalogue[statement].text, params)


async def _value(transaction: neo4j.AsyncTransaction, bound: BoundStatement) -> Any:
    record = await (await transaction.run(bound.text, dict(bound.params))).single()
    return None if record is None else record[0]


def _properties(event: OutboxEvent) -> Mapping[str, object]:
    """Return the properties of an outbox node."""
    return {"id": event.id, "type": event.type, "at": event.at, "payload": orjson.dumps(event.payload).decode()}
