"""Lookups of what the viewer may do about posts."""

from collections.abc import Mapping, Sequence

from loaders.loader import Loader
from loaders.posts import PostById
from services.policy.rules import may_reply


class MayReplyById(Loader[str, bool]):
    """Whether the viewer may reply to a post, by the post's id."""

    def __init__(self, posts: PostById) -> None:
        """Take the lookup that the checks come from."""
        super().__init__()
        self._posts = posts

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Ask the rule. Only a signed-in viewer may reply, which the rule does not ask."""
        checks = await self._posts.checks(keys)
        return {of.post.id: of.viewer is not None and may_reply.holds(of) for of in checks}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False for a post that is gone."""
        return False
