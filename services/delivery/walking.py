"""The step that walks along an author's followers, a chunk at a time, to push a post to them or to remove it."""

import asyncio
from dataclasses import dataclass

from clock import now_ms
from errors import Unavailable
from keyspace import keys
from services.delivery.chunks import Chunks
from services.delivery.followers import Chunk, Followers, Place
from services.delivery.most_active import BLOCK, LastRead, ordered
from services.delivery.tasks import PATIENCE_OF, FanOutTask, Step, wait_of


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps `REST`, `SETTLE` and `REMOVE`. `size` is that of a chunk."""

    followers: Followers
    last_read: LastRead
    chunks: Chunks
    size: int

    async def __call__(self, task: FanOutTask) -> None:
        """Go on until the task is done, others are ready, or another worker has it.

        While nobody else waits, the next chunk is read while the present one is pushed. A task that had to wait for its turn goes
        to a chunk of the most active first, once: the walk comes to them again, and changes nothing.
        """
        if task.waited and not task.offset and not await self._most_active(task):
            return
        delivered, quiet = task.delivered, False
        chunk: Chunk | None = await self._read(task, task.place)
        while chunk is not None:
            delivered += len(chunk.keys)
            ahead = chunk.next if quiet else None
            left = max(0, task.followers - delivered)
            quiet, following = await asyncio.gather(self._note(task, chunk, left), self._read(task, ahead))
            chunk = (following or await self._read(task, chunk.next)) if quiet else None

    async def close(self) -> None:
        """Stop what goes on behind tasks."""
        await self.last_read.close()

    async def _most_active(self, task: FanOutTask) -> bool:
        """Push to those who read most lately, of the next ones along the way; return whether to go on at once.

        The walk comes to all of them: what is not at hand, or fails, is not waited for.
        """
        try:
            block = await self.followers.chunk(task.post, task.author, task.place, BLOCK)
            first = ordered(block.keys, await self.last_read.minutes_at_hand(block.keys), self.size)
        except Unavailable:
            return True
        if not first or block.deleted:
            return True
        left = max(0, task.followers - task.delivered)
        return await self.chunks.note(
            task, keys.packed(first), {"offset": len(first)}, left=left, then="on", wait=wait_of(left), counted=False
        )

    async def _read(self, task: FanOutTask, place: Place | None) -> Chunk | None:
        return None if place is None else await self.followers.chunk(task.post, task.author, place, self.size)

    async def _note(self, task: FanOutTask, chunk: Chunk, left: int) -> bool:
        """Push or remove, and return whether to go on at once."""
        if chunk.deleted and task.step is not Step.REMOVE:  # the handler of that event makes this task a removal, or has done so
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
