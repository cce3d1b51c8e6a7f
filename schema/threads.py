"""Conversations as posts show them: what is above a post, and what is below it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.threads as rows
from execution.declarations import Cost, RowsOf, Surcharge
from feeds.pipeline import Feed
from feeds.reader import Reader
from feeds.relevant_replies import ReplyOrder, ordered_replies
from graph.rows.posts import ANCESTORS_MAX, PostRow
from resolvers.context import Context
from resolvers.threads import BREADTH_MAX, DEPTH_MAX, DESCENDANTS_MAX
from schema.enums import show_enum
from schema.fields import attribute

if TYPE_CHECKING:
    from schema.posts import Post

show_enum(
    ReplyOrder,
    "In which order the replies to a post are shown.",
    {
        "TIME": "Oldest first.",
        "RELEVANCE": "Those of the author of the post first, oldest first; then those of people whom the viewer follows, and "
        "then others, most likes first: 200 in all. The rest comes by time. It is read by `first` and `after` alone; the order "
        "is kept for ten minutes after each page that has another one behind it, then a cursor of it is CURSOR_EXPIRED.",
    },
)
ANCESTORS = Cost(per=("limit",), most=ANCESTORS_MAX)
_RANKING = 50
"""What ranking the replies of a post is worth: some hundred of them are looked at."""
_RANKING_IN_TREE = 20
"""The same of a post of a tree, of which fewer are ranked; as many posts are as the tree has, at most."""
REPLIES = Cost(surcharges=(Surcharge("order", weight=_RANKING, value=ReplyOrder.RELEVANCE),))
DESCENDANTS = Cost(
    per=("limit",),
    most=DESCENDANTS_MAX,
    surcharges=(Surcharge("order", each=_RANKING_IN_TREE, value=ReplyOrder.RELEVANCE),),
)

_Nearest = Annotated[
    int, strawberry.argument(description=f"How many of the nearest, from 1 to {ANCESTORS_MAX}, beside the first post.")
]
_Depth = Annotated[int, strawberry.argument(description=f"How many steps down, from 1 to {DEPTH_MAX}.")]
_Breadth = Annotated[
    int,
    strawberry.argument(
        description=f"How many replies of each post, from 1 to {BREADTH_MAX}; fewer where a step has so many posts that all of "
        "these would be more than `limit`."
    ),
]
_Order = Annotated[ReplyOrder, strawberry.argument(description="In which order replies to the same post come.")]
_Limit = Annotated[
    int,
    strawberry.argument(
        description=f"How many posts in all, from 1 to {DESCENDANTS_MAX}: what is near comes before what is far below."
    ),
]

_WithPost = Annotated[
    bool,
    strawberry.argument(
        description="Whether the post itself comes first, at depth 0, as one of `limit`: its `hasMore` says whether direct "
        "replies may be left out."
    ),
]


@strawberry.type(description="A post of a conversation: one below the one that was asked for, or that itself.")
class Descendant:
    """Shows the row of the same name."""

    post: Annotated["Post", strawberry.lazy("schema.posts")] = attribute("The post.")
    depth: int = attribute("How many steps it is below: 1 for a direct reply, 0 for the post itself.")
    has_more: bool = attribute(
        "Whether replies to it may be left out: read them by its own `replies` or `descendants`. As with `hasNextPage`, true "
        "until their end is known."
    )

    is_type_of = RowsOf(rows.Descendant)


async def ancestors(context: Context, post: PostRow, limit: _Nearest = 20) -> Sequence[PostRow | None]:
    """Return what is above a post."""
    return await rows.ancestors(context, post, limit)


async def descendants(
    context: Context,
    post: PostRow,
    depth: _Depth = 3,
    breadth: _Breadth = 3,
    limit: _Limit = 20,
    order: _Order = ReplyOrder.TIME,
    include_post: _WithPost = False,
) -> Sequence[rows.Descendant]:
    """Return what is below a post."""
    return await rows.descendants(context, post, depth, breadth, limit, order, with_post=include_post)


def replies(reader: Reader, post: PostRow, order: _Order = ReplyOrder.TIME) -> Feed[PostRow]:
    """Return the direct replies to a post."""
    return ordered_replies(reader, post, order)
