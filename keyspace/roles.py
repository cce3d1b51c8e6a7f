"""The roles of what Redis holds: what may be lost together, and what must not be.

Timelines and rows are caches, built again from the graph. Limits, sessions and streams are not: a lost counter lets somebody
try again, who loses a session signs in again, and a lost stream loses events. Plans and tasks of fan-out belong to timelines:
they say how far lists are written. Where people are in their feeds belongs to sessions until that is written to the graph.
Views of posts belong to rows until they are: they are the least that there is to lose, and a Redis that is full of them must not
keep anybody from logging in.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from keyspace import keys
from keyspace.viewer_flags import VIEWER_FLAGS


class Role(StrEnum):
    """What a key is for."""

    TIMELINES = "timelines"
    ROWS = "rows"
    LIMITS = "limits"
    SESSIONS = "sessions"
    STREAMS = "streams"


CACHES = frozenset({Role.TIMELINES, Role.ROWS})
"""Roles of what is built again from the graph."""
CACHED_LISTS = (
    *(keys.TIMELINE, keys.followed(0), keys.pulled_of(0), keys.RECENT, keys.MOST_ACTIVE, keys.TAGGED),
    keys.followed_hashtags(0),
)
"""Examples of the keys of timelines that are built again where they are missing."""
_EXAMPLES: Mapping[Role, Sequence[bytes | str]] = {
    Role.TIMELINES: (
        *CACHED_LISTS,
        keys.BUILDING,
        keys.RECENT_BUILDING,
        keys.TAGGED_BUILDING,
        keys.followed_hashtags_building(0),
        keys.PULLED,
        keys.PULLED_BUILDING,
        keys.PULLED_VERSION,
        keys.SETTLING,
        keys.FAN_OUT_PLAN,
        keys.ACTIVITY,
    ),
    Role.ROWS: (
        keys.POST,
        keys.REPOST,
        keys.POST_COUNTS,
        keys.USER,
        keys.USER_COUNTS,
        keys.MEDIA,
        keys.USERNAME,
        keys.FOLLOWERS,
        keys.FOLLOWING,
        keys.HOME_POSTS,
        keys.HOME_ENTRIES,
        keys.ALL_POSTS,
        keys.REPLIES,
        keys.QUOTES,
        keys.HASHTAG_POSTS,
        keys.PUBLIC_POSTS,
        keys.ROLES,
        keys.PERSONAL_TOKEN,
        keys.muted_topics(0),
        keys.ranking(0),
        keys.held_ranking(0, ""),
        keys.relationships(0),
        keys.document(""),
        *(flag.hash_of(0) for flag in VIEWER_FLAGS),
        keys.viewed_lately(0),
        keys.VIEWED_BY,
        keys.VIEWED_BY_BATCH,
    ),
    Role.LIMITS: (keys.limit("", ""),),
    Role.SESSIONS: (keys.SESSIONS, keys.single_use("", ""), keys.reading(0)),
    Role.STREAMS: (keys.announced(""), keys.appended(b""), keys.SET_ASIDE, keys.PERIODIC),
}


def _kind(key: bytes | str) -> bytes:
    """Return the beginning of a key, which says what it is."""
    return (key.encode() if isinstance(key, str) else key).partition(b":")[0]


ROLES: Mapping[bytes, Role] = {_kind(key): role for role, examples in _EXAMPLES.items() for key in examples}
"""Roles by the beginnings of keys. Events and leases begin as what pydocket keeps does."""
_LISTS = frozenset(map(_kind, CACHED_LISTS))
_BY_NAME: Mapping[bytes, Role] = {
    **{name.encode(): Role.TIMELINES for name in (*keys.FAN_OUT, keys.ACTIVITY_WRITTEN)},
    **{keys.epoch_of(role).encode(): role for role in CACHES},
    keys.READING_UNWRITTEN.encode(): Role.SESSIONS,
    **{name.encode(): Role.ROWS for name in (keys.VIEWS, keys.VIEWS_BATCH, keys.VIEWS_SIZE, keys.VIEWS_MERGED)},
}
_SKETCHES = (keys.VIEWED_BY, keys.VIEWED_BY_BATCH)
"""Rows that nobody can read again, of a bounded size: workers leave them."""
"""Roles of single keys. Those of caches must not be removed to free memory."""


def role_of(key: bytes) -> Role:
    """Return the role of a key. What is none of ours is taken for a stream: it must not be lost either."""
    return _BY_NAME.get(key) or ROLES.get(_kind(key), Role.STREAMS)


def is_row(key: bytes) -> bool:
    """Return whether a key may be removed because it is read again from the graph, or nobody misses it: what somebody viewed."""
    return ROLES.get(_kind(key)) is Role.ROWS and not key.startswith(_SKETCHES)


def is_cached_list(key: bytes) -> bool:
    """Return whether a key may be removed because it is built again from the graph."""
    return _kind(key) in _LISTS


def is_plan(key: bytes) -> bool:
    """Return whether a key is the plan of a post; while its task is not done it has no lifetime, and must not be removed."""
    return key.startswith(keys.FAN_OUT_PLAN)


def is_selection(key: bytes) -> bool:
    """Return whether a key is a selection of the most active followers of an author."""
    return key.startswith(keys.MOST_ACTIVE.encode())
