"""Who likes and who reposted a post, and what the viewer likes; newest first."""

from collections.abc import Sequence
from operator import attrgetter

from feeds.keysets import IdColumn, IntegerColumn, Keyset, by_time
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted
from graph.rows.posts import PostRow
from graph.rows.users import UserRow
from services.policy.rules import may_see_reactions

LIKERS = by_time("likers")
REPOSTERS = Keyset("reposters", repost=IdColumn())
LIKED_POSTS = Keyset("liked posts", at=IntegerColumn(), post=IdColumn())


def likers(reader: Reader, post: PostRow) -> Feed[UserRow]:
    """Return the users who like a post, those whose likes the viewer may see."""
    return _people(reader, LIKERS, "likes/of_post", post, "likes")


def reposters(reader: Reader, post: PostRow) -> Feed[UserRow]:
    """Return the users who have reposted a post, those whose reposts the viewer may see."""
    return _people(reader, REPOSTERS, "reposts/page", post, "reposts")


def liked_posts(reader: Reader) -> Feed[PostRow]:
    """Return the posts that the viewer likes and may see."""
    viewer = reader.signed_in()
    skeleton, backward = [
        from_statement(reader, LIKED_POSTS, name, viewer=viewer.key) for name in ("likes/of_viewer", "likes/of_viewer_backward")
    ]
    total = counted(reader.loaders.list_totals, viewer.id, attrgetter("likes"))
    return Feed(LIKED_POSTS, skeleton, reader.loaders.hydrate, backward=backward, total=total)


def _people(reader: Reader, keyset: Keyset, statement: str, post: PostRow, count: str) -> Feed[UserRow]:
    """Return the feed of a statement about a post; the total is a count of the post, which anybody may know."""

    async def hydrate(ids: Sequence[str]) -> Sequence[UserRow | None]:
        checks = await reader.loaders.visible_users.checks(ids)
        shown = {check.user.id: check.user for check in checks if may_see_reactions.holds(check)}
        return [shown.get(id_) for id_ in ids]

    skeleton, backward = [from_statement(reader, keyset, name, post=post.id) for name in (statement, f"{statement}_backward")]
    total = counted(reader.loaders.post_counts, post.id, attrgetter(count))
    return Feed(keyset, skeleton, hydrate, owner=post.id, backward=backward, total=total)
