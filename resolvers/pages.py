"""Connections: rows of pages, and cursors, which are the keyset of an item and opaque to clients.

Where a page ends among what its viewer may not see, its cursor would name a hidden thing; that one is sealed.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from errors import InvalidInput
from graph.ids import is_id
from services.sealing import SealBroken, Sealing

FIRST_MAX = 100
"""Longest page."""


Keyset: TypeAlias = tuple[int | str, ...]
"""Where an item stands on its page; of pages that are not ordered by id, the first value names the page."""


@dataclass(frozen=True, slots=True)
class PageInfoRow:
    """Where a page stands; an empty one has no start and, if it is the last, no end. A sealed end is a cursor already.

    Cursors are written when they are asked for, since most pages are read without those of their items.
    """

    has_next_page: bool
    has_previous_page: bool
    start: Keyset | None
    end: Keyset | str | None

    @property
    def start_cursor(self) -> str | None:
        """Give the cursor of the first item."""
        return None if self.start is None else cursor(*self.start)

    @property
    def end_cursor(self) -> str | None:
        """Give where the next page begins."""
        return self.end if self.end is None or isinstance(self.end, str) else cursor(*self.end)


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """An item and where it stands."""

    keyset: Keyset
    node: Any

    @property
    def cursor(self) -> str:
        """Give its cursor."""
        return cursor(*self.keyset)


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A page."""

    edges: Sequence[EdgeRow]
    page_info: PageInfoRow


def connection(
    items: Sequence[tuple[Keyset, Any]], *, has_next: bool, after: str | None, end: Keyset | str | None = None
) -> ConnectionRow:
    """Make a page of items with their keysets. `end` is where the next page begins, if not after the last item."""
    edges = [EdgeRow(keyset, node) for keyset, node in items]
    start = items[0][0] if items else None
    last = end or (items[-1][0] if items else None)
    return ConnectionRow(edges, PageInfoRow(has_next, after is not None, start, last))


def page_size(first: int, longest: int = FIRST_MAX) -> int:
    """Check the size of a page.

    Raises:
        InvalidInput: it is not between 1 and the longest page.

    """
    if not 1 <= first <= longest:
        raise InvalidInput("first", f"A page has between 1 and {longest} items.")
    return first


def cursor(*keyset: int | str) -> str:
    """Write a keyset as a cursor."""
    return urlsafe_b64encode(orjson.dumps(keyset)).decode()


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals cursors of one list for one viewer: on another list, the place of something hidden would tell of it.

    `of` names both. A sealed cursor has dots, which no other cursor has.
    """

    sealing: Sealing
    of: str

    def close(self, *keyset: int | str) -> str:
        """Write a keyset as a cursor that only this server reads."""
        return self.sealing.seal(f"{self.of} {cursor(*keyset)}")

    def open(self, after: str | None) -> str | None:
        """Give the cursor that is within a sealed one, and any other as it is."""
        if after is None or "." not in after:
            return after
        try:
            of, _, within = self.sealing.unseal(after).rpartition(" ")
        except SealBroken as error:
            raise _refused() from error
        if of != self.of:
            raise _refused()
        return within


def id_after(after: str | None, default: str) -> str:
    """Read the cursor of a page ordered by id."""
    if after is None:
        return default
    keyset = _keyset(after)
    if len(keyset) != 1 or not isinstance(keyset[0], str) or not is_id(keyset[0]):
        raise _refused()
    return keyset[0]


def integers_after(after: str | None, page: str, default: Sequence[int]) -> Sequence[int]:
    """Read the cursor of a page ordered by integers, as many as the default has, none above the default."""
    if after is None:
        return default
    of, *keyset = _keyset(after)
    if of != page or len(keyset) != len(default):
        raise _refused()
    if not all(type(each) is int and 0 <= each <= most for each, most in zip(keyset, default, strict=True)):
        raise _refused()
    return keyset


def _keyset(after: str) -> list[Any]:
    try:
        found = orjson.loads(urlsafe_b64decode(after.encode()))
    except (binascii.Error, UnicodeError, orjson.JSONDecodeError) as error:
        raise _refused() from error
    if not isinstance(found, list) or not found:
        raise _refused()
    return found


def _refused() -> InvalidInput:
    return InvalidInput("after", "This is not a cursor that this server gave for this page.")
