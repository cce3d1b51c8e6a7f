"""Who somebody is to a provider, read from its claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.oidc.failures import ProviderRefused

LONGEST_SUBJECT = 255
"""Characters of a subject (OpenID Connect Core, 2)."""
LONGEST_CLAIM = 320
"""Characters of any other claim that is looked at; longer ones are passed over."""
_LATEST = 2**40
"""Seconds since 1970 of a moment that any clock has: far more is none."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person by issuer and subject, which stay; the rest is what the provider says of them now, and may change.

    `email_verified` is whether the address is believed to be theirs. `authenticated_at` is when it asked them last who they are,
    in seconds since 1970 UTC, None where it does not say.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    nickname: str | None
    display_name: str | None
    authenticated_at: int | None

    @classmethod
    def of(cls, issuer: str, claims: Mapping[str, object]) -> Self:
        """Read claims that were checked.

        Raises:
            ProviderRefused: their subject is none.

        """
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise ProviderRefused("ID token: no subject")
        return cls(
            issuer=issuer,
            subject=subject,
            email=_text(claims.get("email")),
            email_verified=claims.get("email_verified") is True,
            nickname=_text(claims.get("preferred_username")) or _text(claims.get("nickname")),
            display_name=_text(claims.get("name")),
            authenticated_at=_seconds(claims.get("auth_time")),
        )


def _seconds(claim: object) -> int | None:
    """Return a number of seconds; JSON as Python reads it also has numbers that are none, or endless."""
    if isinstance(claim, bool) or not isinstance(claim, int | float) or not 0 <= claim <= _LATEST:
        return None
    return int(claim)


def _text(claim: object) -> str | None:
    return claim if isinstance(claim, str) and 0 < len(claim) <= LONGEST_CLAIM else None
