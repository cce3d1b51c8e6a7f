"""Lookups that return only what the viewer may see; what is hidden is None like what does not exist."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from graph.rows.media import MediaRow, MediaState
from graph.rows.posts import PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.users import UserRow, VisibleCounts
from loaders.loader import Loader, OptionalLoader
from loaders.media import MediaById
from loaders.posts import PostById
from loaders.relationships import ViewerRelationshipById
from loaders.users import UnguardedUserCountsById, UserById
from services.policy.checks import UserCheck
from services.policy.rules import may_see_follower_count, may_see_following_count, may_see_post_count, may_see_user

Prime = Callable[[Sequence[str]], Awaitable[None]]
"""Primes users and relationships with what is cached of them, so that looking them up is one round trip and not two."""
Hydrate = Callable[[Sequence[str]], Awaitable[Sequence[PostRow | None]]]
"""Returns the posts that the viewer may see, None for the others, in order."""


class VisibleUserById(OptionalLoader[str, UserRow]):
    """Users by id whom the viewer may see."""

    def __init__(self, users: UserById, relationships: ViewerRelationshipById, viewer: str | None, prime: Prime) -> None:
        """Share the rows that are known; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._users, self._relationships, self.viewer, self._prime = users, relationships, viewer, prime

    def prime_checks(self, rows: Iterable[tuple[UserRow, ViewerRelationship]]) -> None:
        """Take users and their relationships to the viewer from a statement that returned both."""
        for user, relationship in rows:
            self._users.prime({user.id: user})
            self._relationships.prime({user.id: relationship})

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Return the users who may be seen."""
        return {of.user.id: of.user for of in await self.checks(keys) if may_see_user.holds(of)}

    async def checks(self, ids: Sequence[str]) -> list[UserCheck]:
        """Return what the policy needs to know of the users who exist: for rules, never for clients."""
        await self._prime(ids)
        users, relationships = await self._users_and_relationships(ids)
        return [
            UserCheck(self.viewer, user, relationship)
            for user, relationship in zip(users, relationships, strict=True)
            if user is not None
        ]

    async def _users_and_relationships(self, ids: Sequence[str]) -> tuple[list[UserRow | None], list[ViewerRelationship]]:
        users, relationships = self._users.known_many(ids), self._relationships.known_many(ids)
        if users is None and relationships is None:
            return await asyncio.gather(self._users.many(ids), self._relationships.many(ids))
        return users or await self._users.many(ids), relationships or await self._relationships.many(ids)


class UserCountsById(Loader[str, VisibleCounts]):
    """Counts of users by id, each only for those who may know it."""

    def __init__(self, counts: UnguardedUserCountsById, users: VisibleUserById) -> None:
        """Take the counts, and the lookup that the checks come from."""
        super().__init__()
        self._counts, self._users = counts, users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, VisibleCounts]:
        """Return counts, with None for each that is hidden."""
        checks, counts = await self._users.checks(keys), await self._counts.many(keys)
        by_id = dict(zip(keys, counts, strict=True))
        visible = {}
        for of in checks:
            if (all_ := by_id[of.user.id]) is not None:
                own = of.viewer == of.user.id
                visible[of.user.id] = VisibleCounts(
                    all_.followers if may_see_follower_count.holds(of) else None,
                    all_.following if may_see_following_count.holds(of) else None,
                    all_.posts + (all_.restricted if own else 0) if may_see_post_count.holds(of) else None,
                )
        return visible

    def absent(self, key: str) -> VisibleCounts:  # noqa: ARG002 - the same for every key
        """Return no count for a user who is gone."""
        return VisibleCounts(None, None, None)


class VisibleMediaById(OptionalLoader[str, MediaRow]):
    """Media by id that the viewer may see: their own in any state, and accepted media on a profile or post that they may see."""

    def __init__(self, media: MediaById, users: VisibleUserById, posts: PostById, hydrate: Hydrate) -> None:
        """Share the rows that are known."""
        super().__init__()
        self._media, self._users, self._posts, self._hydrate = media, users, posts, hydrate

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, MediaRow]:
        """Return the media that may be seen."""
        rows = [row for row in await self._media.many(keys) if row is not None]
        own = [row for row in rows if row.owner_id == self._users.viewer]
        others = [row for row in rows if row.owner_id != self._users.viewer and row.state in _ACCEPTED]
        owners = await self._users.many([row.owner_id for row in others])
        owned = [(row, owner) for row, owner in zip(others, owners, strict=True) if owner is not None]
        on_profiles = [row for row, owner in owned if row.id in (owner.avatar_id, owner.cover_id)]
        on_posts = await self._on_visible_posts([row for row, owner in owned if row.id not in (owner.avatar_id, owner.cover_id)])
        return {row.id: row for row in (*own, *on_profiles, *on_posts)}

    async def _on_visible_posts(self, rows: Sequence[MediaRow]) -> list[MediaRow]:
        """Return those on a post that may be seen. On a page of posts this is known already."""
        on_page = {id_ for post in self._posts.known.values() if post is not None for id_ in post.media_ids}
        elsewhere = [row for row in rows if row.id not in on_page]
        posts = await self._hydrate([post for row in elsewhere for post in row.post_ids])
        on_page |= {id_ for post in posts if post is not None for id_ in post.media_ids}
        return [row for row in rows if row.id in on_page]


_ACCEPTED = (MediaState.PROCESSING, MediaState.READY)
