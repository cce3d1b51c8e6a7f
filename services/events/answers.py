"""Answers to Redis for events that are done: sent in the background, many at once, and again when Redis was away."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.events.backoff import TROUBLE, Backoff
from services.events.pending import Pending
from services.events.stream import is_gone


@dataclass(slots=True)
class Answers:
    """What is done in this worker and still stands in the pending list of its group."""

    pending: Pending
    unsent: set[bytes] = field(default_factory=set)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, ids: Iterable[bytes]) -> None:
        """Answer for these soon."""
        self.unsent.update(ids)
        if self.unsent:
            self._some.set()

    async def run(self) -> None:
        """Send answers for ever. An answer that gets lost costs a second handling, nothing else."""
        backoff = Backoff()
        while True:
            await self._some.wait()
            try:
                await self.send()
                backoff.reset()
            except TROUBLE:
                await backoff.wait()

    async def send(self) -> None:
        """Send what there is."""
        self._some.clear()
        ids = list(self.unsent)
        if not ids:
            return
        try:
            await self.pending.answer(ids)
        except TROUBLE as error:
            if not is_gone(error):
                self._some.set()
                raise
        self.unsent.difference_update(ids)
