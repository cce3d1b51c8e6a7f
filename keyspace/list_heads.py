"""Heads of lists: the ids and places of their first entries, cached like rows, under a lease.

A head is packed. Three bytes begin it: whether the list ends in it, how many entries there are, and how many bytes each takes.
An entry is its place and its packed id, which scripts find without knowing the rest. Where a list is ordered by ids alone, the id
is the place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from graph.ids import PACKED_SIZE, pack, unpack
from keyspace import keys
from keyspace.decode_cache import DecodeCache
from keyspace.row_cache import Kind, Lookup, RowCache, Values, marks_of

HEAD_MOST = 64
"""Most entries of a head: three pages of the usual size, or one whose first 43 entries are hidden. The statement that reads them
takes as long as for 21, and they take 1 kB of posts, 1.7 kB of follows."""
HEADS_DECODED = 256
"""Decoded heads of a generation; a process keeps at most twice as many, and each takes up to 14 kB."""

Place: TypeAlias = tuple[int | str, ...]
"""Where an entry stands in its list."""

_BEGINNING = 3
_KEY_BITS = 32
"""Bits of the small integer key of a user in a place, behind the moment in milliseconds."""
_TIMED_SIZE = 10
"""Bytes of such a place."""
_KEY_MASK = (1 << _KEY_BITS) - 1


class ListHead(NamedTuple):
    """The first entries of a list in its order; `ended` says that it has no others."""

    ids: Sequence[str]
    places: Sequence[Place]
    ended: bool


@dataclass(frozen=True, slots=True)
class HeadKind(Kind):
    """The heads of the lists of one kind, by the id of their owner; lists of posts, or of users.

    `ListHead` is what it encodes and decodes.
    """

    of_posts: bool = field(kw_only=True)

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of a head without its end. There is no negative entry: a list that is not there is empty."""
        assert values is not None
        ids, places, ended = values
        size = PACKED_SIZE
        entries = [pack(id_) for id_ in ids]
        if places and len(places[0]) > 1:
            size += _TIMED_SIZE
            entries = [_timed(place) + id_ for place, id_ in zip(places, entries, strict=True)]
        return bytes((ended, len(ids), size)) + b"".join(entries)

    def values(self, encoded: bytes) -> Any:
        """Return the head: the reverse of `encode`."""
        ended, count, size = encoded[:_BEGINNING]
        entries = [encoded[at : at + size] for at in range(_BEGINNING, _BEGINNING + count * size, size)]
        ids = [unpack(entry[-PACKED_SIZE:]) for entry in entries]
        places: list[Place] = [(id_,) for id_ in ids] if size == PACKED_SIZE else [_place(entry) for entry in entries]
        return ListHead(ids, places, bool(ended))


FOLLOWERS = HeadKind(keys.FOLLOWERS, of_posts=False)
FOLLOWING = HeadKind(keys.FOLLOWING, of_posts=False)
HOME_POSTS = HeadKind(keys.HOME_POSTS, of_posts=True)
HOME_ENTRIES = HeadKind(keys.HOME_ENTRIES, of_posts=True)
ALL_POSTS = HeadKind(keys.ALL_POSTS, of_posts=True)
REPLIES = HeadKind(keys.REPLIES, of_posts=True)
QUOTES = HeadKind(keys.QUOTES, of_posts=True)


@dataclass(frozen=True, slots=True)
class NamedHeadKind(HeadKind):
    """The same by a name in place of an id, for lists in which anybody's posts are: these change with every post.

    So no event removes the head. It lives for a moment, and what is gone or hidden by then is kept out where it is shown.
    """

    def key(self, id_: str) -> bytes:
        """Return the key of the head of a name."""
        return self.prefix + id_.encode()


MOMENT = 2
"""Seconds that such a head lives: in that time it is one statement, however many read and write, and a post is there after it."""
HASHTAG_POSTS = NamedHeadKind(keys.HASHTAG_POSTS, life=MOMENT, of_posts=True)
PUBLIC_POSTS = NamedHeadKind(keys.PUBLIC_POSTS, life=MOMENT, of_posts=True)


def head_lookup(cache: RowCache, kind: HeadKind, owner: str, found: bytes, chosen: Sequence[bytes]) -> Lookup[ListHead]:
    """Return what was found of a head: itself, or a lease; and the mark, where it is `chosen` to be refreshed."""
    decoder: DecodeCache[ListHead] = cache.decoder(ListHead, _decoded, HEADS_DECODED)
    return Lookup.of([owner], [found], decoder, marks_of(chosen, kind, [owner]))


def _decoded(found: bytes) -> ListHead:
    # All kinds are decoded alike: the bytes say how.
    head: ListHead = FOLLOWERS.decode(found)
    return head


def _timed(place: Sequence[int]) -> bytes:
    at, other = place
    return (at << _KEY_BITS | other).to_bytes(_TIMED_SIZE, "big")


def _place(entry: bytes) -> Place:
    both = int.from_bytes(entry[:_TIMED_SIZE], "big")
    return both >> _KEY_BITS, both & _KEY_MASK
