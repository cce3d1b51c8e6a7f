"""The sweep: forgotten uploads, lost events, pictures given up, and files that nothing waits for."""

from dataclasses import replace

import pytest

from clock import now_ms
from errors import NotFound, Unavailable
from graph.rows.media import MediaState
from services.media import records
from services.media.addresses import upload_key
from services.media.store import MediaStore
from tests.services.media import samples
from tests.services.media.conftest import MediaRoom

MINUTE = 60_000
HOUR = 60 * MINUTE


async def test_an_upload_never_completed_is_forgotten_with_its_file(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    await room.sweep.run(now_ms() + HOUR)
    assert (await room.row(row.id)).state is MediaState.PENDING
    await room.sweep.run(now_ms() + HOUR + 16 * MINUTE)
    assert await records.by_id(room.graph, row.id) is None
    assert await room.keys(row.id) == []
    with pytest.raises(NotFound):
        await room.uploads.complete(room.user, row.id)


async def test_a_lost_event_is_told_again_once_in_a_while(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    await room.uploads.complete(room.user, row.id)
    await room.sweep.run(now_ms() + 4 * MINUTE)
    assert await room.told(row.id) == ["media.uploaded"]
    await room.sweep.run(now_ms() + 6 * MINUTE)
    await room.sweep.run(now_ms() + 7 * MINUTE)
    assert await room.told(row.id) == ["media.uploaded", "media.uploaded"]
    await room.handle(row.id)
    assert (await room.row(row.id)).state is MediaState.READY


async def test_a_picture_that_never_gets_done_is_refused_after_a_day(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    await room.uploads.complete(room.user, row.id)
    await room.sweep.run(now_ms() + 25 * HOUR)
    assert (await room.row(row.id)).refusal == "LOST"
    assert await room.keys(row.id) == []


async def test_a_file_sent_again_after_its_picture_was_done_is_deleted(room: MediaRoom) -> None:
    row = await room.processed(samples.small())
    await room.store.put(upload_key(row.id), samples.small(), "image/jpeg")
    swept = await room.sweep.run(now_ms() + 2 * HOUR)
    assert swept.strays >= 1
    assert upload_key(row.id) not in await room.keys(row.id)
    assert (await room.row(row.id)).state is MediaState.READY


async def test_a_file_that_is_still_to_be_processed_stays(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    await room.uploads.complete(room.user, row.id)
    await room.sweep.run(now_ms() + 2 * HOUR)
    assert await room.keys(row.id) == [upload_key(row.id)]


async def test_with_the_store_away_the_next_sweep_does_the_rest(room: MediaRoom, away: MediaStore) -> None:
    row = await room.sent(samples.small())
    with pytest.raises(Unavailable):
        await replace(room.sweep, store=away).run(now_ms() + 2 * HOUR)
    await room.sweep.run(now_ms() + 2 * HOUR)
    assert await room.keys(row.id) == []
