"""Walks through pages: from the first, as long as there is a next one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from feeds.connection import Connection

T = TypeVar("T")
MOST_PAGES = 1_000
"""Pages after which a walk is taken to have no end."""


async def walk(read: Callable[[str | None], Awaitable[tuple[T, str | None]]]) -> list[T]:
    """Return every page. `read` takes the cursor of a page, and returns the page and the cursor of the next, None at the end.

    Raises:
        AssertionError: there is no end.

    """
    pages: list[T] = []
    after = None
    for _ in range(MOST_PAGES):
        page, after = await read(after)
        pages.append(page)
        if after is None:
            return pages
    raise AssertionError(f"more than {MOST_PAGES} pages")


async def walk_feed(read: Callable[[str | None], Awaitable[Connection[T]]]) -> list[T]:
    """Return the rows of every page of a feed. `read` takes the cursor of a page, and returns the page."""

    async def page_and_next(after: str | None) -> tuple[list[T], str | None]:
        page = await read(after)
        rows = [edge.node for edge in page.edges]
        return rows, page.page_info.end_cursor if page.page_info.has_next_page else None

    return [row for page in await walk(page_and_next) for row in page]
