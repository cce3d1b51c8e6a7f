"""Lookups of what the author of a post says of the replies to it."""

from collections.abc import Mapping, Sequence

from graph.rows.posts import PostRow
from loaders.loader import Loader
from loaders.posts import PostById
from loaders.visible import Hydrate


class _OfAnswered(Loader[str, bool]):
    """A yes or no of a reply that depends on what it answers, by the id of the reply; all that is answered is one round trip."""

    def __init__(self, posts: PostById, hydrate: Hydrate, viewer: str | None) -> None:
        """Share what is known; `viewer` is an id, None for nobody signed in."""
        super().__init__()
        self._posts, self._hydrate, self._viewer = posts, hydrate, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Look up what those replies answer that the viewer may see."""
        found = [post for post in await self._posts.many(keys) if post is not None]
        answers = {post.id: post.reply_to_id for post in found if post.reply_to_id is not None and self._is_asked(post)}
        answered = dict.fromkeys(answers.values())
        parents = dict(zip(answered, await self._hydrate(list(answered)), strict=True)) if answered else {}
        return {id_: self._holds(parents[answers[id_]]) for id_ in answers}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False for what answers nothing, and what may not be seen."""
        return False

    def _is_asked(self, post: PostRow) -> bool:
        raise NotImplementedError

    def _holds(self, parent: PostRow | None) -> bool:
        raise NotImplementedError


class ReplyHiddenById(_OfAnswered):
    """Whether a reply is hidden by the author of a post that the viewer may see: of others they learn nothing."""

    def _is_asked(self, post: PostRow) -> bool:
        return post.reply_hidden

    def _holds(self, parent: PostRow | None) -> bool:
        return parent is not None


class MayHideById(_OfAnswered):
    """Whether the viewer may hide a reply: it answers a post of theirs."""

    def _is_asked(self, post: PostRow) -> bool:  # noqa: ARG002 - of every reply, unless nobody is signed in
        return self._viewer is not None

    def _holds(self, parent: PostRow | None) -> bool:
        return parent is not None and parent.author_id == self._viewer
