"""Acknowledgements of events that are done: sent in the background, many at once, and again when Redis was away."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from keyspace.consumer_group import ConsumerGroup
from services.events.backoff import TROUBLE, Backoff


@dataclass(slots=True)
class Acknowledgements:
    """Entries that are done in this worker and still stand in the pending list of their group."""

    group: ConsumerGroup
    unsent: set[bytes] = field(default_factory=set)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, ids: Iterable[bytes]) -> None:
        """Acknowledge these soon."""
        self.unsent.update(ids)
        if self.unsent:
            self._some.set()

    async def run(self) -> None:
        """Send until cancelled. An acknowledgement that gets lost costs a second handling, nothing else."""
        backoff = Backoff()
        while True:
            await self._some.wait()
            try:
                await self.send()
                backoff.reset()
            except TROUBLE:
                await backoff.wait()

    async def send(self) -> None:
        """Send what there is; a group that is gone needs none."""
        self._some.clear()
        ids = list(self.unsent)
        if not ids:
            return
        try:
            await self.group.acknowledge(ids)
        except TROUBLE:
            self._some.set()
            raise
        self.unsent.difference_update(ids)
