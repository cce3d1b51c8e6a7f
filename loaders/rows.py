"""Lookups of rows that are the same for every viewer: what may be seen of them is asked elsewhere."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from errors import Unavailable
from graph.driver import Graph
from graph.ids import is_of_repost, unpack
from graph.rows.posts import PostCounts
from keyspace.page_scripts import PageScripts, PostsAnswer
from keyspace.row_cache import RowCache, is_lease, marks_of
from keyspace.viewer_flags import ViewerFlag
from loaders.media import MediaById
from loaders.once import once
from loaders.posts import PostCountsById, UnguardedPostById
from loaders.priming import prime
from loaders.reposts import RepostById
from loaders.users import UnguardedUserCountsById, UserById

L = TypeVar("L")


def _lookup(kind: Callable[[Graph, RowCache], L]) -> once[L]:
    """Declare a lookup, which is made when it is first used."""
    return once(lambda rows: kind(*rows.stores))


def nobody_has(flag: ViewerFlag, counts: PostCounts | None) -> bool:
    """Return whether the counts of a post, if they are known, say that no viewer has set a flag on it."""
    return bool(flag.counted) and counts is not None and getattr(counts, flag.counted) == 0


class Rows:
    """The rows that an operation has looked up, or that all viewers of an event share."""

    posts = _lookup(UnguardedPostById)
    """Posts by id, without the policy."""
    post_counts = _lookup(PostCountsById)
    """Counts of posts by id."""
    reposts = _lookup(RepostById)
    """Reposts by id, without the policy."""
    users = _lookup(UserById)
    """Users by id, without the policy."""
    user_counts = _lookup(UnguardedUserCountsById)
    """Counts of users by id, without the policy."""
    media = _lookup(MediaById)
    """Media by id, in any state, without the policy."""

    def __init__(self, graph: Graph, cache: RowCache) -> None:
        """Take the two stores."""
        self.stores = graph, cache

    async def load_entries(self, ids: Sequence[str], *, counts: bool) -> None:
        """Look up posts and reposts, who wrote and who reposted them, and perhaps counts of the posts.

        It is one round trip to Redis, and a statement a kind for the rest.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        with suppress(Unavailable):
            page = await PageScripts(self.stores[1], None).entries(ids)
            self.take(ids, page)
            self.refresh(page.chosen)
        of_posts = [id_ for id_ in ids if not is_of_repost(id_)]
        reposts = await self.reposts.many([id_ for id_ in ids if is_of_repost(id_)])
        if counts:
            posts, _ = await asyncio.gather(self.posts.many(of_posts), self.post_counts.many(of_posts))
        else:
            posts = await self.posts.many(of_posts)
        await self.users.many([row.author_id for row in (*posts, *reposts) if row is not None])

    def nobody_has(self, flag: ViewerFlag, post: str) -> bool:
        """Return whether the counts of a post, if they are known, say that no viewer has set a flag on it."""
        return nobody_has(flag, self.post_counts.known.get(post))

    def take(self, ids: Sequence[str], page: PostsAnswer) -> tuple[Sequence[str], list[str]]:
        """Take what is cached for posts and reposts.

        Return the ids of all posts of the answer, and those of authors and of those who reposted, in its order.
        """
        author_ids = [unpack(packed) for packed in page.author_ids]
        if page.reposts:
            reposts = [id_ for id_ in ids if is_of_repost(id_)]
            ids = [*(id_ for id_ in ids if not is_of_repost(id_)), *map(unpack, page.reposted)]
            prime(self.reposts, reposts, page.reposts)
        prime(self.posts, ids, page.bodies)
        prime(self.post_counts, ids, page.counts)
        prime(self.users, author_ids, page.authors)
        return ids, author_ids

    def take_counts(self, found: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Take the counts of users that are cached, by packed ids."""
        counts = self.user_counts
        counts.prime({unpack(id_): counts.decoder(row) for id_, row in found if row is not None and not is_lease(row)})

    def refresh(self, chosen: Sequence[bytes]) -> None:
        """Refresh rows that were just taken."""
        for loader in (self.posts, self.post_counts, self.users, self.user_counts, self.reposts):
            loader.refresh(marks_of(chosen, loader.kind, loader.known))

    def people(self) -> set[str]:
        """Return the ids of all whom the rows concern: users, authors, those who are mentioned, and owners of media."""
        people = set(self.users.known)
        for post in self.posts.known.values():
            if post is not None:
                people.add(post.author_id)
                people.update(post.mention_ids)
        people.update(media.owner_id for media in self.media.known.values() if media is not None)
        return people

    def follow_limits(self) -> list[int]:
        """Return the moments up to which followers count for some post, in order, in milliseconds since 1970 UTC."""
        posts = self.posts.known.values()
        return sorted({post.followers_as_of for post in posts if post is not None and post.followers_as_of is not None})
