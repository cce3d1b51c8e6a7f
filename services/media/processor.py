"""The media processor: decodes uploads in one child process, the sandbox, so that a hostile file can hurt nothing else."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from errors import Unavailable
from services.media.addresses import Size
from services.media.pictures import Picture
from services.media.refusals import Refusal, Refused

CHILD = "services.media.sandbox"
ROOT = Path(__file__).parents[2]
"""The folder that holds our packages: all that the child may import from, besides its Python."""
LENGTH = 4
"""Bytes of the length before each message."""
LARGEST_ANSWER = 33_554_432
"""Bytes of an answer at most: 1,600 by 1,600 pixels never need more, but a child that was taken over might announce more."""
ATTEMPTS = 2
"""Children that one upload may kill: the first may have died for another reason."""
PICTURES_PER_CHILD = 500
"""Pictures after which a child is replaced, so that memory which its libraries leak stays small."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MediaProcessorLimits:
    """Limits for one picture. Decoders take 20 bytes a pixel at most, because an animated WebP holds five canvases."""

    pixels: int
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    bytes_a_pixel: int = 20
    bytes_at_rest: int = 268_435_456

    @property
    def memory(self) -> int:
        """Bytes of address space of the child."""
        return self.bytes_at_rest + self.bytes_a_pixel * self.pixels


class MediaProcessor:
    """Processes one upload at a time in a child, which is started when first needed and replaced when it dies."""

    __slots__ = ("_child", "_limits", "_made", "_turn")

    def __init__(self, limits: MediaProcessorLimits) -> None:
        """Start nothing yet."""
        self._limits = limits
        self._turn = asyncio.Lock()
        self._child: asyncio.subprocess.Process | None = None
        self._made = 0

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        return None if self._child is None else self._child.pid

    async def process(self, data: bytes) -> Picture:
        """Make the sizes of an upload.

        Raises:
            Refused: it is no acceptable picture, or two children died of it.
            Unavailable: the machine was too busy to finish it; the same upload may succeed later.

        """
        async with self._turn:
            for _ in range(ATTEMPTS):
                try:
                    return await self._processed(data)
                except (asyncio.IncompleteReadError, ConnectionError) as error:
                    log.warning("sandbox_died", bytes=len(data), cause=type(error).__name__)
        raise Refused(Refusal.TOO_COSTLY)

    async def close(self) -> None:
        """End the child, once it has finished what it works on."""
        async with self._turn:
            await self._end()

    async def _processed(self, data: bytes) -> Picture:
        """Have one upload processed; a child that did not answer with a picture is not used again."""
        picture: Picture | None = None
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                picture = await self._exchange(await self._ready_child(), data)
        except TimeoutError as error:
            raise Unavailable from error
        finally:
            if picture is None or self._made >= PICTURES_PER_CHILD:
                await asyncio.shield(self._end())
        return picture

    async def _exchange(self, child: asyncio.subprocess.Process, data: bytes) -> Picture:
        """Send an upload to the child and read its answer."""
        if child.stdin is None or child.stdout is None:
            raise ConnectionError
        child.stdin.write(len(data).to_bytes(LENGTH) + data)
        await child.stdin.drain()
        answer = json.loads(await _frame(child.stdout))
        if "refusal" in answer:
            raise Refused(Refusal(answer["refusal"]))
        sizes = {size: await _exactly(child.stdout, answer["sizes"][size]) for size in Size}
        self._made += 1
        return Picture(answer["width"], answer["height"], answer["blurhash"], sizes)

    async def _ready_child(self) -> asyncio.subprocess.Process:
        """Return the child; start one where there is none, or where it has died."""
        if self._child is not None and self._child.returncode is None:
            return self._child
        limits = self._limits
        self._made = 0
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            CHILD,
            str(limits.pixels),
            str(limits.memory),
            str(limits.cpu_seconds),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": str(ROOT)},
            start_new_session=True,  # Ctrl-C is for the worker, which lets this one finish
        )
        return self._child

    async def _end(self) -> None:
        """Kill the child and wait until it is gone; nothing in it is worth saving."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def _frame(answers: asyncio.StreamReader) -> bytes:
    """Read a length, and a message of that length."""
    return await _exactly(answers, int.from_bytes(await answers.readexactly(LENGTH)))


async def _exactly(answers: asyncio.StreamReader, length: int) -> bytes:
    """Read so many bytes; refuse a length that no honest answer has."""
    if not 0 < length <= LARGEST_ANSWER:
        raise ConnectionError(length)
    return await answers.readexactly(length)
