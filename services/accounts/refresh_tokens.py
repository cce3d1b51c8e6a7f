"""Refresh tokens: `rookery_rt_`, and which session and generation it is of, signed, in letters that addresses may hold.

A signature of the server takes the place of a secret that is stored. So what is stored gives nothing to sign in with, a forged
token is refused without a lookup, one that was used long ago is known as ours, and so is one of which a Redis that failed knows
nothing yet.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from struct import Struct

from graph.ids import pack, unpack
from keyspace.sessions import SessionKey
from services.derived_keys import derived_keys

PREFIX = "rookery_rt_"
_CLAIM = Struct(">I16sI")
"""The key of the person, the id of the session, the generation."""
_SIGNATURE = 32
"""Bytes of an HMAC by SHA-256."""
_LENGTH = len(PREFIX) + -(-(_CLAIM.size + _SIGNATURE) * 4 // 3)


@dataclass(frozen=True, slots=True)
class RefreshClaim:
    """What a refresh token says, which is true: its session, and how often the token of this session was made before, and one."""

    session: SessionKey
    generation: int


class RefreshTokens:
    """Writes and reads refresh tokens. To write one again gives the same text."""

    def __init__(self, secrets: str) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them."""
        self._keys = list(derived_keys(secrets, "refresh token").values())

    def write(self, claim: RefreshClaim) -> str:
        """Return the token."""
        said = _CLAIM.pack(claim.session.person, pack(claim.session.id), claim.generation)
        return PREFIX + urlsafe_b64encode(said + _signature(self._keys[0], said)).decode().rstrip("=")

    def read(self, token: str) -> RefreshClaim | None:
        """Return what a token says; None where it is not ours."""
        if len(token) != _LENGTH or not token.startswith(PREFIX):
            return None
        text = token.removeprefix(PREFIX)
        try:
            read = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        said, signature = read[: _CLAIM.size], read[_CLAIM.size :]
        if not any(hmac.compare_digest(_signature(key, said), signature) for key in self._keys):
            return None
        person, id_, generation = _CLAIM.unpack(said)
        return RefreshClaim(SessionKey(person, unpack(id_)), generation)


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")
