"""The way to a provider and back, in a browser: it begins here, and ends with a code for the page or the app that began it.

What only we know of it is sealed in a cookie of the browser, so its answer counts in that browser alone, and beginning costs us
nothing that a flood could fill. An answer counts once.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import urlencode

import structlog

from clock import now_ms
from errors import InvalidInput, NotFound, RateLimited, Unavailable
from keyspace.limits import Allowance, RateLimits
from keyspace.single_use import SingleUse
from services.accounts.client_address import site_of
from services.accounts.provider_proofs import LinkTicket, Proof, ProviderProofs, Purpose
from services.accounts.sealed_records import SealedRecords
from services.oidc.clients import ProviderClient, Secrets
from services.oidc.failures import ProviderDown, ProviderFailure, ProviderRefused
from services.oidc.identities import Identity

FLOW_LIFE = timedelta(minutes=10)
"""How long somebody may take at the provider."""
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 in base64url (RFC 7636, 4.2)."""
_LONGEST = 4_096
"""Characters of the code of a provider."""
_TRY_LATER = frozenset({"temporarily_unavailable", "server_error"})

log = structlog.get_logger(__name__)


class Failed(StrEnum):
    """Why a way to a provider ended without a code, as the page or app that began it is told."""

    CANCELLED = "CANCELLED"
    PROVIDER_UNAVAILABLE = "PROVIDER_UNAVAILABLE"
    PROVIDER_REFUSED = "PROVIDER_REFUSED"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to a provider, as it is sealed in the browser. `challenge` is that of who may use the code at its end."""

    provider: str
    purpose: Purpose
    secrets: Secrets
    return_to: str
    challenge: str
    ticket: LinkTicket | None
    began_at: int


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a browser goes, and what it keeps meanwhile; nothing where it goes back at once."""

    location: str
    sealed: str | None


@dataclass(frozen=True, slots=True)
class ProviderFlows:
    """Sends people to providers and takes them back. `attempts` of one network may fail within `window`."""

    clients: Mapping[str, ProviderClient]
    flows: SealedRecords[Flow]
    tickets: SealedRecords[LinkTicket]
    proofs: ProviderProofs
    answered: SingleUse
    limits: RateLimits
    attempts: int
    window: timedelta

    async def begin(self, provider: str, *, return_to: str, challenge: str, anew: bool, ticket: str | None) -> Begun:
        """Begin a way to a provider, which ends at an address that was checked.

        It is for logging in, with a `ticket` for linking, with `anew` for proving once more who somebody is.

        Raises:
            NotFound: there is no such provider.
            InvalidInput: the challenge or the ticket is not good.

        """
        client = self._client(provider)
        if not _CHALLENGE.fullmatch(challenge):
            raise InvalidInput("code_challenge", "Send the SHA-256 of your verifier in base64url, of 43 characters.")
        found = None if ticket is None else self.tickets.unseal(ticket)
        if ticket is not None and (found is None or found.provider != provider or anew):
            raise InvalidInput("link", "This link token has ended. Ask for another one.")
        purpose = Purpose.LINK if found is not None else Purpose.REAUTHENTICATE if anew else Purpose.LOG_IN
        secrets = Secrets(*(token_urlsafe(32) for _ in range(3)))
        try:
            location = await client.address(secrets, anew=anew)
        except ProviderFailure as error:
            return Begun(_back(return_to, error=_reason(provider, error)), None)
        return Begun(location, self.flows.seal(Flow(provider, purpose, secrets, return_to, challenge, found, now_ms())))

    async def finish(self, provider: str, sealed: str | None, answer: Mapping[str, str], address: str) -> str:
        """Take somebody back who comes with the answer of a provider, and return where to: with a code, or why there is none.

        `sealed` is what their browser kept, `address` its IP address.

        Raises:
            NotFound: there is no such provider.
            InvalidInput: the answer is not one to what this browser began, or that has ended, or was answered before.

        """
        client = self._client(provider)
        flow = None if sealed is None else self.flows.unseal(sealed)
        if flow is None or flow.provider != provider or not _same(flow.secrets.state, answer.get("state", "")):
            raise _ended()
        try:
            if not await self.answered.is_first(_digest(flow.secrets.state), self.flows.life):
                raise _ended()
            identity = await self._identity(client, flow, answer, address)
            if isinstance(identity, Failed):
                return _back(flow.return_to, error=identity)
            proof = Proof(provider, flow.purpose, flow.challenge, flow.ticket, flow.began_at, identity)
            return _back(flow.return_to, code=await self.proofs.keep(proof))
        except RateLimited:
            return _back(flow.return_to, error=Failed.RATE_LIMITED)
        except Unavailable:
            return _back(flow.return_to, error=Failed.UNAVAILABLE)

    async def _identity(
        self, client: ProviderClient, flow: Flow, answer: Mapping[str, str], address: str
    ) -> Identity | Failed:
        """Return who has logged in, or why nobody has.

        An answer that is not good counts against its network, at this provider alone. A provider that is down counts against
        nobody.
        """
        attempt = Allowance("provider", f"{flow.provider} {site_of(address)}", self.attempts, self.window)
        await self.limits.take(attempt)
        try:
            await client.check_issuer(answer.get("iss"))
            if (error := answer.get("error")) is not None:
                await self.limits.give_back(attempt)
                return _refusal(flow.provider, error)
            code = answer.get("code", "")
            if not 0 < len(code) <= _LONGEST:
                raise ProviderRefused("answer: no code")
            identity = await client.identity(code, flow.secrets)
        except ProviderFailure as error:
            if isinstance(error, ProviderDown):
                await self.limits.give_back(attempt)
            return _reason(flow.provider, error)
        await self.limits.give_back(attempt)
        return identity

    def _client(self, provider: str) -> ProviderClient:
        client = self.clients.get(provider)
        if client is None:
            raise NotFound("provider")
        return client


def _refusal(provider: str, error: str) -> Failed:
    """Return what the error of a provider (RFC 6749, 4.1.2.1) means for who wanted to log in."""
    if error == "access_denied":
        return Failed.CANCELLED
    failure = ProviderDown if error in _TRY_LATER else ProviderRefused
    return _reason(provider, failure("answer: an error"))


def _reason(provider: str, error: ProviderFailure) -> Failed:
    log.warning("provider_failed", provider=provider, kind=type(error).__name__, reason=str(error))
    return Failed.PROVIDER_UNAVAILABLE if isinstance(error, ProviderDown) else Failed.PROVIDER_REFUSED


def _back(return_to: str, **said: str) -> str:
    """Return an address with something in its fragment, which browsers send to no server."""
    return f"{return_to}#{urlencode(said)}"


def _digest(state: str) -> str:
    return sha256(state.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _ended() -> InvalidInput:
    return InvalidInput("state", "This log-in was not begun in this browser, has ended, or was finished before. Begin again.")
