"""The steps that push to the most active followers: the first tier at once, the second in batches over some minutes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from clock import now_ms
from keyspace import keys
from keyspace.fan_out_queue import FanOutQueue
from keyspace.most_active import Selections
from services.delivery.chunks import Chunks
from services.delivery.followers import Followers
from services.delivery.most_active import LastRead, most_active
from services.delivery.tasks import FanOutTask, Step, wait_of

LOOK_AGAIN = 0.2
"""Seconds until a task looks again whether its selection is made."""
SELECTING = 2
"""Selections that a worker makes at once."""
FAILURES = 100
"""Failed selections that a worker keeps until their tasks look again: those of others that never do are dropped, oldest first."""


@dataclass(frozen=True, slots=True)
class TierSizes:
    """How many followers a tier has at most; the second tier is spread over `spread` seconds."""

    first: int
    second: int
    spread: float


@dataclass(frozen=True, slots=True)
class Tiers:
    """The steps `TIER_1` and `TIER_2`. `size` is that of a chunk.

    Whom they do not reach finds the post among the recent posts of its author. So a selection may be some minutes old, and where
    it is lost in the middle of a task, another takes its place.
    """

    followers: Followers
    selections: Selections
    last_read: LastRead
    queue: FanOutQueue
    chunks: Chunks
    sizes: TierSizes
    size: int
    _selecting: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _failures: dict[str, Exception] = field(default_factory=dict)

    async def __call__(self, task: FanOutTask) -> None:
        """Go on until the task is done, waits, or is another worker's. It waits, too, while its selection is made."""
        selected = await self.selections.size(task.author)
        if selected is None:
            self._select(task)
            await self._look_again(task)
            return
        offset, goes_on = task.offset, True
        while goes_on:
            end = self._end(task, offset, selected)
            viewers = await self.selections.slice(task.author, offset, end - offset)
            if len(viewers) < (end - offset) * keys.PACKED_VIEWER:  # its life has ended since
                await self._look_again(task)
                return
            offset = end
            then, left, fields = self._after(task, offset, selected)
            goes_on = await self.chunks.note(task, viewers, fields, left=left, then=then, wait=wait_of(left))

    async def close(self) -> None:
        """Stop what is being selected."""
        for selecting in self._selecting.values():
            selecting.cancel()
        await asyncio.gather(*self._selecting.values(), return_exceptions=True)

    async def _look_again(self, task: FanOutTask) -> None:
        await self.queue.put_off(task.claimed, pause=LOOK_AGAIN)

    def _end(self, task: FanOutTask, offset: int, selected: int) -> int:
        """Return how many are done after the next chunk."""
        return min(offset + self.size, min(task.first_tier, selected) if task.step is Step.TIER_1 else selected)

    def _after(self, task: FanOutTask, offset: int, selected: int) -> tuple[str | int, int, Mapping[str, str | int]]:
        """Return when the task goes on, how much of it waits for a worker, and the fields of its plan.

        Batches of the second tier wait for their time. That is no load, however many posts have such batches.
        """
        first = min(task.first_tier, selected)
        fields = {"offset": offset, "size1": first, "size2": selected - first}
        if offset == first < selected:
            fields["due2"] = now_ms() + int(self.sizes.spread * 1_000)
        if offset >= selected:
            return "done", 0, fields
        if task.step is Step.TIER_1 and offset < first:
            return "on", first - offset, fields
        pause = int(self.sizes.spread * 1_000 / ceil((selected - first) / self.size))
        return pause, 0, {**fields, "step": Step.TIER_2}

    def _select(self, task: FanOutTask) -> None:
        """Begin a selection, unless it is being made, or as many as may be.

        Raises:
            Exception: what made it fail, to the task that it was begun for.

        """
        if (failure := self._failures.pop(task.post, None)) is not None:
            raise failure
        if task.author not in self._selecting and len(self._selecting) < SELECTING:
            self._selecting[task.author] = asyncio.create_task(self._make(task), name="selecting the most active")

    async def _make(self, task: FanOutTask) -> None:
        """Make a selection. Its task may be another worker's by the time that it fails."""
        size = self.sizes.first + self.sizes.second
        try:
            selected = await most_active(self.followers, self.last_read, task.post, task.author, size)
            await self.selections.put(task.author, selected)
        except Exception as error:  # noqa: BLE001  # whatever it is, the task is told when it looks again
            self._failures[task.post] = error
            while len(self._failures) > FAILURES:
                del self._failures[next(iter(self._failures))]
        finally:
            del self._selecting[task.author]
