"""Media in the graph: each change of state happens once, and only from the state that it starts in."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clock import now_ms
from graph.driver import Graph
from graph.rows.media import HoldingPost, MediaRow, MediaState
from services.events.command_writer import CommandWriter
from services.events.media_events import MediaReady, MediaRefused, MediaUploaded
from services.events.post_events import PostMediaChanged
from services.media.refusals import Refusal


async def by_id(graph: Graph, media_id: str) -> MediaRow | None:
    """Return a media item, or None where there is none."""
    rows = await graph.read("media/by_id", ids=[media_id])
    return MediaRow.of(rows[0]) if rows else None


async def states(graph: Graph, ids: Sequence[str]) -> dict[str, MediaState]:
    """Return the states of those media that exist, by id."""
    rows = [MediaRow.of(row) for row in await graph.read("media/by_id", ids=list(ids))]
    return {row.id: row.state for row in rows}


async def complete(writer: CommandWriter, media_id: str, content_type: str) -> MediaRow | None:
    """Move a media item from PENDING to PROCESSING; None when it is no longer pending."""
    row = await writer.write(
        "media/complete",
        id=media_id,
        contentType=content_type,
        at=now_ms(),
        events=lambda row: [MediaUploaded(media_id=row[0], owner_id=row[1])],
    )
    return None if row is None else MediaRow.of(row)


async def refuse(writer: CommandWriter, media_id: str, state: MediaState, reason: Refusal) -> MediaRow | None:
    """Move a media item from `state` to REFUSED; None when its state is another."""
    row = await writer.write(
        "media/refused",
        id=media_id,
        state=state.value,
        refusal=reason.value,
        events=lambda row: [
            MediaRefused(media_id=media_id, owner_id=row[0][1]), *_posts_changed(media_id, row[0][1], row[1])
        ],
    )
    return None if row is None else MediaRow.of(row[0])


async def ready(writer: CommandWriter, media_id: str, width: int, height: int, blurhash: str) -> bool:
    """Move a media item from PROCESSING to READY; False when it is no longer processing."""
    row = await writer.write(
        "media/ready",
        id=media_id,
        width=width,
        height=height,
        blurhash=blurhash,
        events=lambda row: [MediaReady(media_id=media_id, owner_id=row[0]), *_posts_changed(media_id, *row)],
    )
    return row is not None


def _posts_changed(media_id: str, owner_id: str, posts: Iterable[Sequence[Any]]) -> Iterator[PostMediaChanged]:
    """Yield what happened to the posts that a media item hangs on; its owner wrote them."""
    for post in map(HoldingPost._make, posts):
        yield PostMediaChanged(
            post_id=post.id, author_id=owner_id, author_key=post.author_key, home=post.home, reply_to_id=post.reply_to_id,
            root_id=post.root_id, media_id=media_id,
        )
