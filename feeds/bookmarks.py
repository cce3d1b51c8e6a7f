"""The viewer's bookmarks, newest first: all of them, or those in a folder."""

from functools import partial
from operator import attrgetter

from errors import NotFound
from feeds.keysets import IdColumn, IntegerColumn, Keyset
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow

KEYSET = Keyset("bookmarks", at=IntegerColumn(), post=IdColumn())


def bookmarks(reader: Reader, folder_id: str | None = None) -> Feed[PostRow]:
    """Return the posts that the viewer bookmarked and may see, those in a folder where one is named.

    Its slices raise NotFound where they have no such folder.
    """
    viewer = reader.signed_in()
    if folder_id is not None:
        return _in_folder(reader, folder_id)
    skeleton, backward = [
        from_statement(reader, KEYSET, name, viewer=viewer.key) for name in ("bookmarks/page", "bookmarks/page_backward")
    ]
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("bookmarks"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, backward=backward, total=total)


def _in_folder(reader: Reader, folder: str) -> Feed[PostRow]:
    skeleton, backward = [
        from_statement(
            reader, KEYSET, name, missing=partial(NotFound, "bookmark folder"), viewer=reader.signed_in().key, folder=folder
        )
        for name in ("bookmark_folders/page", "bookmark_folders/page_backward")
    ]
    total = counted(reader.loaders.own_bookmark_folders, folder, attrgetter("bookmarks"))
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=folder, backward=backward, total=total)
