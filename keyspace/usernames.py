"""Usernames in the cache: the id of the user of a name, as a row.

A name that nobody has stands for an id that nobody has, of its own. So what is looked up behind it is what is looked up behind
the name of a hidden user, with nothing cached and with everything. That a name was asked for lately may be told by time; that it
is taken, whoever signs up with it is told.
"""

from hashlib import blake2b
from typing import Any

from graph.ids import PACKED_SIZE, pack, unpack
from keyspace import keys
from keyspace.row_cache import Kind, Values

_OF_NOBODY = b"\xff"
"""First byte of the ids of nobody: no id begins with it before the year 10854."""


class UsernameKind(Kind):
    """The kind of the rows that hold the id of the user of a name. Their keys end in the name in lower case."""

    __slots__ = ()

    def key(self, id_: str) -> bytes:
        """Return the key of a name."""
        return self.prefix + id_.encode()

    def encode(self, values: Values | None) -> bytes:
        """Return the bytes of an id. There is no negative entry: see `id_of_nobody`."""
        assert isinstance(values, str)
        return pack(values)

    def values(self, encoded: bytes) -> Any:
        """Return the id: the reverse of `encode`."""
        return unpack(encoded)


USERNAMES = UsernameKind(keys.USERNAME)


def id_of_nobody(name: str) -> str:
    """Return the id for which a name stands that nobody has; no user ever gets it."""
    return unpack(_OF_NOBODY + blake2b(name.encode(), digest_size=PACKED_SIZE - len(_OF_NOBODY)).digest())
