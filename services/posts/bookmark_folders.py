"""Folders of bookmarks: named by their owner, who alone learns of them."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from clock import now_ms
from errors import Conflict, InvalidInput, NotFound, Unauthenticated
from graph.idempotency import Once
from graph.ids import new_id
from graph.rows.bookmarks import FOLDERS_MAX, BookmarkFolder
from services.accounts.viewer import Viewer
from services.events.bookmark_events import BookmarkFolderDeleted
from services.events.command_writer import CommandWriter
from services.posts.bookmarks import FOLDER
from services.text import is_blank, one_line

NAME_MAX = 60
"""Longest name, in Unicode code points: a line on a phone."""
BATCH = 1_000
"""Bookmarks that are taken out of a deleted folder in one transaction: some hundredths of a second."""


@dataclass(frozen=True, slots=True)
class BookmarkFolders:
    """Makes, renames and deletes folders."""

    writer: CommandWriter

    async def create(self, viewer: Viewer, name: str, once: Once | None = None) -> BookmarkFolder:
        """Make a folder.

        Raises:
            AlreadyMade: it was made before, under the same key.
            Conflict: the viewer has a folder of that name, or as many as they may.
            InvalidInput: the name is not acceptable.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        name, key = _checked(name)
        row = await self._write(
            "bookmark_folders/create", viewer, once=once, made=_made, id=new_id(), name=name, nameKey=key, at=now_ms(),
            most=FOLDERS_MAX,
        )
        _, is_taken, _, columns = row
        if columns is None:
            raise _taken() if is_taken else Conflict(f"You have {FOLDERS_MAX} folders, and that is the most.")
        return BookmarkFolder.of(columns)

    async def again(self, viewer: Viewer, folder: str) -> BookmarkFolder:
        """Return a folder that was made before, as it is now.

        Raises:
            NotFound: the viewer has no such folder any more.

        """
        rows = await self.writer.of_viewer(viewer.id).graph.read("bookmark_folders/of_viewer", viewer=viewer.id)
        for found in map(BookmarkFolder.of, rows):
            if found.id == folder:
                return found
        raise NotFound(FOLDER)

    async def rename(self, viewer: Viewer, folder: str, name: str) -> BookmarkFolder:
        """Rename a folder.

        Raises:
            Conflict: another folder of the viewer has that name.
            InvalidInput: the name is not acceptable.
            NotFound: the viewer has no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        name, key = _checked(name)
        _, is_taken, columns = await self._write("bookmark_folders/rename", viewer, id=folder, name=name, nameKey=key)
        if columns is None:
            raise NotFound(FOLDER)
        if is_taken:
            raise _taken()
        return BookmarkFolder.of(columns)

    async def delete(self, viewer: Viewer, folder: str) -> None:
        """Delete a folder. Its bookmarks stay, in no folder.

        Raises:
            NotFound: the viewer has no such folder.
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(row: Any) -> list[BookmarkFolderDeleted]:
            key, is_deleted = row
            return [BookmarkFolderDeleted(user_id=viewer.id, user_key=key, folder_id=folder)] if is_deleted else []

        _, is_deleted = await self._write("bookmark_folders/delete", viewer, events=events, id=folder)
        if not is_deleted:
            raise NotFound(FOLDER)

    async def deleted(self, event: BookmarkFolderDeleted) -> None:
        """Take a deleted folder apart, batch by batch; an interrupted run can be repeated."""
        while await self.writer.write("bookmark_folders/clear", id=event.folder_id, most=BATCH) == BATCH:
            pass

    async def _write(self, statement: str, viewer: Viewer, /, **given: Any) -> Any:
        row = await self.writer.of_viewer(viewer.id).write(statement, viewer=viewer.id, **given)
        if row is None:
            raise Unauthenticated
        return row


def _checked(name: str) -> tuple[str, str]:
    """Return a name as it is shown, and as names are compared: whatever case and width."""
    shown = one_line("name", name, NAME_MAX)
    if is_blank(shown):
        raise InvalidInput("name", "A folder needs a name.")
    return shown, unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())


def _taken() -> Conflict:
    return Conflict("You have a folder of this name.", "name")


def _made(row: Any) -> str | None:
    *_, columns = row
    return None if columns is None else BookmarkFolder.of(columns).id
