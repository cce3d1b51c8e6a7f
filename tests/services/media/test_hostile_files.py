"""Hostile files: each refused or cleaned, the processor and the worker stay alive."""

import io

import pytest
from PIL import Image

from graph.rows.media import MediaState
from services.media.addresses import Size, picture_key
from tests.services.media import samples
from tests.services.media.conftest import MediaRoom


async def _is_alive(room: MediaRoom) -> bool:
    return (await room.processed(samples.small())).state is MediaState.READY


@pytest.mark.parametrize("name", samples.REFUSED)
async def test_it_is_refused_and_deleted(room: MediaRoom, name: str) -> None:
    reason, made = samples.REFUSED[name]
    row = await room.processed(made())
    assert (row.state, row.refusal) == (MediaState.REFUSED, reason)
    assert await room.keys(row.id) == []
    assert (await room.told(row.id))[-1] == "media.refused"
    assert await _is_alive(room)


@pytest.mark.parametrize("name", samples.REFUSED)
async def test_it_is_refused_when_sent_after_the_check(room: MediaRoom, name: str) -> None:
    reason, made = samples.REFUSED[name]
    data, honest = made(), samples.small()
    row, target = await room.uploads.request(room.user, "image/jpeg", max(len(data), len(honest)))
    await room.send(target, honest)
    await room.uploads.complete(room.user, row.id)
    await room.send(target, data)
    await room.handle(row.id)
    row = await room.row(row.id)
    assert (row.state, row.refusal) == (MediaState.REFUSED, reason)
    assert await room.keys(row.id) == []
    assert await _is_alive(room)


@pytest.mark.parametrize("name", samples.CLEANED)
async def test_it_is_cleaned(room: MediaRoom, name: str) -> None:
    dimensions, made = samples.CLEANED[name]
    row = await room.processed(made())
    assert (row.state, (row.width, row.height)) == (MediaState.READY, dimensions)
    for size in Size:
        served = await room.store.read(picture_key(row.id, size), 10_000_000)
        assert served is not None
        assert samples.SCRIPT not in served
        with Image.open(io.BytesIO(served)) as image:
            assert (image.format, getattr(image, "n_frames", 1)) == ("WEBP", 1)


async def test_an_empty_file_is_refused_by_the_check_where_a_store_let_it_in(room: MediaRoom) -> None:
    row, _ = await room.uploads.request(room.user, "image/jpeg", 10)
    await room.store.put(f"uploads/{row.id}", b"", "image/jpeg")
    assert (await room.uploads.complete(room.user, row.id)).refusal == "EMPTY"


async def test_more_than_announced_is_refused_by_the_check_where_a_store_let_it_in(room: MediaRoom) -> None:
    row, _ = await room.uploads.request(room.user, "image/jpeg", 10)
    await room.store.put(f"uploads/{row.id}", samples.small(), "image/jpeg")
    assert (await room.uploads.complete(room.user, row.id)).refusal == "LARGER_THAN_ANNOUNCED"
    assert await room.keys(row.id) == []
