"""Development: from what a client sends to what is served, and whatever breaks off in between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from errors import Unavailable
from graph.rows.media import MediaState
from services.media import records
from services.media.addresses import picture_keys, upload_key
from services.media.refusals import Refusal
from services.media.s3 import StoreOptions
from services.media.store import MediaStore
from tests.services.media import samples
from tests.services.media.conftest import MediaRoom
from tests.worlds.waiting import until

T = TypeVar("T")


class BrokenOffError(Exception):
    """The worker was killed here."""


class BreakingStore(MediaStore):
    """The real store, and a worker that is killed after some of its calls."""

    __slots__ = ("_left",)

    def __init__(self, options: StoreOptions, calls: int) -> None:
        super().__init__(options)
        self._left = calls

    async def _run(self, call: Callable[[], T]) -> T:
        if not self._left:
            raise BrokenOffError
        self._left -= 1
        return await super()._run(call)


async def _processing(room: MediaRoom, data: bytes) -> str:
    row = await room.sent(data)
    assert (await room.uploads.complete(room.user, row.id)).state is MediaState.PROCESSING
    return row.id


@pytest.mark.parametrize(("made", "dimensions"), [(samples.photograph, (1500, 2000)), (samples.drawing, (700, 300))])
async def test_a_real_picture_becomes_three_sizes(
    room: MediaRoom,
    made: Callable[[], bytes],
    dimensions: tuple[int, int],
) -> None:
    row = await room.processed(made())
    assert (row.state, (row.width, row.height), row.refusal) == (MediaState.READY, dimensions, None)
    assert len(row.blurhash or "") == 28
    assert await room.keys(row.id) == sorted(picture_keys(row.id))
    assert await room.told(row.id) == ["media.uploaded", "media.ready"]


@pytest.mark.parametrize("calls", range(5))
async def test_broken_off_anywhere_the_next_run_ends_right(
    room: MediaRoom,
    store_options: StoreOptions,
    calls: int,
) -> None:
    media_id = await _processing(room, samples.small())
    breaking = BreakingStore(store_options, calls)
    with pytest.raises(BrokenOffError):
        await replace(room, processing=replace(room.processing, store=breaking)).handle(media_id)
    breaking.close()
    await room.handle(media_id)
    await room.handle(media_id)
    assert (await room.row(media_id)).state is MediaState.READY
    assert await room.keys(media_id) == sorted(picture_keys(media_id))
    assert await room.told(media_id) == ["media.uploaded", "media.ready"]


@pytest.mark.parametrize("calls", range(2))
async def test_a_refusal_broken_off_anywhere_is_ended_by_the_next_run(
    room: MediaRoom,
    store_options: StoreOptions,
    calls: int,
) -> None:
    media_id = await _processing(room, samples.photograph()[:-3_000])
    breaking = BreakingStore(store_options, calls)
    with pytest.raises(BrokenOffError):
        await replace(room, processing=replace(room.processing, store=breaking)).handle(media_id)
    breaking.close()
    await room.handle(media_id)
    assert (await room.row(media_id)).refusal == "DAMAGED"
    assert await room.keys(media_id) == []
    assert await room.told(media_id) == ["media.uploaded", "media.refused"]


async def test_a_worker_cancelled_at_work_leaves_nothing_undone(room: MediaRoom) -> None:
    media_id = await _processing(room, samples.photograph())
    await room.processor.close()  # so that a new child shows that the work has begun
    work = asyncio.ensure_future(room.handle(media_id))
    await until(lambda: room.processor.pid)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await room.handle(media_id)
    assert (await room.row(media_id)).state is MediaState.READY
    assert await room.keys(media_id) == sorted(picture_keys(media_id))


async def test_two_workers_at_once_tell_once(room: MediaRoom) -> None:
    media_id = await _processing(room, samples.drawing())
    await asyncio.gather(*(room.handle(media_id) for _ in range(3)))
    assert (await room.row(media_id)).state is MediaState.READY
    assert await room.keys(media_id) == sorted(picture_keys(media_id))
    assert await room.told(media_id) == ["media.uploaded", "media.ready"]


async def test_with_the_store_away_the_event_comes_again(room: MediaRoom, away: MediaStore) -> None:
    media_id = await _processing(room, samples.small())
    with pytest.raises(Unavailable):
        await replace(room, processing=replace(room.processing, store=away)).handle(media_id)
    assert (await room.row(media_id)).state is MediaState.PROCESSING
    await room.handle(media_id)
    assert (await room.row(media_id)).state is MediaState.READY


async def test_an_upload_that_is_gone_is_refused_as_lost(room: MediaRoom) -> None:
    media_id = await _processing(room, samples.small())
    await room.store.delete([upload_key(media_id)])
    await room.handle(media_id)
    assert (await room.row(media_id)).refusal == "LOST"


async def test_more_than_announced_sent_after_the_check_is_refused(room: MediaRoom) -> None:
    media_id = await _processing(room, samples.small())
    await room.store.put(upload_key(media_id), samples.photograph(), "image/jpeg")
    await room.handle(media_id)
    assert (await room.row(media_id)).refusal == "LARGER_THAN_ANNOUNCED"


async def test_refused_meanwhile_its_sizes_do_not_stay(room: MediaRoom) -> None:
    media_id = await _processing(room, samples.small())
    row = await room.row(media_id)
    await records.refuse(room.writer, media_id, MediaState.PROCESSING, Refusal.LOST)
    await room.processing._process(row)  # as a worker does that read the row before
    await room.processing._clear(media_id)
    assert (await room.row(media_id)).state is MediaState.REFUSED
    assert await room.keys(media_id) == []
