"""The viewer's folder that a post is in."""

from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

from graph.rows.bookmarks import BookmarkFolder
from resolvers.context import Context


async def folder_of(context: Context, post: Any) -> BookmarkFolder | None:
    """Return the folder, looked up together with those of the neighbours; None where the post is in none."""
    found: BookmarkFolder | Awaitable[BookmarkFolder | None] | None = context.loaders.bookmark_folders.load(post.id)
    return await found if isawaitable(found) else found
