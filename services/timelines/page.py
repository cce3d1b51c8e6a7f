"""A page of any feed: skeleton, hydrate, rules, and refilled while the rules leave it short."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from graph.rows import PostRow
from services.timelines.cached import Slice

Skeleton = Callable[[str, int], Awaitable[Slice]]
"""Gives that many ids beyond one, in the order of the feed."""
Hydrate = Callable[[Sequence[str]], Awaitable[Sequence[PostRow | None]]]
"""Gives the posts of ids that the viewer may see, None for the others, in order."""
Rule = Callable[[PostRow], bool]
"""Tells whether a post stays on the page."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Posts in order. `end` is where the next page begins; `has_next` is true until the end is known."""

    posts: Sequence[PostRow]
    has_next: bool
    end: str | None


async def feed_page(
    skeleton: Skeleton, hydrate: Hydrate, keep: Rule, *, first: int, start: str, rounds: int
) -> FeedPage:
    """Make a page of `first` posts beyond the id `start`; while the rules leave it short, read up to `rounds` slices more."""
    kept: list[PostRow] = []
    ended = False
    scanned = start
    for _ in range(rounds + 1):
        part = await skeleton(scanned, first + 1)
        kept += [post for post in await hydrate(part.ids) if post is not None and keep(post)]
        scanned, ended = (part.ids[-1] if part.ids else scanned), part.ended
        if ended or len(kept) > first:
            break
    if len(kept) > first:
        return FeedPage(kept[:first], has_next=True, end=kept[first - 1].id)
    if ended:
        return FeedPage(kept, has_next=False, end=kept[-1].id if kept else None)
    return FeedPage(kept, has_next=True, end=scanned)
