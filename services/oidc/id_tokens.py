"""ID tokens: what a provider says of who has logged in, and every check before it is believed (OpenID Connect Core, 3.1.3.7)."""

from collections.abc import Mapping, Sequence

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from services.oidc.failures import ProviderRefused
from services.oidc.signing_keys import SigningKeys

LEEWAY = 30
"""Seconds by which the clock of a provider may differ."""
LONGEST = 65_536
"""Characters of an ID token."""


async def claims_of(
    id_token: str, keys: SigningKeys, algorithms: Sequence[str], *, issuer: str, client_id: str, nonce: str, access_token: str
) -> Mapping[str, object]:
    """Return the claims of an ID token that came for a code: from the provider, for us, for this sign-in, and in time.

    Raises:
        ProviderDown: its keys cannot be had.
        ProviderRefused: the token is not that.

    """
    try:
        header = jws.extract_compact(id_token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise ProviderRefused(f"ID token: {type(error).__name__}") from None
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms or not isinstance(key_id, str | None):
        raise ProviderRefused("ID token: signed in a way that is not believed")
    key = await keys.one(key_id, algorithm)
    try:
        token = jwt.decode(id_token, key, algorithms=[algorithm])
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            params={"client_id": client_id, "nonce": nonce, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        claim = getattr(error, "claim", "")
        raise ProviderRefused(f"ID token: {type(error).__name__} {claim}".rstrip()) from None
    return dict(claims)
