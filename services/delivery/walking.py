"""The step that walks along an author's followers, a chunk at a time, to push a post to them or to remove it."""

import asyncio
from dataclasses import dataclass

from keyspace import keys
from services.delivery.chunks import Chunks
from services.delivery.followers import Chunk, Followers, Place
from services.delivery.tasks import REMOVAL_PATIENCE, FanOutTask, Step, wait_of


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps `REST` and `REMOVE`. `size` is that of a chunk."""

    followers: Followers
    chunks: Chunks
    size: int

    async def __call__(self, task: FanOutTask) -> None:
        """Go on until the task is done, others are ready, or another worker has it.

        While nobody else waits, the next chunk is read while the present one is pushed.
        """
        delivered, quiet = task.delivered, False
        chunk: Chunk | None = await self._read(task, task.place)
        while chunk is not None:
            delivered += len(chunk.keys)
            left = max(0, task.followers - delivered)
            ahead = chunk.next if quiet else None
            quiet, following = await asyncio.gather(self._note(task, chunk, left), self._read(task, ahead))
            if not quiet:
                return
            chunk = following or await self._read(task, chunk.next)

    async def _read(self, task: FanOutTask, place: Place | None) -> Chunk | None:
        return None if place is None else await self.followers.chunk(task.post, task.author, place, self.size)

    async def _note(self, task: FanOutTask, chunk: Chunk, left: int) -> bool:
        """Push or remove, and return whether to go on at once."""
        if task.step is Step.REMOVE:
            viewers, left, wait = chunk.keys, 0, REMOVAL_PATIENCE
        else:
            viewers, wait = chunk.keys, wait_of(left)
        if chunk.deleted and task.step is not Step.REMOVE:
            # The handler of that event makes a removal of this task, or has done so.
            return await self.chunks.note(task, b"", {}, left=0, then="done")
        then = "on" if chunk.next else "done"
        place = chunk.next._asdict() if chunk.next else {}
        return await self.chunks.note(task, keys.packed(viewers), place, left=left, then=then, wait=wait)
