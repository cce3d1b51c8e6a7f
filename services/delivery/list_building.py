"""Building lists that many readers share: the absent ones among some, by one builder at a time."""

import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from errors import Unavailable
from keyspace.client import Keyspace
from keyspace.lifetimes import spread

K = TypeVar("K")

BUILT_MOST = 100
"""Lists that one reader builds: twenty thousand ids at most. The next reader builds the rest."""


class SharedLists(Protocol):
    """Lists of one kind: `cap` is in entries, `life` in seconds since the last read, and spread, `build_timeout` in seconds."""

    @property
    def keyspace(self) -> Keyspace:
        """The Redis that they are in."""

    @property
    def cap(self) -> int:
        """Most entries of a list."""

    @property
    def life(self) -> int:
        """Seconds that a list lives."""

    @property
    def build_timeout(self) -> float:
        """Seconds until another may build."""


Read = Callable[[Sequence[K]], Awaitable[Mapping[K, Sequence[bytes]]]]
"""Reads the entries of lists from the graph, newest first, an end mark last where nothing older exists."""


async def build_absent(
    lists: SharedLists, wanted: Sequence[K], names: Callable[[Iterable[K]], list[str]], read: Read[K]
) -> None:
    """Build the absent ones of some lists, but for those that somebody else builds. `names` gives each list and its builder.

    Raises:
        Unavailable: Redis or the graph does not answer.

    """
    token, wanted, keyspace = secrets.token_hex(8), wanted[:BUILT_MOST], lists.keyspace
    won = await keyspace.script("lists_begin", token, int(lists.build_timeout * 1000), keys=names(wanted))
    mine = [each for each, is_mine in zip(wanted, won, strict=True) if is_mine]
    if not mine:
        return
    built = names(mine)
    try:
        found = await read(mine)
    except BaseException:
        with suppress(Unavailable):
            await keyspace.script("lists_abandon", token, keys=built[1::2])
        raise
    words: list[bytes | int] = []
    for each in mine:
        words += [len(found[each]), *found[each]]
    await keyspace.script("recent_finish", token, lists.cap, spread(lists.life) * 1000, *words, keys=built)
