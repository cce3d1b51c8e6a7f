"""Bookmarks: posts that the viewer wants to find again, and the folders that they are in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

import feeds.bookmarks
from execution.declarations import Cost, RowsOf
from feeds.connection import Edge
from feeds.pipeline import Feed
from feeds.reader import Reader
from graph.idempotency import Once
from graph.rows import bookmarks as rows
from graph.rows.bookmarks import FOLDERS_MAX
from graph.rows.posts import PostRow
from keyspace.viewer_flags import BOOKMARKED
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.posts import flagged
from schema.fields import attribute, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation, page_query, query
from schema.payloads import Returned, lookup, returned
from schema.posts import Post, PostConnection, PostEdge, PostId
from services.accounts.viewer import Viewer
from services.posts.bookmark_folders import NAME_MAX

FolderId = Annotated[str, IdOf("BookmarkFolder"), "Global id of one of the viewer's folders."]
"""The parameter of a mutation that concerns a folder."""
FolderName = Annotated[
    str, f"1 to {NAME_MAX} characters (Unicode code points), unlike the viewer's other folders, whatever case."
]


@strawberry.type(description="A folder of the viewer's bookmarks, of which nobody else learns.")
class BookmarkFolder(Node):
    """Shows the row of the same name, to its owner alone."""

    id: strawberry.ID = global_id("BookmarkFolder")
    name: str = attribute("What the viewer calls it.")
    bookmark_count: int = attribute("How many bookmarks are in it, with those of posts that are gone or hidden.", "bookmarks")
    created_at: datetime = attribute("When it was made.")

    is_type_of = RowsOf(rows.BookmarkFolder)


def _bookmarks(
    reader: Reader,
    folder_id: Annotated[
        str | None, IdOf("BookmarkFolder"), "Global id of a folder; null for all bookmarks, in folders or not."
    ] = None,
) -> Feed[PostRow]:
    return feeds.bookmarks.bookmarks(reader, folder_id)


bookmarks = page_query(
    PostConnection,
    _bookmarks,
    "The posts that the viewer bookmarked and may see, newest bookmark first: all of them, or those in a folder. Nobody else "
    "sees this list. NOT_FOUND where the viewer has no such folder.",
    backward=True,
)


@query(list[BookmarkFolder], cost=Cost(rows=FOLDERS_MAX))
async def bookmark_folders(context: Context, _viewer: Viewer) -> Sequence[rows.BookmarkFolder]:
    """The viewer's folders, by name, without regard to case and accents."""
    return await context.loaders.own_bookmark_folders.all()


_LEFT = returned(
    BookmarkFolder | None, "The folder that the bookmark left by this, with its new count; null where it left none."
)


@mutation(
    takes="Which post to bookmark.",
    gives={
        "post": returned(Post, "The post."),
        "bookmark_edge": returned(
            PostEdge, "The post as an item of `bookmarks`, to be put first; where it was before, if it was bookmarked already."
        ),
        "folder_left": _LEFT,
    },
)
async def bookmark_post(
    context: Context,
    viewer: Viewer,
    post_id: PostId,
    folder_id: Annotated[
        str | None,
        IdOf("BookmarkFolder"),
        "Global id of the folder to put it into, also if it is bookmarked already; null leaves it where it is, at first in none.",
    ] = None,
) -> Returned:
    """Bookmark a post, so that it is in the viewer's list of bookmarks. Nobody is told. Twice is as good as once."""
    done, left = await context.services.bookmarks.add(viewer, post_id, folder_id)
    row, cursors = flagged(context, BOOKMARKED, done), context.reader.cursors(feeds.bookmarks.KEYSET)
    return {"post": row, "bookmark_edge": Edge(cursors, (done.since, post_id), row), "folder_left": left}


@mutation(
    takes="Which bookmark to move.",
    gives={
        "post": lookup(Post, "posts", "post_id", "post", "The post."),
        "folder": returned(BookmarkFolder | None, "The folder that it is in now, with its new count; null for none."),
        "folder_left": _LEFT,
    },
)
async def move_bookmark(
    context: Context,
    viewer: Viewer,
    post_id: PostId,
    folder_id: Annotated[
        str | None, IdOf("BookmarkFolder"), "Global id of the folder to put it into; null takes it out of its folder."
    ] = None,
) -> Returned:
    """Put a bookmark into another folder, or into none. It keeps its place by time. Twice is as good as once."""
    into, left = await context.services.bookmarks.move(viewer, post_id, folder_id)
    return {"folder": into, "folder_left": left}


@mutation(
    takes="Which bookmark to remove.",
    gives={
        "post_id": returned(strawberry.ID, "Global id of the post."),
        "post": returned(Post | None, "The post; null if it is gone or hidden by now."),
        "folder_left": _LEFT,
    },
)
async def remove_bookmark(context: Context, viewer: Viewer, post_id: PostId) -> Returned:
    """Remove a bookmark, from its folder as well; twice is as good as once."""
    row = await context.loaders.posts.one(post_id)
    left = await context.services.bookmarks.remove(viewer, post_id)
    return {"post_id": encode("Post", post_id), "post": row, "folder_left": left}


async def _made(context: Context, id_: str, _: object) -> Returned:
    return {"folder": await context.services.bookmark_folders.again(context.signed_in(), id_)}


@mutation(
    takes="A new folder.",
    gives={"folder": returned(BookmarkFolder, "The folder, which is empty.")},
    description=f"Make a folder for bookmarks. A name that is taken is a CONFLICT, and so are more than {FOLDERS_MAX}.",
    again=_made,
)
async def create_bookmark_folder(context: Context, viewer: Viewer, once: Once | None, name: FolderName) -> Returned:
    """Make a folder."""
    return {"folder": await context.services.bookmark_folders.create(viewer, name, once)}


@mutation(takes="How to call a folder from now on.", gives={"folder": returned(BookmarkFolder, "The folder, as changed.")})
async def rename_bookmark_folder(context: Context, viewer: Viewer, folder_id: FolderId, name: FolderName) -> Returned:
    """Rename a folder. A name that is taken is a CONFLICT."""
    return {"folder": await context.services.bookmark_folders.rename(viewer, folder_id, name)}


@mutation(
    takes="Which folder to delete.",
    gives={"deleted_folder_id": returned(strawberry.ID, "Global id of the folder that is gone.")},
)
async def delete_bookmark_folder(context: Context, viewer: Viewer, folder_id: FolderId) -> Returned:
    """Delete a folder. The bookmarks in it stay, in no folder."""
    await context.services.bookmark_folders.delete(viewer, folder_id)
    return {"deleted_folder_id": encode("BookmarkFolder", folder_id)}
