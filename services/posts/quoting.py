"""Quotes that the author of the quoted post detaches, so that they show it no longer."""

from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound
from graph.rows.posts import PostRow
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import QuoteDetached, QuoteEvent, QuoteReattached
from services.posts.event_of_post import event_of_post


@dataclass(frozen=True, slots=True)
class Quoting:
    """Detaches and reattaches quotes of posts of the viewer; to do either again changes nothing.

    Neither asks whether the viewer may see the quote: somebody who quotes them and blocks them can be answered like anybody.
    """

    writer: CommandWriter

    async def detach(self, viewer: Viewer, quote: str) -> PostRow:
        """Detach a quote, and return it: from this moment nobody is shown there what it quotes, and it counts no longer.

        Raises:
            NotFound: there is no such quote of a post of the viewer.

        """
        return await self._write("posts/detach_quote", QuoteDetached, viewer, quote, at=now_ms())

    async def reattach(self, viewer: Viewer, quote: str) -> PostRow:
        """Undo that; the errors are the same."""
        return await self._write("posts/reattach_quote", QuoteReattached, viewer, quote)

    async def _write(self, statement: str, event: type[QuoteEvent], viewer: Viewer, quote: str, **params: Any) -> PostRow:
        def done(row: Any) -> list[QuoteEvent]:
            return [event_of_post(event, PostRow.of(row[1]))]

        row = await self.writer.of_viewer(viewer.id).write(
            statement,
            events=lambda row: done(row) if row[0] else [],
            unchanged=done,
            viewer=viewer.id,
            quote=quote,
            **params,
        )
        if row is None:
            raise NotFound("quote")
        return PostRow.of(row[1])
