"""Lookups of what the viewer may do about posts."""

from collections.abc import Mapping, Sequence

from loaders.loader import Loader
from loaders.posts import PostById
from services.policy.checks import PostCheck
from services.policy.rule import Rule


class PermissionById(Loader[str, bool]):
    """Whether a rule lets the viewer do something about a post, by the post's id."""

    def __init__(self, posts: PostById, rule: Rule[PostCheck]) -> None:
        """Take the lookup that the checks come from."""
        super().__init__()
        self._posts, self._rule = posts, rule

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Ask the rule. Only a signed-in viewer may do anything, which rules do not ask."""
        checks = await self._posts.checks(keys)
        return {of.post.id: of.viewer is not None and self._rule.holds(of) for of in checks}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False for a post that is gone."""
        return False
