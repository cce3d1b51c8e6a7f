"""The scripts that read all cached rows of a page in one round trip: their arguments and their answers, named in one place.

These scripts derive keys from ids that they have just read (the authors of posts), so they cannot declare their keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graph.ids import LAST, pack, unpack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.row_cache import new_token
from keyspace.viewer_flags import VIEWER_FLAGS

Answers: TypeAlias = Sequence[bytes]
"""One answer for each id, in order: an encoded row, or a lease where nothing is cached."""


class PostsAnswer(NamedTuple):
    """What is cached for posts, in the order of the script. For nobody signed in, the last three are empty."""

    bodies: Answers
    counts: Answers
    author_ids: Sequence[bytes]
    """Packed ids of the authors of the cached bodies, each once."""
    authors: Answers
    relationships: Answers
    """How the viewer and each author stand."""
    muted_topics: Answers
    """One answer: the topics that the viewer mutes."""
    flags: Sequence[Answers]
    """Answers for each flag in the order of `VIEWER_FLAGS`."""


class UsersAnswer(NamedTuple):
    """What is cached for users. For nobody signed in, there are no relationships."""

    users: Answers
    relationships: Answers


@dataclass(frozen=True, slots=True)
class HomeAnswer:
    """The ids of a slice of a timeline, and what is cached for these posts; `ended` says that nothing older exists."""

    ids: Sequence[str]
    ended: bool
    posts: PostsAnswer


class PageScripts:
    """The page scripts for one viewer, by id and key; None for nobody signed in. `life` of hashes is in seconds.

    Methods raise Unavailable while Redis does not answer.
    """

    __slots__ = ("_flags", "_keyspace", "_life", "_viewer_id", "_viewer_key")

    def __init__(self, keyspace: Keyspace, life: int, viewer: tuple[str, int] | None) -> None:
        """Name the viewer's hashes."""
        self._keyspace, self._life = keyspace, life
        self._viewer_id: bytes = b""
        self._viewer_key: int | str = ""
        self._flags: Sequence[str] = ()
        if viewer is not None:
            id_, key = viewer
            self._viewer_id, self._viewer_key = pack(id_), key
            self._flags = [flag.hash_of(key) for flag in VIEWER_FLAGS]

    async def home(self, below: str, count: int, list_life: int) -> HomeAnswer | None:
        """Read up to `count` ids of the viewer's timeline below one, or from the newest (`LAST`); None without a list.

        The list then lives `list_life` seconds from now.
        """
        start = b"" if below == LAST else pack(below)
        answer = await self._keyspace.script(
            "home_page",
            self._viewer_key,
            start,
            count,
            list_life,
            new_token(),
            self._life,
            self._viewer_id,
            keys.POST_COUNTS,
            *self._flags,
        )
        if answer is None:
            return None
        entries, posts = answer[0], PostsAnswer._make(answer[1])
        # The entry that ends a timeline is not a post: there is no body for it.
        ids = [unpack(packed) for packed in entries[: len(posts.bodies)]]
        return HomeAnswer(ids, len(ids) < len(entries), posts)

    async def posts(self, ids: Sequence[str]) -> PostsAnswer:
        """Read what is cached for posts."""
        answer = await self._keyspace.script(
            "hydrate",
            new_token(),
            self._life,
            self._viewer_key,
            self._viewer_id,
            keys.POST_COUNTS,
            len(self._flags),
            *self._flags,
            *map(pack, ids),
        )
        return PostsAnswer._make(answer)

    async def users(self, ids: Sequence[str]) -> UsersAnswer:
        """Read what is cached for users."""
        answer = await self._keyspace.script("hydrate_users", new_token(), self._life, self._viewer_key, *map(pack, ids))
        return UsersAnswer._make(answer)
