"""Uploads: what is signed, what the store lets in, and what completing does, once or twice or too early."""

import asyncio
from dataclasses import replace

import pytest

from clock import now_ms
from errors import InvalidInput, NotFound, RateLimited, Unauthenticated, Unavailable
from graph.ids import new_id
from graph.rows.media import MediaRow, MediaState
from keyspace.row_cache import MEDIA
from services.media.store import MediaStore
from services.media.uploads import LONGEST_ALT, OPEN_UPLOADS
from tests.services.media import samples
from tests.services.media.conftest import MediaRoom


async def test_a_completed_upload_is_announced_once(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    assert (await room.uploads.complete(room.user, row.id)).state is MediaState.PROCESSING
    assert (await room.uploads.complete(room.user, row.id)).state is MediaState.PROCESSING
    assert await room.told(row.id) == ["media.uploaded"]


async def test_two_completes_at_once_announce_once(room: MediaRoom) -> None:
    for _ in range(5):
        row = await room.sent(samples.small())
        rows = await asyncio.gather(*(room.uploads.complete(room.user, row.id) for _ in range(4)))
        assert {done.state for done in rows} == {MediaState.PROCESSING}
        assert await room.told(row.id) == ["media.uploaded"]


async def test_two_completes_at_once_refuse_once(room: MediaRoom) -> None:
    row = await room.sent(samples.archive())
    rows = await asyncio.gather(*(room.uploads.complete(room.user, row.id) for _ in range(4)))
    assert {(done.state, done.refusal) for done in rows} == {(MediaState.REFUSED, "NOT_A_PICTURE")}
    assert await room.told(row.id) == ["media.refused"]


async def test_somebody_elses_upload_is_not_found(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    with pytest.raises(NotFound):
        await room.uploads.complete(new_id(), row.id)
    assert (await room.row(row.id)).state is MediaState.PENDING


@pytest.mark.parametrize("media_id", ["", "../../etc/passwd", "01890a5d-ac96-774b-bcce-b302099a8057"])
async def test_an_unknown_upload_is_not_found(room: MediaRoom, media_id: str) -> None:
    with pytest.raises(NotFound):
        await room.uploads.complete(room.user, media_id)


async def test_completing_before_sending_can_be_repeated_afterwards(room: MediaRoom) -> None:
    row, target = await room.uploads.request(room.user, "image/jpeg", len(samples.small()))
    with pytest.raises(InvalidInput) as caught:
        await room.uploads.complete(room.user, row.id)
    assert caught.value.field == "mediaId"
    await room.send(target, samples.small())
    assert (await room.uploads.complete(room.user, row.id)).state is MediaState.PROCESSING


async def test_the_store_refuses_what_the_policy_does_not_allow(room: MediaRoom) -> None:
    data = samples.small()
    _, target = await room.uploads.request(room.user, "image/jpeg", len(data))
    other_key = replace(target, fields=target.fields | {"key": f"pictures/{new_id()}/large.webp"})
    other_type = replace(target, fields=target.fields | {"Content-Type": "text/html"})
    assert (await room.send(target, data + b"!")).status_code >= 400
    assert (await room.send(target, b"")).status_code >= 400
    assert (await room.send(other_key, data)).status_code >= 400
    assert (await room.send(other_type, data)).status_code >= 400
    assert (await room.send(target, data)).status_code < 300


async def test_the_address_is_the_one_that_clients_reach(room: MediaRoom, store: MediaStore) -> None:
    _, target = await room.uploads.request(room.user, "image/png", 10)
    assert target.url == f"{store._options.public_endpoint}/{store._options.bucket}"


@pytest.mark.parametrize(
    ("content_type", "size", "alt", "field"),
    [
        ("image/svg+xml", 10, "", "contentType"),
        ("image/jpeg", 0, "", "size"),
        ("image/jpeg", 10_485_761, "", "size"),
        ("image/jpeg", 10, "x" * (LONGEST_ALT + 1), "alt"),
    ],
)
async def test_a_wrong_announcement_names_its_field(
    room: MediaRoom,
    content_type: str,
    size: int,
    alt: str,
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await room.uploads.request(room.user, content_type, size, alt)
    assert caught.value.field == field


async def test_open_uploads_are_counted_even_when_asked_for_at_once(room: MediaRoom) -> None:
    asked = (room.uploads.request(room.user, "image/jpeg", 10) for _ in range(OPEN_UPLOADS + 5))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    limited = [answer for answer in answers if isinstance(answer, RateLimited)]
    assert len(limited) == 5
    assert 0 < limited[0].retry_after <= 900


async def test_nobody_cannot_upload(room: MediaRoom) -> None:
    with pytest.raises(Unauthenticated):
        await room.uploads.request(new_id(), "image/jpeg", 10)


async def test_completing_with_the_store_away_changes_nothing(room: MediaRoom, away: MediaStore) -> None:
    row = await room.sent(samples.small())
    with pytest.raises(Unavailable):
        await replace(room.uploads, store=away).complete(room.user, row.id)
    assert (await room.row(row.id)).state is MediaState.PENDING


async def test_the_type_found_replaces_the_type_announced(room: MediaRoom) -> None:
    row = await room.sent(samples.drawing(), "image/jpeg")
    assert (await room.uploads.complete(room.user, row.id)).content_type == "image/png"


async def test_alt_text_is_kept_without_space_around_it(room: MediaRoom) -> None:
    row, _ = await room.uploads.request(room.user, "image/jpeg", 10, "  A rook on a chimney ")
    assert (await room.row(row.id)).alt == "A rook on a chimney"
    assert row == await room.row(row.id)


async def test_each_change_of_a_picture_invalidates_its_cached_row(room: MediaRoom) -> None:
    async def cached(row: MediaRow) -> bool:
        return row.id in (await room.cache.rows(MEDIA, [row.id])).found

    async def cache(row: MediaRow) -> None:
        leases = (await room.cache.rows(MEDIA, [row.id])).leases
        await room.cache.fill_rows(MEDIA, {row.id: [row.id]}, leases)
        assert await cached(row)

    row = await room.sent(samples.small())
    await cache(row)
    await room.uploads.complete(room.user, row.id)
    assert not await cached(row)
    await cache(row)
    await room.handle(row.id)
    assert not await cached(row)
    forgotten = await room.sent(samples.small())
    await cache(forgotten)
    await room.sweep.run(now_ms() + 7_200_000)
    assert not await cached(forgotten)


async def test_ownership_is_told_with_the_state(room: MediaRoom) -> None:
    ready, pending = await room.processed(samples.small()), await room.sent(samples.small())
    ids = [ready.id, pending.id, new_id()]
    rows = await room.graph.read("media/owned", ids=ids, owner=room.user)
    assert sorted(rows) == [[ready.id, "READY"], [pending.id, "PENDING"]]
    assert await room.graph.read("media/owned", ids=ids, owner=new_id()) == []
