"""Liking posts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from errors import NotFound, Unauthenticated
from graph.rows import Event
from services.accounts.viewer import Viewer
from services.changes import Changes
from services.events import facts


@dataclass(frozen=True, slots=True)
class Likes:
    """Makes and takes back likes; either twice is as good as once."""

    changes: Changes

    async def like(self, viewer: Viewer, post: str) -> None:
        """Like a post that the caller has seen to be visible.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/like", facts.post_liked, viewer, post, at=time.time_ns() // 1_000_000)

    async def unlike(self, viewer: Viewer, post: str) -> None:
        """Take a like back.

        Raises:
            NotFound: the post is gone.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        await self._write("posts/unlike", facts.post_unliked, viewer, post)

    async def _write(self, name: str, fact: Callable[..., Event], viewer: Viewer, post: str, **params: Any) -> None:
        def events(row: Any) -> list[Event]:
            key, author, changed = row
            return [fact(post_id=post, author_id=author, user_id=viewer.id, user_key=key)] if changed else []

        changes = self.changes.of_viewer(viewer.id)
        row = await changes.write(name, events=events, viewer=viewer.id, post=post, **params)
        if row is None:
            raise Unauthenticated
        if row[1] is None:
            raise NotFound("post")
