"""Look-ups of what the viewer may do about posts."""

from collections.abc import Mapping, Sequence

from loaders.loader import Loader
from loaders.posts import PostById
from services.policy.rules import may_reply


class MayReplyById(Loader[str, bool]):
    """Whether the viewer may reply to a post, by the post's id."""

    def __init__(self, posts: PostById) -> None:
        """Take the look-up that the checks come from."""
        super().__init__()
        self._posts = posts

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Ask the rule. Nobody replies who is not signed in, though the rule would let them."""
        checks = await self._posts.checks(keys)
        return {of.post.id: of.viewer is not None and may_reply.holds(of) for of in checks}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Say no of what is gone."""
        return False
