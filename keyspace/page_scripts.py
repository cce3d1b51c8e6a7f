"""The scripts that read all cached rows of a page in one round trip: their arguments and their answers, named in one place.

Where timelines and rows are in two Redis, a home page takes two steps.

They declare the keys that their callers know. They make the others themselves, of prefixes that are handed in and ids that they
have just read: posts of the timeline or in the head of a list, authors of posts, users in the head of a list or in a ranking,
users of names and their counts, and recent posts of authors whom the viewer follows.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from graph.ids import LAST, PACKED_SIZE, pack, unpack
from keyspace import keys
from keyspace.activity import place_of
from keyspace.client import Keyspace
from keyspace.lease_tokens import new_token
from keyspace.lifetimes import spread
from keyspace.list_heads import HeadKind
from keyspace.row_cache import RowCache
from keyspace.usernames import USERNAMES
from keyspace.viewer_flags import VIEWER_FLAGS

Answers: TypeAlias = Sequence[bytes]
"""One answer for each id, in order: an encoded row, or a lease where nothing is cached."""


class PostsAnswer(NamedTuple):
    """What is cached for posts, in the order of the script. For nobody signed in, the last three are empty."""

    bodies: Answers
    counts: Answers
    author_ids: Sequence[bytes]
    """Packed ids of the authors of the cached bodies and of those who made the cached reposts, each once."""
    authors: Answers
    relationships: Answers
    """How the viewer and each author stand."""
    muted_topics: Answers
    """One answer: the topics that the viewer mutes."""
    flags: Sequence[Answers]
    """Answers for each flag in the order of `VIEWER_FLAGS`."""
    chosen: Sequence[bytes]
    """What is for the caller to refresh, as `marks_of` takes it; mostly empty."""
    reposts: Answers
    reposted: Sequence[bytes]
    """Packed ids of the posts of the cached reposts. Bodies, counts and flags of these come after those that were asked for."""


class UsersAnswer(NamedTuple):
    """What is cached for users. For nobody signed in, there are no relationships."""

    users: Answers
    relationships: Answers
    chosen: Sequence[bytes]
    """What is for the caller to refresh, as `marks_of` takes it; mostly empty."""


class RankedAnswer(NamedTuple):
    """A ranking of whom the viewer may know, or a lease on it; and what is cached for the users of a page, if it is cached."""

    ranking: bytes
    users: Answers = ()
    chosen: Sequence[bytes] = ()
    """What is for the caller to refresh, as `marks_of` takes it; mostly empty."""


class NamesAnswer(NamedTuple):
    """What is cached for usernames, and for the users of these names."""

    names: Answers
    ids: Sequence[bytes]
    """Packed ids of the users of cached names, each once."""
    counts: Sequence[bytes | None]
    """Their counts: a row, the lease of another reader, or None."""
    users: UsersAnswer


class ListAnswer(NamedTuple):
    """The head of a list, or a lease on it, and what is cached for what begins the list; None with a lease."""

    head: bytes
    rows: PostsAnswer | UsersAnswer | None


END = bytes(PACKED_SIZE)
"""Entry that ends a list where nothing older exists."""
FOLLOWS_HASHTAGS = "#"
"""Member of the set of whom a viewer follows that says that they follow hashtags as well, as in `_home.lua`."""
PASSED_MOST = 4
"""Reposts of a post above a page that a page script gives, as `_home.lua` says why."""
MERGED_MOST = 500
"""Most authors whose recent posts are merged into a page: it takes Redis 1 ms, a deep one 5. With more, the graph is read."""

_OF_ENTRIES = (keys.POST, keys.POST_COUNTS, keys.USER, keys.REPOST)
"""The prefixes of the rows of posts and reposts, as scripts take them."""
_VERSION, _OF_REPOST = 6, 0x80
"""The byte of a packed id that its version begins, and the least of those of reposts: see `graph/ids.py`."""


@dataclass(frozen=True, slots=True)
class HomeAnswer:
    """The ids of a slice of a timeline, and what is cached for these posts and reposts; `ended` says that nothing older exists.

    `passed` are reposts of the same posts that stand above the slice, on the same walk: the newest `PASSED_MOST` of each.
    `hashtags` are all that the viewer follows.
    """

    ids: Sequence[str]
    ended: bool
    posts: PostsAnswer
    passed: Sequence[str] = ()
    hashtags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HomeAbsent:
    """What is not cached, so that no page can be made.

    That is the viewer's timeline, pulled authors, recent posts of some authors, which hashtags the viewer follows, or the posts
    with some hashtags.
    """

    timeline: bool
    pulled: bool
    recent: Sequence[int]
    followed_hashtags: bool = False
    hashtags: Sequence[str] = ()


ABSENT = HomeAbsent(timeline=True, pulled=False, recent=())
"""Nobody is signed in, so there is no timeline."""


class PageScripts:
    """The page scripts for one viewer, by their key; None for nobody signed in.

    Methods raise Unavailable while Redis does not answer.
    """

    __slots__ = ("_cache", "_home_keys", "_place", "_shard", "_viewer_keys")

    def __init__(self, cache: RowCache, viewer: int | None) -> None:
        """Name the keys of the viewer, in the order in which the scripts take them."""
        self._cache = cache
        self._home_keys: Sequence[str] = ()
        self._viewer_keys: Sequence[bytes | str] = ()
        self._shard, self._place = ("", 0) if viewer is None else place_of(viewer)
        if viewer is not None:
            flags = [flag.hash_of(viewer) for flag in VIEWER_FLAGS]
            of_viewer = keys.timeline(viewer), keys.followed(viewer), keys.pulled_of(viewer)
            self._home_keys = (*of_viewer, *keys.PULLED_SET, keys.followed_hashtags(viewer))
            self._viewer_keys = (keys.relationships(viewer), keys.muted_topics(viewer), *flags)

    async def home(self, below: str, count: int, list_life: int, beginning: str = LAST) -> HomeAnswer | HomeAbsent:
        """Read up to `count` ids of the viewer's timeline below one, or from the newest (`LAST`), or what is missing for that.

        `beginning` is the newest id of the walk that they are of, `LAST` where they begin it. The lists then live `list_life`
        seconds from now, or a little longer. It is noted that the viewer reads.
        """
        if not self._home_keys:
            return ABSENT
        if self._cache.timelines is not None:
            return await self._home_apart(self._cache.timelines, below, count, list_life, beginning)
        answer = await self._cache.keyspace.script(
            "home_page",
            _packed(below),
            count,
            spread(list_life),
            new_token(),
            spread(self._cache.life),
            *_OF_ENTRIES,
            keys.RECENT,
            MERGED_MOST,
            self._place,
            self._cache.ahead(),
            _packed(beginning),
            keys.TAGGED,
            keys=(*self._home_keys, *self._viewer_keys, self._shard),
        )
        if _is_absent(answer):
            return _absent(answer)
        entries, posts, passed, hashtags = answer
        ids, ended = _ids_of(entries)
        return HomeAnswer(ids, ended, PostsAnswer._make(posts), list(map(unpack, passed)), list(map(bytes.decode, hashtags)))

    async def _home_apart(
        self, timelines: Keyspace, below: str, count: int, list_life: int, beginning: str
    ) -> HomeAnswer | HomeAbsent:
        """Read the ids from one Redis, then the rows from another.

        Between the two steps the viewer may have followed somebody, so nobody is removed from whom they follow, as the one script
        does. Where a merged author is not followed, all of that is dropped, and the next page builds it anew.
        """
        answer = await timelines.script(
            "home_ids",
            _packed(below),
            count,
            spread(list_life),
            keys.RECENT,
            MERGED_MOST,
            self._place,
            _packed(beginning),
            keys.TAGGED,
            keys=(*self._home_keys, self._shard),
        )
        if _is_absent(answer):
            return _absent(answer)
        entries, merged, above, hashtags = answer
        (ids, ended), passed = _ids_of(entries), list(map(unpack, above))
        posts = await self.entries([*ids, *passed])
        if _not_followed(posts, frozenset(merged), [*entries, *above]):
            await timelines.command("UNLINK", *self._home_keys[1:3])
        return HomeAnswer(ids, ended, posts, passed, list(map(bytes.decode, hashtags)))

    async def entries(self, ids: Sequence[str]) -> PostsAnswer:
        """Read what is cached for posts and reposts, and for the posts of cached reposts."""
        packed, reposts = divided(map(pack, ids))
        bodies, counts = [keys.POST + each for each in packed], [keys.POST_COUNTS + each for each in packed]
        names = (*bodies, *counts, *[keys.REPOST + each for each in reposts], *self._viewer_keys)
        words = new_token(), spread(self._cache.life), *_OF_ENTRIES[:3], len(packed), len(reposts), self._cache.ahead()
        return PostsAnswer._make(await self._cache.keyspace.script("hydrate", *words, keys=names))

    async def ranked(self, ranking: bytes, count: int) -> RankedAnswer:
        """Read the ranking of a key, and what is cached for the users whom its first `count` candidates name."""
        words = new_token(), keys.USER, count, self._cache.ahead()
        return RankedAnswer(*await self._cache.keyspace.script("ranked_users", *words, keys=(ranking,)))

    async def listed(self, kind: HeadKind, owner: str, most: int) -> ListAnswer:
        """Read the head of a list by the id of its owner, and what is cached for up to `most` things that begin it."""
        head, script, lease = kind.key(owner), self._cache.keyspace.script, (new_token(), spread(self._cache.life))
        ahead = self._cache.ahead() if kind.life is None else 0  # a head of a moment is always about to end
        if kind.of_posts:
            words = *_OF_ENTRIES, most, ahead
            found, *posts = await script("list_posts", *lease, *words, keys=(head, *self._viewer_keys))
            return ListAnswer(found, PostsAnswer._make(posts[0]) if posts else None)
        found, *users = await script("list_users", *lease, keys.USER, most, ahead, keys=(head, *self._viewer_keys[:1]))
        return ListAnswer(found, UsersAnswer._make(users[0]) if users else None)

    async def names(self, names: Sequence[str]) -> NamesAnswer:
        """Read the ids of the users of some names, in lower case, and what is cached for these users."""
        rows = [USERNAMES.key(name) for name in names]
        words = new_token(), spread(self._cache.life), keys.USER, keys.USER_COUNTS, len(names), self._cache.ahead()
        answer = await self._cache.keyspace.script("hydrate_names", *words, keys=(*rows, *self._viewer_keys[:1]))
        found, ids, counts, users = answer
        return NamesAnswer(found, ids, counts, UsersAnswer._make(users))

    async def users(self, ids: Sequence[str]) -> UsersAnswer:
        """Read what is cached for users."""
        names = [keys.USER + pack(id_) for id_ in ids]
        words = new_token(), spread(self._cache.life), len(ids), self._cache.ahead()
        answer = await self._cache.keyspace.script("hydrate_users", *words, keys=(*names, *self._viewer_keys[:1]))
        return UsersAnswer._make(answer)


def _packed(id_: str) -> bytes:
    """Pack an id of a page; `LAST` is nothing."""
    return b"" if id_ == LAST else pack(id_)


def _ids_of(entries: Sequence[bytes]) -> tuple[list[str], bool]:
    """Return the ids among the entries of a slice, and whether it says that nothing older exists."""
    ended = bool(entries) and entries[-1] == END
    return [unpack(entry) for entry in (entries[:-1] if ended else entries)], ended


def _is_absent(answer: Sequence[Any]) -> bool:
    """Return whether a script has answered what is missing, and not a page."""
    return isinstance(answer[0], int)


def _absent(answer: Sequence[Any]) -> HomeAbsent:
    timeline, pulled, recent, followed_hashtags, hashtags = answer
    authors, names = list(map(int, recent)), tuple(map(bytes.decode, hashtags))
    return HomeAbsent(bool(timeline), bool(pulled), authors, bool(followed_hashtags), names)


def _not_followed(posts: PostsAnswer, merged: AbstractSet[bytes], entries: Sequence[bytes]) -> bool:
    """Return whether a cached relationship says that the viewer does not follow whoever wrote or reposted a merged entry."""
    if not merged:
        return False
    related = zip(posts.author_ids, posts.relationships, strict=True)
    strangers = {author for author, relationship in related if relationship == b"-" or relationship.startswith(b"[null")}
    of_posts, of_reposts = divided(entries)
    found = (*zip(of_posts, posts.bodies, strict=False), *zip(of_reposts, posts.reposts, strict=False))
    return any(entry in merged and row[:PACKED_SIZE] in strangers for entry, row in found)


def divided(packed: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Divide packed ids into those of posts and those of reposts, as scripts do; each in order."""
    posts: list[bytes] = []
    reposts: list[bytes] = []
    for each in packed:
        (reposts if each[_VERSION] >= _OF_REPOST else posts).append(each)
    return posts, reposts
