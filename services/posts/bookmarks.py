"""Bookmarks of posts, each in one folder of its owner or in none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from clock import now_ms
from errors import NotFound, Unauthenticated
from graph.rows.bookmarks import BookmarkFolder
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import FlagEvent, PostBookmarked, PostUnbookmarked
from services.posts.flags import Flagged

FOLDER = "bookmark folder"
"""What an error calls a folder that is not there."""


class Bookmarked(NamedTuple):
    """A bookmark as a write has left it, and the folder that it left by that; None where it left none."""

    done: Flagged
    left: BookmarkFolder | None


class Moved(NamedTuple):
    """The folder that a bookmark is in now, None for none, and the one that it left for that."""

    into: BookmarkFolder | None
    left: BookmarkFolder | None


@dataclass(frozen=True, slots=True)
class Bookmarks:
    """Sets, moves and removes bookmarks; to do any of it again changes nothing, and leaves no folder."""

    writer: CommandWriter

    async def add(self, viewer: Viewer, post: str, folder: str | None = None) -> Bookmarked:
        """Bookmark a post, and put it into a folder. One that is bookmarked already is moved, or stays where no folder is named.

        Raises:
            NotFound: the post is gone, or the viewer may not see it; or they have no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        made = _events_of(PostBookmarked, viewer, post)
        row = await self.writer.of_viewer(viewer.id).write(
            "bookmarks/add",
            events=lambda row: made(row) if row[2] else [],
            unchanged=made,
            viewer=viewer.id,
            post=post,
            folder=folder,
            at=now_ms(),
        )
        if row is None:
            raise Unauthenticated
        _, author, _, is_lost, left, *_ = row
        if author is None:
            raise NotFound(FOLDER if is_lost else "post")
        return Bookmarked(Flagged.of(row), _folder(left))

    async def move(self, viewer: Viewer, post: str, folder: str | None) -> Moved:
        """Put a bookmark into a folder, or with None into none. It keeps its place by time.

        Raises:
            NotFound: the viewer did not bookmark the post or may not see it, or they have no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        row = await self.writer.of_viewer(viewer.id).write("bookmarks/move", viewer=viewer.id, post=post, folder=folder)
        if row is None:
            raise Unauthenticated
        _, is_bookmarked, is_lost, into, left = row
        if is_lost or not is_bookmarked:
            raise NotFound(FOLDER if is_lost else "bookmark")
        return Moved(_folder(into), _folder(left))

    async def remove(self, viewer: Viewer, post: str) -> BookmarkFolder | None:
        """Remove a bookmark, from its folder as well, and return that with what it holds now; None where it was in none.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        gone = _events_of(PostUnbookmarked, viewer, post)
        row = await self.writer.of_viewer(viewer.id).write(
            "bookmarks/remove",
            events=lambda row: gone(row) if row[2] else [],
            unchanged=gone,
            viewer=viewer.id,
            post=post,
        )
        if row is None:
            raise Unauthenticated
        *_, left = row
        return _folder(left)


def _events_of(event: type[FlagEvent], viewer: Viewer, post: str) -> Callable[[Sequence[Any]], list[FlagEvent]]:
    """Return what makes the event of a row, which begins with the viewer's key and the author's id: null without a post."""

    def events(row: Sequence[Any]) -> list[FlagEvent]:
        key, author, *_ = row
        return [] if author is None else [event(post_id=post, author_id=author, user_id=viewer.id, user_key=key)]

    return events


def _folder(columns: Sequence[Any] | None) -> BookmarkFolder | None:
    return None if columns is None else BookmarkFolder.of(columns)
