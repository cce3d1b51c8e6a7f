"""Refresh tokens: `rookery_rt_`, and which session and generation it is of, signed, in letters that addresses may hold.

A signature of the server takes the place of a secret that is stored. So what is stored gives nothing to sign in with, a forged
token is refused without a lookup, one that was used long ago is known as ours, and so is one of which a Redis that failed knows
nothing yet.
"""

from dataclasses import dataclass
from struct import Struct

from graph.ids import pack, unpack
from keyspace.sessions import SessionKey
from services.accounts.signed_claims import SignedClaims

PREFIX = "rookery_rt_"
_CLAIM = Struct(">I16sI")
"""The key of the person, the id of the session, the generation."""


@dataclass(frozen=True, slots=True)
class RefreshClaim:
    """What a refresh token says, which is true: its session, and how often the token of this session was made before, and one."""

    session: SessionKey
    generation: int


class RefreshTokens:
    """Writes and reads refresh tokens. To write one again gives the same text."""

    def __init__(self, secrets: str) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them."""
        self._claims = SignedClaims(secrets, "refresh token", PREFIX, _CLAIM)

    def write(self, claim: RefreshClaim) -> str:
        """Return the token."""
        return self._claims.write(claim.session.person, pack(claim.session.id), claim.generation)

    def read(self, token: str) -> RefreshClaim | None:
        """Return what a token says; None where it is not ours."""
        if (read := self._claims.read(token)) is None:
            return None
        person, id_, generation = read
        return RefreshClaim(SessionKey(person, unpack(id_)), generation)
