"""Lookups of how the pictures of posts are shown to the viewer."""

from collections.abc import Callable, Mapping, Sequence

from graph.rows.media_display import SHOWN_AS, MediaShown, SensitiveMedia
from loaders.loader import Loader
from loaders.posts import UnguardedPostById
from loaders.users import UserById


class MediaChoiceById(Loader[str, SensitiveMedia]):
    """What somebody chose for sensitive pictures, by their own id: for them alone."""

    def __init__(self, users: UserById) -> None:
        """Share the rows that are known."""
        super().__init__()
        self._users = users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, SensitiveMedia]:
        """Load the rows."""
        return {row.id: row.sensitive_media for row in await self._users.many(keys) if row is not None}

    def absent(self, key: str) -> SensitiveMedia:  # noqa: ARG002 - the same for every key
        """Return what holds for who has chosen nothing."""
        return SensitiveMedia.BLUR


class MediaShownById(Loader[str, MediaShown]):
    """How the pictures of a post are shown to the viewer, by the post's id. It tells no more of a post than its own field does.

    The viewer's choice is looked up where a post asks for it, so that all who are told of another one share what it gives.
    """

    def __init__(self, posts: UnguardedPostById, choices: Callable[[], MediaChoiceById], viewer: str | None) -> None:
        """Take the lookups, that of the viewer's choice to be made when it is needed."""
        super().__init__()
        self._posts, self._choices, self._viewer = posts, choices, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, MediaShown]:
        """Ask the viewer's choice for sensitive pictures of others."""
        posts = [post for post in await self._posts.many(keys) if post is not None]
        others = [post.id for post in posts if post.sensitive and post.author_id != self._viewer]
        return dict.fromkeys(others, await self._of_others()) if others else {}

    def absent(self, key: str) -> MediaShown:  # noqa: ARG002 - the same for every key
        """Return that there is nothing to hide."""
        return MediaShown.SHOWN

    async def _of_others(self) -> MediaShown:
        if self._viewer is None:
            return MediaShown.BLURRED
        return SHOWN_AS[await self._choices().one(self._viewer)]
