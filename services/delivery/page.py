"""A page of any feed: skeleton, hydrate, rules, and refilled while the rules leave it short."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from graph.rows.posts import PostRow
from services.delivery.cached import Slice
from services.filling import Part, fill

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

    async def read(scanned: str, count: int) -> Part[str]:
        part = await skeleton(scanned, count)
        return Part(part.ids, part.ended)

    async def show(ids: Sequence[str]) -> Sequence[PostRow | None]:
        return [post if post is not None and keep(post) else None for post in await hydrate(ids)]

    page = await fill(read, show, first=first, start=start, rounds=rounds)
    return FeedPage([post for _, post in page.items], page.has_next, page.end)
