"""Usernames in the cache: the id of the user of a name, as a row.

A name that nobody has is a negative entry, which lives for a minute: else whoever guesses names would fill Redis for an hour with
each. With nothing cached, and with everything, such a name costs what the name of a hidden user costs. In between time may tell
that a name is taken, or was asked for lately; that it is taken, whoever signs up with it is told.
"""

from typing import Any

from graph.ids import PACKED_SIZE, pack, unpack
from keyspace import keys
from keyspace.row_cache import Kind, Values

NEGATIVE_LIFE = 60
"""Seconds for which it is kept that nobody has a name."""


class UsernameKind(Kind):
    """The kind of the rows that hold the id of the user of a name. Their keys end in the name in lower case."""

    __slots__ = ()

    def key(self, id_: str) -> bytes:
        """Return the key of a name."""
        return self.prefix + id_.encode()

    def life_of(self, values: Values | None) -> int | None:
        """Return the most seconds that an id, or the negative entry, is kept."""
        return NEGATIVE_LIFE if values is None else self.life

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of an id, or of the negative entry."""
        return pack(values) if isinstance(values, str) else super().encode(None)

    def values(self, encoded: bytes) -> Any:
        """Return the id: the reverse of `encode`."""
        return unpack(encoded) if len(encoded) == PACKED_SIZE else None


USERNAMES = UsernameKind(keys.USERNAME)
