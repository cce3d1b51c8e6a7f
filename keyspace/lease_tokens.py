"""Tokens of the leases on cached rows and fields: each belongs to one lookup, and is sent to Redis once.

A change removes a lease. If the same lease came back, whoever read the graph before the change could fill in what is stale. So a
lookup that is sent again, because its answer was lost, gets another token: the first may have left its lease with others.
"""

import itertools
import os

from keyspace.pipelined import SentOnce

_PROCESS = os.urandom(8)
_COUNTER = itertools.count()
_COUNTER_SIZE = 6
TOKEN_SIZE = len(_PROCESS) + _COUNTER_SIZE
"""Bytes of a token."""


class LeaseToken(SentOnce):
    """A token for the leases of one lookup."""

    __slots__ = ()

    def another(self) -> bytes:
        """Return a new token."""
        return new_token()


def new_token() -> LeaseToken:
    """Return a token for the leases of one lookup. No token comes twice."""
    return LeaseToken(_PROCESS + next(_COUNTER).to_bytes(_COUNTER_SIZE, "big"))


def of_another_process(lease: bytes) -> bool:
    """Return whether another process left a lease: one byte, and its token."""
    return not lease.startswith(_PROCESS, 1)
