"""One provider as we speak with it: where people are sent, and what their code is exchanged for."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.oidc.asking import ProviderRequests
from services.oidc.cached_answers import CachedAnswer
from services.oidc.discovery import WELL_KNOWN, Metadata
from services.oidc.failures import ProviderRefused
from services.oidc.id_tokens import LONGEST, claims_of
from services.oidc.identities import Identity
from services.oidc.providers import Provider
from services.oidc.signing_keys import SigningKey, SigningKeys, keys_of

_CLAIMS_BESIDE = ("email", "email_verified", "preferred_username", "nickname", "name")
"""Claims that a provider may give by its userinfo endpoint alone (OpenID Connect Core, 5.4)."""

_A_YEAR = 31_536_000
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Lives:
    """Seconds for which a provider's description and keys are cached, and the least time between two questions for them."""

    cached_for: float
    pause: float


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only we know of one sign-in until it ends: what its answer, its ID token and its code must fit to."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """A provider. Methods raise ProviderDown while it does not answer, and ProviderRefused where it answers what is not right."""

    provider: Provider
    redirect_uri: str
    requests: ProviderRequests
    metadata: CachedAnswer[Metadata]
    keys: SigningKeys

    @classmethod
    def of(cls, provider: Provider, redirect_uri: str, requests: ProviderRequests, lives: Lives) -> Self:
        """Make a client; nothing is asked before it is needed."""

        async def discovered() -> Metadata:
            return Metadata.of(provider.issuer, await requests.get(provider.issuer.removesuffix("/") + WELL_KNOWN))

        async def keys() -> Sequence[SigningKey]:
            return keys_of(await requests.get((await metadata.get()).jwks_uri))

        metadata = CachedAnswer(discovered, lives.cached_for, lives.pause)
        return cls(provider, redirect_uri, requests, metadata, SigningKeys(CachedAnswer(keys, lives.cached_for, lives.pause)))

    async def address(self, secrets: Secrets, *, anew: bool) -> str:
        """Return where somebody is sent who wants to log in; with `anew` the provider asks them whatever it knows of them.

        A greatest age has it say when it asked (OpenID Connect Core, 3.1.2.1), and one of a year asks nobody for that.
        """
        metadata = await self.metadata.get()
        asked = {"prompt": "login", "max_age": "0"} if anew else {"max_age": str(_A_YEAR)}
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                self.provider.client_id,
                "code",
                redirect_uri=self.redirect_uri,
                scope=list(self.provider.scopes),
                state=secrets.state,
                nonce=secrets.nonce,
                code_challenge=create_s256_code_challenge(secrets.verifier),
                code_challenge_method="S256",
                **asked,
            )
        )

    async def check_issuer(self, named: str | None) -> None:
        """Pass where an answer is of this provider, as far as it says (RFC 9207): it must, where the provider announces that.

        Raises:
            ProviderRefused: it names another one, or none.

        """
        if named is None and not (await self.metadata.get()).announces_issuer:
            return
        if named != self.provider.issuer:
            raise ProviderRefused("answer: it names another issuer")

    async def identity(self, code: str, secrets: Secrets) -> Identity:
        """Return who has logged in, for the code of the answer. Their address is verified if we trust the provider with that."""
        metadata = await self.metadata.get()
        found = await self._exchanged(metadata, code, secrets.verifier)
        id_token, access_token = found.get("id_token"), found.get("access_token")
        if not isinstance(id_token, str) or len(id_token) > LONGEST or not isinstance(access_token, str):
            raise ProviderRefused("token endpoint: no ID token")
        claims = await claims_of(
            id_token,
            self.keys,
            metadata.algorithms,
            issuer=self.provider.issuer,
            client_id=self.provider.client_id,
            nonce=secrets.nonce,
            access_token=access_token,
        )
        identity = Identity.of(self.provider.issuer, {**await self._beside(metadata, claims, access_token), **claims})
        return replace(identity, email_verified=identity.email_verified and self.provider.trusts_email)

    async def _exchanged(self, metadata: Metadata, code: str, verifier: str) -> Mapping[str, object]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": verifier}
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        id_, secret = self.provider.client_id, self.provider.client_secret
        if secret is None:
            form["client_id"] = id_
        elif metadata.auth_method == "client_secret_post":
            form |= {"client_id": id_, "client_secret": secret}
        else:
            named = b64encode(f"{quote_plus(id_)}:{quote_plus(secret)}".encode()).decode()
            headers["authorization"] = f"Basic {named}"
        return await self.requests.post(metadata.token_endpoint, urlencode(form), headers)

    async def _beside(self, metadata: Metadata, claims: Mapping[str, object], access_token: str) -> Mapping[str, object]:
        """Return what the provider gives beside the ID token, where that lacks the address."""
        if "email" in claims or "email" not in self.provider.scopes or metadata.userinfo_endpoint is None:
            return {}
        found = await self.requests.get(metadata.userinfo_endpoint, token=access_token)
        if found.get("sub") != claims.get("sub"):
            raise ProviderRefused("userinfo: of somebody else")
        return {name: found[name] for name in _CLAIMS_BESIDE if name in found}
