"""The lists of which a home timeline is merged, read whole, for whoever checks them; nothing of them is changed."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from graph.ids import unpack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.page_scripts import END, FOLLOWS_HASHTAGS, MERGED_MOST


@dataclass(frozen=True, slots=True)
class StoredList:
    """Ids of a list as they stand; `ended` says that nothing older exists."""

    ids: Sequence[str]
    ended: bool


@dataclass(frozen=True, slots=True)
class HomeLists:
    """A viewer's own list, the keys of those whom they follow, and recent posts of the pulled authors among them.

    Posts with hashtags that they follow are not among it: those lists belong to nobody, and are trimmed and built by themselves.

    Of authors in `absent` there is no list of recent posts: their next reader builds it.
    """

    own: StoredList
    followed: AbstractSet[int]
    recent: Mapping[int, StoredList]
    absent: AbstractSet[int]


async def home_lists(keyspace: Keyspace, viewer: int) -> HomeLists | None:
    """Return the lists of a viewer; None where their pages come from the graph at present.

    Raises:
        Unavailable: Redis does not answer.

    """
    names = (keys.timeline(viewer), keys.followed(viewer), keys.pulled_of(viewer), *keys.PULLED_SET)
    found = await keyspace.script("home_lists", keys.RECENT, MERGED_MOST, keys=names)
    if found is None:
        return None
    own, followed, *merged = found
    lists = {int(author): entries for author, entries in zip(merged[::2], merged[1::2], strict=True)}
    return HomeLists(
        _stored(own),
        frozenset(int(each) for each in followed if each != FOLLOWS_HASHTAGS.encode()),
        {author: _stored(entries) for author, entries in lists.items() if entries},
        frozenset(author for author, entries in lists.items() if not entries),
    )


def _stored(entries: Sequence[bytes]) -> StoredList:
    ended = entries[-1] == END
    return StoredList([unpack(entry) for entry in (entries[:-1] if ended else entries)], ended)
