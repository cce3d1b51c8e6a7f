"""The media processor: its sandbox may die, hang, or be asked for too much, and the next picture is processed all the same."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from errors import Unavailable
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.media.refusals import Refused
from services.media.sandbox import SandboxLimits, answer, serve
from tests.services.media import samples

Opener = Callable[..., MediaProcessor]
MANY = 300_000_000
"""A limit on pixels that lets the bomb through to the other limits."""


def _exists(pid: int | None) -> bool:
    return Path(f"/proc/{pid}").exists()


def _environment(pid: int | None) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


@pytest.fixture
async def opened() -> AsyncIterator[Opener]:
    """Give a way to open processors that are closed at the end."""
    rooms: list[MediaProcessor] = []

    def open_(**limits: float) -> MediaProcessor:
        rooms.append(MediaProcessor(MediaProcessorLimits(**{"pixels": MANY, **limits})))  # type: ignore[arg-type]  # whole numbers
        return rooms[-1]

    yield open_
    for room in rooms:
        await room.close()


async def test_pictures_share_a_child_which_ends_with_the_processor(opened: Opener) -> None:
    room = opened()
    pictures = await asyncio.gather(*(room.process(samples.small()) for _ in range(4)))
    assert {(picture.width, picture.height) for picture in pictures} == {(40, 30)}
    pid = room.pid
    assert pid is not None
    await room.close()
    assert not _exists(pid)


async def test_a_child_killed_at_work_is_replaced_and_the_picture_made(opened: Opener) -> None:
    room = opened()
    await room.process(samples.small())
    pid = room.pid
    assert pid is not None
    work = asyncio.ensure_future(room.process(samples.photograph()))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    assert (await work).width == 1500
    assert room.pid != pid


async def test_more_memory_than_allowed_is_refused(opened: Opener) -> None:
    room = opened(bytes_at_rest=250_000_000, bytes_a_pixel=0)
    with pytest.raises(Refused, match="TOO_COSTLY"):
        await room.process(samples.bomb())
    assert (await room.process(samples.small())).width == 40


async def test_more_time_than_allowed_is_refused(opened: Opener) -> None:
    room = opened(cpu_seconds=0)
    with pytest.raises(Refused, match="TOO_COSTLY"):
        await room.process(samples.bomb())
    assert (await room.process(samples.small())).width == 40


async def test_a_machine_too_busy_is_no_reason_to_refuse(opened: Opener) -> None:
    with pytest.raises(Unavailable):
        await opened(wall_seconds=0.001).process(samples.small())


async def test_a_cancelled_development_leaves_no_child(opened: Opener) -> None:
    room = opened()
    await room.process(samples.small())
    pid = room.pid
    work = asyncio.ensure_future(room.process(samples.photograph()))
    await asyncio.sleep(0.01)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    assert room.pid is None
    assert not _exists(pid)
    assert (await room.process(samples.small())).width == 40


async def test_the_child_has_no_environment_of_ours(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOKERY_S3_SECRET_KEY", "secret")
    room = opened()
    await room.process(samples.small())
    assert b"secret" not in _environment(room.pid)


def test_the_child_answers_each_upload_in_turn_until_its_input_ends() -> None:
    uploads = b"".join(len(data).to_bytes(4) + data for data in (samples.small(), samples.archive()))
    answers = io.BytesIO()
    serve(io.BytesIO(uploads), answers, SandboxLimits(MANY, 0, 1_000_000))
    assert answers.getvalue() == answer(samples.small(), MANY) + answer(samples.archive(), MANY)
    assert answers.getvalue().endswith(b'{"refusal": "NOT_A_PICTURE"}')
