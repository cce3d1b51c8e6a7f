"""Idempotency keys: a write with a key is done once, by whatever process and however many send it at a time.

The key is a node that is written in the transaction of what it makes. So it is there exactly where that is there, and whoever
sends the same key meanwhile waits for its lock.
"""

from dataclasses import dataclass, replace

from errors import Conflict

LIFE = 86_400_000
"""Milliseconds for which a key is held: longer than a client keeps a request that it could not finish."""


class AlreadyMade(Exception):
    """The key was used for the same before: nothing is written. `id` is that of what was made then."""

    def __init__(self, id_: str) -> None:
        """Take the id of what was made."""
        super().__init__(id_)
        self.id = id_


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is to be done once.

    Attributes:
        mutation: name of what is asked for; the same key means something else to another one.
        key: what the client chose.
        fingerprint: digest of the input, by which another request with the same key is recognised.
        at: the present time, in milliseconds since 1970 UTC.
        owner: whose key it is, such as the viewer's id; users do not meet each other's keys.

    """

    mutation: str
    key: str
    fingerprint: str
    at: int
    owner: str = ""

    @property
    def id(self) -> str:
        """Id of the node."""
        return f"{self.owner}:{self.mutation}:{self.key}"

    @property
    def since(self) -> int:
        """Earliest use that still counts."""
        return self.at - LIFE

    def of(self, owner: str) -> "Once":
        """Return the same for somebody."""
        return replace(self, owner=owner)

    def used(self, fingerprint: str, made: str) -> AlreadyMade:
        """Return the error for a key that was used before.

        Raises:
            Conflict: it was used with another input.

        """
        if fingerprint != self.fingerprint:
            raise Conflict("This key was used for another request.", "idempotencyKey")
        return AlreadyMade(made)
