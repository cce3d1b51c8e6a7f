"""Removal: nothing of a picture stays, in the graph or in the store."""

from dataclasses import replace

import pytest

from clock import now_ms
from errors import NotFound
from graph.ids import new_id
from graph.rows.posts import PostRow
from graph.rows.users import UserRow
from services.media import records
from services.media.store import MediaStore
from tests.services.media import samples
from tests.services.media.conftest import MediaRoom


async def _posted(room: MediaRoom, *media_ids: str) -> PostRow:
    """Write a post with pictures."""
    post = {
        "id": new_id(),
        "authorId": room.user,
        "text": "",
        "audience": "PUBLIC",
        "delivery": "PUSH",
        "createdAt": now_ms(),
        "mediaIds": list(media_ids),
        "mentionNames": [],
        "mentionIds": [],
    }
    written = await room.graph.write(
        "posts/create",
        author=room.user,
        post=post,
        replyTo=None,
        mentions=[],
        hashtags=[],
        media=list(media_ids),
    )
    return PostRow.of(written[1])


async def test_a_removed_picture_is_nowhere(room: MediaRoom) -> None:
    gone, kept = await room.processed(samples.small()), await room.processed(samples.drawing())
    post = await _posted(room, gone.id, kept.id)
    await room.graph.write("users/update", id=room.user, changes={"avatarId": gone.id, "coverId": kept.id})
    await room.removal.delete(room.user, gone.id)
    [changed] = await room.graph.read("posts/by_id", ids=[post.id])
    [owner] = await room.graph.read("users/by_id", ids=[room.user])
    assert await records.picture(room.graph, gone.id) is None
    assert await room.keys(gone.id) == []
    assert PostRow.of(changed).media_ids == (kept.id,)
    assert (UserRow.of(owner).avatar_id, UserRow.of(owner).cover_id) == (None, kept.id)
    assert (await room.told(gone.id))[-1] == "media.deleted"


async def test_only_the_owner_removes(room: MediaRoom) -> None:
    row = await room.processed(samples.small())
    with pytest.raises(NotFound):
        await room.removal.delete(new_id(), row.id)
    with pytest.raises(NotFound):
        await room.removal.delete(room.user, "../picture")
    assert len(await room.keys(row.id)) == 3


async def test_removed_while_the_store_is_away_its_event_deletes_the_rest(room: MediaRoom, away: MediaStore) -> None:
    row = await room.processed(samples.small())
    await replace(room.removal, store=away).delete(room.user, row.id)
    assert len(await room.keys(row.id)) == 3
    await room.handle(row.id)
    assert await room.keys(row.id) == []


async def test_removed_while_it_is_developed_nothing_stays(room: MediaRoom) -> None:
    row = await room.sent(samples.small())
    row = await room.uploads.complete(room.user, row.id)
    await room.removal.delete(room.user, row.id)
    await room.development._process(replace(row))  # as a worker does that read the row before
    await room.handle(row.id)
    assert await room.keys(row.id) == []


async def test_ownership_is_told_with_the_state(room: MediaRoom) -> None:
    ready, pending = await room.processed(samples.small()), await room.sent(samples.small())
    ids = [ready.id, pending.id, new_id()]
    rows = await room.graph.read("media/owned", ids=ids, owner=room.user)
    assert sorted(rows) == [[ready.id, "READY"], [pending.id, "PENDING"]]
    assert await room.graph.read("media/owned", ids=ids, owner=new_id()) == []
