"""Events of live streams, each checked and looked up when it happens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from errors import Unauthenticated
from graph.rows import PostRow
from resolvers import feeds
from resolvers.context import Context
from resolvers.global_ids import encode
from services.accounts.viewer import Viewer
from services.events.payloads import PostCreated, PostDeleted
from services.live.entries import Entry, Resync, Told

EARLY = 0.2
"""Seconds before the end of an access token that its streams end, so that clients read why before their socket closes."""


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


async def home_events(context: Context, after: str | None) -> AsyncGenerator[AddedRow | RemovedRow | ResyncRow, None]:
    """Give what happens on the viewer's home timeline; a post that the viewer may not see never appears.

    Raises:
        Unauthenticated: nobody is signed in, or the token ends.

    """
    viewer = context.signed_in()
    async with aclosing(context.services.home_stream(viewer.key, after)) as stream:
        while True:
            told = await _next(stream, viewer)
            if isinstance(told, Resync):
                yield ResyncRow("What was missed cannot be told any more.")
            elif (row := await _row(context, viewer, told)) is not None:
                yield row


async def _next(stream: AsyncGenerator[Told, None], viewer: Viewer) -> Told:
    left = (viewer.expires_at - datetime.now(UTC)).total_seconds() - EARLY
    try:
        async with asyncio.timeout(max(left, 0)):
            return await anext(stream)
    except TimeoutError:
        raise Unauthenticated("The access token has expired.") from None


async def _row(context: Context, viewer: Viewer, entry: Entry) -> AddedRow | RemovedRow | None:
    """Look an entry up as of now: the post may be gone, or its author not followed any more."""
    context.forget()
    what = entry.what
    if isinstance(what, PostDeleted):
        concerns = what.author_id == viewer.id or await context.loaders.follows.one(what.author_id)
        return RemovedRow(entry.cursor, encode("Post", what.post_id)) if concerns else None
    if isinstance(what, PostCreated):
        (post,) = await feeds.hydrate_home(context, viewer, [what.post_id])
        return AddedRow(entry.cursor, post) if post and feeds.on_home(context, viewer)(post) else None
    return None
