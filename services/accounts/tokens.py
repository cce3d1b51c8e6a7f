"""Access tokens: short-lived JSON Web Tokens (RFC 9068) that any process verifies by itself."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OctKey

from errors import Unauthenticated
from graph.ids import new_id
from keyspace.sessions import SessionKey
from services.accounts.viewer import AccessToken, Viewer
from services.derived_keys import derived_keys

ALGORITHM = "HS256"
TYPE = "at+jwt"
ISSUER = "rookery"
LONGEST = 512
"""Most characters of a token; ours have about 380. Within this, brackets cannot nest deep enough to break the JSON parser."""
LEEWAY = 5
"""Seconds that the clocks of two servers may differ."""
CACHED = 10_000
"""Verified tokens that a process caches, at about 1 kB each; others are verified again, in about 30 µs."""

EXPIRED = "The access token has expired."
NOT_VALID = "The access token is not valid."


class AccessTokens:
    """Issues and verifies access tokens. Algorithm, type and issuer are fixed; the header of a token only chooses the key."""

    def __init__(self, secrets: str, life: timedelta, now: Callable[[], float] = time.time) -> None:
        """Sign with the first of the comma separated secrets, and accept all of them; `now` is in seconds since 1970 UTC."""
        keys = derived_keys(secrets, "access token")
        self._keys = [OctKey.import_key(key, {"kid": id_, "alg": ALGORITHM, "use": "sig"}) for id_, key in keys.items()]
        self._accepted = KeySet([*self._keys])
        self._header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._keys[0].kid}
        self._life = int(life.total_seconds())
        self._now = now
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": ISSUER},
            sub={"essential": True},
            key={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
        )
        self._verified: dict[str, tuple[Viewer, float]] = {}

    def issue(self, user_id: str, key: int, session_id: str | None = None, latest: datetime | None = None) -> AccessToken:
        """Sign a new token for a user; `key` is their small integer. It ends at `latest`, or before, as its session does."""
        issued = int(self._now())
        ends = issued + self._life if latest is None else min(issued + self._life, int(latest.timestamp()))
        claims = {"iss": ISSUER, "sub": user_id, "key": key, "iat": issued, "exp": ends, "jti": new_id()}
        if session_id is not None:
            claims["sid"] = session_id
        token = jwt.encode(dict(self._header), claims, self._keys[0], algorithms=[ALGORITHM])
        return AccessToken(token, _viewer(claims))

    def verify(self, token: str) -> Viewer:
        """Return the viewer of a token; the second time it comes from a cache.

        Raises:
            Unauthenticated: it has expired, or it is not a token of ours.

        """
        if (known := self._verified.get(token)) is not None:
            viewer, until = known
            if self._now() < until:
                return viewer
            del self._verified[token]
            raise Unauthenticated(EXPIRED)
        viewer = self._read(token)
        if len(self._verified) >= CACHED:
            del self._verified[next(iter(self._verified))]
        self._verified[token] = viewer, viewer.expires_at.timestamp() + LEEWAY
        return viewer

    def _read(self, token: str) -> Viewer:
        if len(token) > LONGEST:
            raise Unauthenticated(NOT_VALID)
        try:
            read = jwt.decode(token, self._accepted, algorithms=[ALGORITHM])
            self._claims.validate(read.claims)
        except ExpiredTokenError as error:
            raise Unauthenticated(EXPIRED) from error
        except (JoseError, ValueError) as error:
            raise Unauthenticated(NOT_VALID) from error
        if read.header.get("typ") != TYPE or type(read.claims["key"]) is not int:
            raise Unauthenticated(NOT_VALID)
        return _viewer(read.claims)


def _viewer(claims: dict[str, Any]) -> Viewer:
    session = SessionKey(claims["key"], claims["sid"]) if "sid" in claims else None
    return Viewer(claims["sub"], claims["key"], datetime.fromtimestamp(claims["exp"], UTC), session=session)
