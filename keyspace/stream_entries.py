"""Entries of a stream, as Redis writes them and as the rest of the product reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Fields: TypeAlias = Mapping[bytes, bytes]
RawEntries: TypeAlias = Iterable[tuple[bytes, Sequence[bytes]]]
"""Ids, each with names and values in turn."""


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """An entry: its id, which is its place in the stream, and its fields. `deliveries` counts how often a group was given it."""

    id: bytes
    fields: Fields
    deliveries: int = 1


def entries_of(reply: RawEntries | None) -> list[StreamEntry]:
    """Read the entries in a reply."""
    return [StreamEntry(id_, dict(zip(words[::2], words[1::2], strict=True))) for id_, words in reply or ()]


def words_of(fields: Fields) -> list[bytes]:
    """Return names and values in turn, as commands take them."""
    return [word for pair in fields.items() for word in pair]
