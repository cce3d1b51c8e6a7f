"""Who somebody is to a provider, read from its claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.oidc.failures import ProviderRefused

LONGEST_SUBJECT = 255
"""Characters of a subject (OpenID Connect Core, 2)."""
LONGEST_CLAIM = 320
"""Characters of any other claim that is looked at; longer ones are passed over."""


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
        at = claims.get("auth_time")
        return cls(
            issuer=issuer,
            subject=subject,
            email=_text(claims.get("email")),
            email_verified=claims.get("email_verified") is True,
            nickname=_text(claims.get("preferred_username")) or _text(claims.get("nickname")),
            display_name=_text(claims.get("name")),
            authenticated_at=int(at) if isinstance(at, int | float) and not isinstance(at, bool) else None,
        )


def _text(claim: object) -> str | None:
    return claim if isinstance(claim, str) and 0 < len(claim) <= LONGEST_CLAIM else None
