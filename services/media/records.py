"""Pictures in the graph: each change of state happens once, and only from the state it starts in."""

from collections.abc import Sequence

from clock import now_ms
from graph.driver import Graph
from graph.rows.media import MediaRow, MediaState
from services.events import facts
from services.media.refusals import Refusal


async def picture(graph: Graph, media_id: str) -> MediaRow | None:
    """Give a picture, or None where there is none."""
    rows = await graph.read("media/by_id", ids=[media_id])
    return MediaRow.of(rows[0]) if rows else None


async def states(graph: Graph, ids: Sequence[str]) -> dict[str, MediaState]:
    """Give the states of those pictures that exist."""
    rows = [MediaRow.of(row) for row in await graph.read("media/by_id", ids=list(ids))]
    return {row.id: row.state for row in rows}


async def complete(graph: Graph, media_id: str, content_type: str) -> MediaRow | None:
    """Move PENDING to PROCESSING and tell of it; None when it is not pending any more."""
    row = await graph.write(
        "media/complete",
        id=media_id,
        contentType=content_type,
        at=now_ms(),
        events=lambda row: [facts.media_uploaded(media_id=row[0], owner_id=row[1])],
    )
    return None if row is None else MediaRow.of(row)


async def refuse(graph: Graph, media_id: str, state: MediaState, reason: Refusal) -> MediaRow | None:
    """Move from `state` to REFUSED and tell of it; None when the state is another."""
    row = await graph.write(
        "media/refused",
        id=media_id,
        state=state.value,
        refusal=reason.value,
        events=lambda row: [facts.media_refused(media_id=row[0], owner_id=row[1])],
    )
    return None if row is None else MediaRow.of(row)


async def ready(graph: Graph, media_id: str, width: int, height: int, blurhash: str) -> bool:
    """Move PROCESSING to READY and tell of it; False when it is not processing any more."""
    owner = await graph.write(
        "media/ready",
        id=media_id,
        width=width,
        height=height,
        blurhash=blurhash,
        events=lambda owner: [facts.media_ready(media_id=media_id, owner_id=owner)],
    )
    return owner is not None
