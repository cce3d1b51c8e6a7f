"""Places for the processes that count: so many at a time on a machine, whoever starts them."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.questions.working_folder import made_within, working_folder

PLACES = "places"
AGAIN_AFTER = 0.1
"""Seconds between looks for a place that another process of this machine has left."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places below the folder of a copy. Each is a file, and whoever has locked it has the place."""

    folder: Path
    count: int

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[int]:
        """Hold a place as soon as one is free, as the number of an open file.

        A process that inherits the file holds the place as well: the kernel frees it when both have closed it or ended.
        """
        place = await self._first_free()
        try:
            yield place
        finally:
            os.close(place)

    async def _first_free(self) -> int:
        while True:
            trying = asyncio.ensure_future(asyncio.to_thread(free_place, self.folder, self.count))
            try:
                place = await asyncio.shield(trying)
            except asyncio.CancelledError:
                trying.add_done_callback(_give_back)
                raise
            if place is not None:
                return place
            await asyncio.sleep(AGAIN_AFTER)


def free_place(folder: Path, count: int) -> int | None:
    """Lock one of the places below the folder of a copy, and return its open file; None where all are taken."""
    own = made_within(working_folder(folder), PLACES)
    for number in range(count):
        file = os.open(own / f"place-{number}", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, own.stat().st_mode & 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            continue
        return file
    return None


def _give_back(trying: "asyncio.Future[int | None]") -> None:
    """Free a place that was found for somebody who had left."""
    if not trying.cancelled() and trying.exception() is None and (place := trying.result()) is not None:
        os.close(place)
