"""Events of live streams, each checked and looked up when it happens."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from graph.rows import PostRow
from resolvers.context import Context
from resolvers.global_ids import encode
from services.live.entries import Entry
from services.live.home import Resync


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A post that is new."""

    cursor: str
    post: PostRow


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A post that is gone, by its global id."""

    cursor: str
    post_id: str


@dataclass(frozen=True, slots=True)
class ResyncRow:
    """The client is to read anew."""

    reason: str


async def home_events(context: Context, after: str | None) -> AsyncIterator[AddedRow | RemovedRow | ResyncRow]:
    """Give what happens on the viewer's home timeline; a post that the viewer may not see never appears."""
    viewer = context.signed_in()
    async with aclosing(context.services.home_stream(viewer.key, after)) as stream:
        async for found in stream:
            if isinstance(found, Resync):
                yield ResyncRow("What was missed is too far back.")
            elif (row := await _row(context, found)) is not None:
                yield row


async def _row(context: Context, entry: Entry) -> AddedRow | RemovedRow | None:
    if entry.type == "post.deleted":
        return RemovedRow(entry.cursor, encode("Post", entry.payload["postId"]))
    if not entry.payload["home"]:
        return None
    context.forget()
    post = (await context.loaders.hydrate([entry.payload["postId"]]))[0]
    return None if post is None else AddedRow(entry.cursor, post)
