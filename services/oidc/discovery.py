"""What a provider says of itself (OpenID Connect Discovery 1.0): nothing else names an address that is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from services.oidc.endpoints import is_endpoint, is_loopback
from services.oidc.failures import ProviderRefused

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that are believed: by a private key of the provider. `none` is no signature, and with HS256 the public key would be
the secret."""
AUTH_METHODS = ("client_secret_basic", "client_secret_post")
"""How we prove to a provider who we are, in our order."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is needed of it. `announces_issuer` is whether answers name the issuer (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    algorithms: Sequence[str]
    auth_method: str
    announces_issuer: bool

    @classmethod
    def of(cls, issuer: str, found: Mapping[str, object]) -> Self:
        """Read what the provider with this issuer has answered.

        Raises:
            ProviderRefused: it is of another issuer, or does not say what is needed.

        """
        if found.get("issuer") != issuer:
            raise ProviderRefused("discovery: it names another issuer")
        loopback = is_loopback(issuer)
        userinfo = found.get("userinfo_endpoint")
        methods = _words(found, "token_endpoint_auth_methods_supported", AUTH_METHODS[:1])
        challenges = found.get("code_challenge_methods_supported")
        if isinstance(challenges, list) and "S256" not in challenges:
            raise ProviderRefused("discovery: it knows no PKCE by S256")
        return cls(
            authorization_endpoint=_endpoint(found, "authorization_endpoint", loopback=loopback),
            token_endpoint=_endpoint(found, "token_endpoint", loopback=loopback),
            jwks_uri=_endpoint(found, "jwks_uri", loopback=loopback),
            userinfo_endpoint=None if userinfo is None else _endpoint(found, "userinfo_endpoint", loopback=loopback),
            algorithms=_ours(ALGORITHMS, _words(found, "id_token_signing_alg_values_supported", ("RS256",)), "signature"),
            auth_method=_ours(AUTH_METHODS, methods, "way to authenticate")[0],
            announces_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        )


def _endpoint(found: Mapping[str, object], name: str, *, loopback: bool) -> str:
    address = found.get(name)
    if not is_endpoint(address, loopback=loopback):
        raise ProviderRefused(f"discovery: its {name} is no https address")
    return str(address)


def _words(found: Mapping[str, object], name: str, usual: Sequence[str]) -> Sequence[str]:
    words = found.get(name)
    return [word for word in words if isinstance(word, str)] if isinstance(words, list) else usual


def _ours(ours: Sequence[str], theirs: Sequence[str], what: str) -> Sequence[str]:
    both = [each for each in ours if each in theirs]
    if not both:
        raise ProviderRefused(f"discovery: it knows no {what} that is used here")
    return both
