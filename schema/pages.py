"""Relay pages. Cursors are keysets, so a page costs the same at any depth and nothing shifts while others write."""

from typing import Annotated

import strawberry

from feeds.pipeline import FIRST_MAX

First = Annotated[
    int, strawberry.argument(description=f"How many items the page has at most, from 1 to {FIRST_MAX}.")
]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before; absent for the first page.")
]


@strawberry.type(description="Where a page stands among all items.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(
        description="Whether more may follow. True until the end is known, so the last page may turn out empty."
    )
    has_previous_page: bool = strawberry.field(description="Whether this page was asked for after a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Where the next page begins: pass it as `after`. Null when the page is empty and the last."
    )
