"""Lookups of reposts, and of what the viewer may repost."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.rows.reposts import RepostRow
from keyspace.row_cache import REPOSTS
from loaders.cached_rows import CachedRowById
from loaders.loader import Loader
from loaders.posts import PostById
from services.policy.rules import may_repost


class RepostById(CachedRowById[RepostRow]):
    """Reposts by id, without the policy: whoever shows one asks for its post and whoever reposted it."""

    kind, query = REPOSTS, "reposts/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> RepostRow:
        """Build a repost."""
        return RepostRow.of(values)


class MayRepostById(Loader[str, bool]):
    """Whether the viewer may repost a post, by the post's id."""

    def __init__(self, posts: PostById) -> None:
        """Take the lookup that the checks come from."""
        super().__init__()
        self._posts = posts

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Ask the rule. Only a signed-in viewer may repost, which the rule does not ask."""
        checks = await self._posts.checks(keys)
        return {of.post.id: of.viewer is not None and may_repost.holds(of) for of in checks}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False for a post that is gone."""
        return False
