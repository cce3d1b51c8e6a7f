"""Pages of posts: skeleton, hydrate, rules, present, the same for every feed."""

from collections.abc import Mapping, Sequence

from clock import now_ms
from graph.ids import FIRST, LAST
from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow
from resolvers.context import Context
from resolvers.pages import ConnectionRow, connection, id_after, page_size
from services.accounts.viewer import Viewer
from services.delivery.cached import Slice
from services.delivery.page import Hydrate, Rule, Skeleton, feed_page
from services.mutes.matching import Mutes


async def home(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the viewer's home timeline, newest first."""
    viewer = context.signed_in()

    async def skeleton(start: str, count: int) -> Slice:
        return await context.services.home(viewer.key, start, count, context.loaders.timeline)

    async def hydrate(ids: Sequence[str]) -> Sequence[PostRow | None]:
        return await hydrate_home(context, viewer, ids)

    return await _page(context, skeleton, first, after, of="home", keep=OnHome(context, viewer), hydrate=hydrate)


async def hydrate_home(context: Context, viewer: Viewer, ids: Sequence[str]) -> Sequence[PostRow | None]:
    """Give the posts that the viewer may see, None for the others, and know what `OnHome` asks of them."""
    posts = await context.loaders.hydrate(ids)
    await know_home(context, viewer, [post for post in posts if post is not None])
    return posts


async def know_home(context: Context, viewer: Viewer, posts: Sequence[PostRow]) -> None:
    """Look up what `OnHome` asks of posts. Where a page was hydrated, it is known."""
    await context.loaders.relationships.many([post.author_id for post in posts if post.author_id != viewer.id])
    await context.loaders.muted_topics.one(viewer.id)


class OnHome:
    """The rule of home timelines: the viewer's own, and those of whom the viewer follows now and does not mute.

    Lists and streams may still hold what was on the timeline once, and know nothing of mutes. What it asks of posts must be
    known when it is asked, see `know_home`.
    """

    __slots__ = ("_mutes", "_now", "_relationships", "_topics", "_viewer")

    def __init__(self, context: Context, viewer: Viewer) -> None:
        """Begin now; mutes that have ended hide nothing."""
        self._viewer = viewer.id
        self._relationships: Mapping[str, ViewerRelationship] = context.loaders.relationships.known
        self._topics = context.loaders.muted_topics.known
        self._mutes: Mutes | None = None
        self._now = now_ms()
        """Milliseconds since 1970 UTC."""

    def __call__(self, post: PostRow) -> bool:
        """Tell whether a post that the viewer may see is on their home timeline."""
        if post.author_id == self._viewer:
            return True
        relationship = self._relationships[post.author_id]
        if relationship.following_since is None or relationship.muted(self._now):
            return False
        if self._mutes is None:
            self._mutes = Mutes(self._topics[self._viewer] or (), self._now)
        return not self._mutes.match(post)


async def of_author(
    context: Context, author: UserRow, first: int, after: str | None, *, include_replies: bool
) -> ConnectionRow:
    """Give a page of a person's posts, newest first."""
    query = "posts/by_author" if include_replies else "posts/by_author_home"

    async def skeleton(start: str, count: int) -> Slice:
        return _slice(await context.services.graph.read(query, author=author.id, below=start, limit=count), count)

    return await _page(context, skeleton, first, after, of=f"posts {author.id}")


async def replies(context: Context, post: PostRow, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the direct replies to a post, oldest first."""

    async def skeleton(start: str, count: int) -> Slice:
        return _slice(await context.services.graph.read("posts/replies", post=post.id, above=start, limit=count), count)

    return await _page(context, skeleton, first, after, of=f"replies {post.id}", beginning=FIRST)


async def _page(
    context: Context,
    skeleton: Skeleton,
    first: int,
    after: str | None,
    *,
    of: str,
    beginning: str = LAST,
    keep: Rule = lambda _: True,
    hydrate: Hydrate | None = None,
) -> ConnectionRow:
    seal = context.seal(of)
    page = await feed_page(
        skeleton,
        hydrate or context.loaders.hydrate,
        keep,
        first=page_size(first),
        start=id_after(seal.open(after), beginning),
        rounds=context.services.refill_rounds,
    )
    items = [((post.id,), post) for post in page.posts]
    among_hidden = page.end is not None and page.end not in (post.id for post in page.posts[-1:])
    end = seal.close(page.end) if page.end and among_hidden else None
    return connection(items, has_next=page.has_next, after=after, end=end)


def _slice(ids: Sequence[str] | None, count: int) -> Slice:
    found = ids or ()
    return Slice(found, len(found) < count)
