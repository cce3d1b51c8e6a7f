"""Bookmarks of posts, each in one folder of its owner or in none."""

from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import NotFound, Unauthenticated
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import PostBookmarked, PostUnbookmarked
from services.posts.flags import Flagged, PostFlags

FOLDER = "bookmark folder"
"""What an error calls a folder that is not there."""


@dataclass(frozen=True, slots=True)
class Bookmarks:
    """Sets, moves and removes bookmarks; to do any of it again changes nothing."""

    writer: CommandWriter

    async def add(self, viewer: Viewer, post: str, folder: str | None = None) -> Flagged:
        """Bookmark a post, and put it into a folder. One that is bookmarked already is moved, or stays where no folder is named.

        Raises:
            NotFound: the post is gone, or the viewer may not see it; or they have no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def before(row: Any) -> list[PostBookmarked]:
            key, author, *_ = row
            return [] if author is None else [PostBookmarked(post_id=post, author_id=author, user_id=viewer.id, user_key=key)]

        def events(row: Any) -> list[PostBookmarked]:
            _, _, is_new, *_ = row
            return before(row) if is_new else []

        row = await self.writer.of_viewer(viewer.id).write(
            "bookmarks/add", events=events, unchanged=before, viewer=viewer.id, post=post, folder=folder, at=now_ms()
        )
        if row is None:
            raise Unauthenticated
        _, author, _, is_lost, *_ = row
        if author is None:
            raise NotFound(FOLDER if is_lost else "post")
        return Flagged.of(row)

    async def move(self, viewer: Viewer, post: str, folder: str | None) -> None:
        """Put a bookmark into a folder, or with None into none. It keeps its place by time.

        Raises:
            NotFound: the viewer did not bookmark the post or may not see it, or they have no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        row = await self.writer.of_viewer(viewer.id).write("bookmarks/move", viewer=viewer.id, post=post, folder=folder)
        if row is None:
            raise Unauthenticated
        _, is_bookmarked, is_lost = row
        if is_lost or not is_bookmarked:
            raise NotFound(FOLDER if is_lost else "bookmark")

    async def remove(self, viewer: Viewer, post: str) -> Flagged:
        """Remove a bookmark, from its folder as well.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        flags = PostFlags(self.writer, ("bookmarks/add", PostBookmarked), ("bookmarks/remove", PostUnbookmarked))
        return await flags.remove(viewer, post)
