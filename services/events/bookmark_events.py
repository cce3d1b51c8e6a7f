"""Events of folders of bookmarks."""

from dataclasses import dataclass

from services.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BookmarkFolderDeleted(Event, type="bookmark_folder.deleted"):
    """Somebody deleted a folder of bookmarks: what it held is to be taken apart."""

    user_id: str
    user_key: int
    folder_id: str
