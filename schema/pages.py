"""Relay pages. Cursors are keysets, so a page costs the same at any depth and nothing shifts while others write."""

from collections.abc import Sequence
from inspect import Parameter
from typing import Annotated, Any

import strawberry

from feeds.windows import FIRST_MAX, USUAL_SIZE, Window

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many items the page has at most, from 1 to {FIRST_MAX}; null is {USUAL_SIZE}."),
]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before; absent for the first page.")
]
Last = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many items from the end, or from those before `before`, 1 to {FIRST_MAX}; in place of `first`."
    ),
]
Before = Annotated[
    str | None,
    strawberry.argument(description="The `startCursor` of the page behind; with `last`, absent for the last page."),
]

_KEYWORD = Parameter.KEYWORD_ONLY
_FORWARD = (
    Parameter("first", _KEYWORD, default=USUAL_SIZE, annotation=First),
    Parameter("after", _KEYWORD, default=None, annotation=After),
)
_BACKWARD = (
    Parameter("last", _KEYWORD, default=None, annotation=Last),
    Parameter("before", _KEYWORD, default=None, annotation=Before),
)


def paging(*, backward: bool) -> Sequence[Parameter]:
    """Return the parameters of a resolver that gives a page."""
    return (*_FORWARD, *_BACKWARD) if backward else _FORWARD


def window_of(arguments: dict[str, Any]) -> Window:
    """Take the arguments of a page out of those of a resolver."""
    return Window(*(arguments.pop(name, None) for name in ("first", "after", "last", "before")))


@strawberry.type(description="Where a page stands among all items.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(
        description="With `first`, whether more may follow: true until the end is known, so the last page may turn out empty. "
        "With `last`, whether it was asked for before a cursor."
    )
    has_previous_page: bool = strawberry.field(
        description="With `last`, whether more may stand before: true until the beginning is known. With `first`, whether it was "
        "asked for after a cursor."
    )
    start_cursor: str | None = strawberry.field(
        description="Where the page before ends: pass it as `before`, with `last`. Null when there is nothing to begin at."
    )
    end_cursor: str | None = strawberry.field(
        description="Where the next page begins: pass it as `after`. Null when the page is empty and the last."
    )
