"""A user's posts, newest first, perhaps with what they repost."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

from feeds.headed import Headed
from feeds.home_entries import Met, edge_of_entry
from feeds.keysets import IdColumn, Keyset
from feeds.paginate import Skeleton
from feeds.pipeline import Feed, from_statement
from feeds.reader import Reader
from feeds.totals import counted, uncounted
from graph.ids import is_of_repost
from graph.rows.posts import PostRow
from graph.rows.users import UserRow
from keyspace.list_heads import ALL_POSTS, HOME_ENTRIES, HOME_POSTS
from services.policy.rules import may_see_reactions

KEYSET = Keyset("posts", post=IdColumn())


def profile(
    reader: Reader, user: UserRow, *, include_replies: bool = False, include_reposts: bool = False
) -> Feed[PostRow]:
    """Return the posts of a user that the viewer may see, with or without replies to others, and what they repost."""
    if include_reposts:
        return _with_reposts(reader, user, include_replies=include_replies)
    statement, head = ("posts/by_author", ALL_POSTS) if include_replies else ("posts/by_author_home", HOME_POSTS)
    backward = from_statement(reader, KEYSET, f"{statement}_backward", author=user.id)
    skeleton = Headed(reader, head, user.id, KEYSET, statement, {"author": user.id})
    # The store counts a user's posts with their replies to others only.
    total = counted(reader.loaders.user_counts, user.id, attrgetter("posts")) if include_replies else uncounted
    return Feed(KEYSET, skeleton, reader.loaders.hydrate, owner=user.id, backward=backward, total=total)


def _with_reposts(reader: Reader, user: UserRow, *, include_replies: bool) -> Feed[PostRow]:
    """Return the feed with reposts. Somebody who reposts a post of their own has it twice: when they wrote it, and then."""
    loaders = reader.loaders

    async def hydrate(ids: Sequence[str]) -> Sequence[PostRow | None]:
        posts = await loaders.hydrate_entries(ids)
        if any(map(is_of_repost, ids)):
            checks = await loaders.visible_users.checks([user.id])
            if not any(may_see_reactions.holds(check) for check in checks):
                return [None if is_of_repost(id_) else post for id_, post in zip(ids, posts, strict=True)]
        return posts

    statement = "posts/by_author_reposts" if include_replies else "posts/by_author_home_reposts"
    backward = from_statement(reader, KEYSET, f"{statement}_backward", author=user.id)
    skeleton: Skeleton = from_statement(reader, KEYSET, statement, author=user.id)
    if not include_replies:
        skeleton = Headed(reader, HOME_ENTRIES, user.id, KEYSET, statement, {"author": user.id})
    return Feed(KEYSET, skeleton, hydrate, owner=user.id, backward=backward, edge=partial(edge_of_entry, loaders, Met()))
