"""Conversations: the posts above one, and those below it."""

from asyncio import gather
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from itertools import groupby

from feeds.connection import Connection
from feeds.pipeline import page
from feeds.relevant_replies import ReplyOrder, ordered_replies
from feeds.windows import Window, page_size
from graph.rows.posts import ANCESTORS_MAX, PostRow
from resolvers.context import Context

DEPTH_MAX = 20
BREADTH_MAX = 20
DESCENDANTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Descendant:
    """A post of a conversation, and how many steps it stands below the one that was asked for: none for that itself.

    `has_more` tells whether replies to it are left out, which are then read as its own.
    """

    post: PostRow
    depth: int
    has_more: bool


async def ancestors(context: Context, post: PostRow, limit: int) -> Sequence[PostRow | None]:
    """Return the first post of a conversation and the `limit` that are nearest above a post, in order.

    None stands for one or more beside each other that are left out, gone or hidden: how many is told to nobody.

    Raises:
        InvalidInput: on `limit`, when it is out of bounds.

    """
    nearest = page_size(limit, "limit", ANCESTORS_MAX)
    if post.root_id is None:
        return ()
    found = context.loaders.ancestors.load(post.id)
    chain = await found if isawaitable(found) else found
    ids = [*reversed(chain[:nearest])]
    if ids[:1] == [post.root_id]:
        rows = await context.loaders.hydrate(ids)
    else:
        first, *rows = await context.loaders.hydrate([post.root_id, *ids])
        between = () if chain[nearest:] == [post.root_id] else (None,)
        rows = [first, *between, *rows]
    return [*_with_holes(rows)]


def _with_holes(rows: Sequence[PostRow | None]) -> Iterator[PostRow | None]:
    """Give rows in order, and one None for each run of them."""
    for is_hole, run in groupby(rows, key=lambda row: row is None):
        yield from [None] if is_hole else run


async def descendants(
    context: Context, post: PostRow, depth: int, breadth: int, limit: int, order: ReplyOrder, *, with_post: bool = False
) -> Sequence[Descendant]:
    """Return the conversation below a post, each post followed by what is below it, siblings in an order.

    `with_post` puts the post itself first, as one of the `limit`.

    It is read level by level, down to `depth`: up to `breadth` replies of each post, fewer where a level is so wide that they
    would be more than `limit` in all.

    Raises:
        InvalidInput: an argument is out of bounds.

    """
    deepest = page_size(depth, "depth", DEPTH_MAX)
    widest, left = page_size(breadth, "breadth", BREADTH_MAX), page_size(limit, "limit", DESCENDANTS_MAX)
    left -= with_post
    pages: dict[str, Connection[PostRow]] = {}
    below: dict[str, Sequence[PostRow]] = {}
    level: Sequence[PostRow] = [post]
    for _ in range(deepest):
        if not level or not left:
            break
        pages |= await _replies(context, level, min(widest, -(-left // len(level))), order)
        for each in level:
            below[each.id] = [edge.node for edge in pages[each.id].edges[:left]]
            left -= len(below[each.id])
        level = [reply for each in level for reply in below[each.id]]
    pages |= await _replies(context, level, 1, ReplyOrder.TIME)  # whether there is any
    more = {id_ for id_, found in pages.items() if found.page_info.has_next_page or len(found.edges) > len(below.get(id_, ()))}
    itself = [Descendant(post, 0, post.id in more)] if with_post else []
    return [*itself, *_depth_first(post, below, more)]


async def _replies(
    context: Context, posts: Sequence[PostRow], first: int, order: ReplyOrder
) -> Mapping[str, Connection[PostRow]]:
    """Return the first replies of each post, by its id; those that are cached come in one round trip."""
    reader = context.reader
    found = await gather(*(page(reader, ordered_replies(reader, each, order, in_tree=True), Window(first)) for each in posts))
    return {each.id: connection for each, connection in zip(posts, found, strict=True)}


def _depth_first(post: PostRow, below: Mapping[str, Sequence[PostRow]], more: set[str]) -> Iterator[Descendant]:
    """Give what is below a post, in the order in which a conversation is read."""
    waiting = [(reply, 1) for reply in reversed(below.get(post.id, ()))]
    while waiting:
        each, depth = waiting.pop()
        yield Descendant(each, depth, each.id in more)
        waiting += [(reply, depth + 1) for reply in reversed(below.get(each.id, ()))]
