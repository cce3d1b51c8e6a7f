"""The step that walks along an author's followers, a chunk at a time, to push a post to them or to remove it."""

import asyncio
from dataclasses import dataclass

from clock import now_ms
from errors import Unavailable
from keyspace import keys
from services.delivery.chunks import Chunks
from services.delivery.followers import Chunk, Place
from services.delivery.most_active import BLOCK, LastRead, ordered
from services.delivery.read_ahead import ReadAhead
from services.delivery.tasks import PATIENCE_OF, FanOutTask, Step, wait_of


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps `REST`, `SETTLE` and `REMOVE`. `size` is that of a chunk."""

    ahead: ReadAhead
    last_read: LastRead
    chunks: Chunks
    size: int

    async def __call__(self, task: FanOutTask) -> None:
        """Go on until the task is done, others are ready, or another worker has it.

        While the last chunk of a block is pushed, the next block is read. What is left when others have their turn is cached. A
        removal uses only what was read after the deletion. A task that had to wait for its turn goes to a chunk of the most
        active first, once: the walk comes to them again, and changes nothing.
        """
        if task.waited and not task.offset and not await self._most_active(task):
            return
        delivered, goes_on = task.delivered, True
        block: Chunk | None = await self._read(task, task.place)
        while block is not None and goes_on:
            chunk, rest = block.cut(self.size)
            delivered += len(chunk.keys)
            ahead = None if rest is not None or _is_over(task, chunk) else chunk.next
            left = max(0, task.followers - delivered)
            goes_on, following = await asyncio.gather(self._note(task, chunk, left), self._read(task, ahead))
            block = following if rest is None else rest
            if block is not None and chunk.next is not None and not goes_on:
                self.ahead.put(task.post, chunk.next, block)

    async def close(self) -> None:
        """Stop what goes on behind tasks."""
        await self.last_read.close()

    async def _most_active(self, task: FanOutTask) -> bool:
        """Push to those who read most lately, of the next ones along the way; return whether to go on at once.

        The walk comes to all of them: what is not at hand, or fails, is not waited for.
        """
        try:
            block = await self.ahead.followers.chunk(task.post, task.author, task.place, BLOCK)
            first = ordered(block.keys, await self.last_read.minutes_at_hand(block.keys), self.size)
        except Unavailable:
            return True
        self.ahead.put(task.post, task.place, block)
        if not first or block.deleted:
            return True
        left = max(0, task.followers - task.delivered)
        return await self.chunks.note(
            task, keys.packed(first), {"offset": len(first)}, left=left, then="on", wait=wait_of(left), counted=False
        )

    async def _read(self, task: FanOutTask, place: Place | None) -> Chunk | None:
        return None if place is None else await self.ahead.read(task.post, task.author, place, removed=task.step is Step.REMOVE)

    async def _note(self, task: FanOutTask, chunk: Chunk, left: int) -> bool:
        """Push or remove, and return whether to go on at once."""
        if _is_over(task, chunk):
            return await self.chunks.note(task, b"", {}, left=0, then="done")
        if task.step in PATIENCE_OF:
            left = 0
        wait = PATIENCE_OF.get(task.step, wait_of(left))
        fields = {"offset": task.offset or int(task.waited)}
        if chunk.next is not None:
            fields.update(chunk.next._asdict())
        elif task.step is Step.SETTLE:
            fields["settled"] = now_ms()
        then = "done" if chunk.next is None else "on"
        return await self.chunks.note(task, keys.packed(chunk.keys), fields, left=left, then=then, wait=wait)


def _is_over(task: FanOutTask, chunk: Chunk) -> bool:
    """Return whether a post was deleted: the handler of that event makes the task a removal, or has done so."""
    return chunk.deleted and task.step is not Step.REMOVE
