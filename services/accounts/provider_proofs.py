"""What a way to a provider has proved, until the page or the app that began it takes it by its code, once."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from errors import InvalidInput, Unavailable
from keyspace.single_use import SingleUse
from services.accounts.sealed_records import SealedRecords
from services.oidc.identities import Identity

PROOF_LIFE = timedelta(seconds=60)
"""How long a code is good: its page asks at once."""
_CODE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""A verifier (RFC 7636, 4.1)."""


class Purpose(StrEnum):
    """What a way to a provider is for. What is begun for one is good for no other."""

    LOG_IN = "LOG_IN"
    LINK = "LINK"
    REAUTHENTICATE = "REAUTHENTICATE"


@dataclass(frozen=True, slots=True)
class LinkTicket:
    """Which provider is to be linked, to whose account, and from which session."""

    provider: str
    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is to a provider, and for what they showed it. `challenge` is that of who may use it."""

    provider: str
    purpose: Purpose
    challenge: str
    ticket: LinkTicket | None
    began_at: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class ProviderProofs:
    """Keeps proofs. Redis has each by the digest of its code, sealed. Methods raise Unavailable while it is away."""

    store: SingleUse
    sealed: SealedRecords[Proof]

    async def keep(self, proof: Proof) -> str:
        """Keep a proof, and return its code."""
        code = token_urlsafe(32)
        await self.store.put(_digest(code), self.sealed.seal(proof), self.sealed.life)
        return code

    @asynccontextmanager
    async def taken(self, code: str, verifier: str, purpose: Purpose) -> AsyncIterator[Proof]:
        """Give the proof of a code, which is good no more, whoever asked. Where the block raises Unavailable, it is good again.

        Raises:
            InvalidInput: on `code`, which has ended, was used, or is for something else; on `verifier`, which does not fit to it.

        """
        check_verifier(verifier)
        found = await self.store.take(_digest(code), self.sealed.life) if _CODE.fullmatch(code) else None
        proof = None if found is None else self.sealed.unseal(found)
        if proof is None or proof.purpose is not purpose:
            raise InvalidInput("code", "This code was used, has ended, or is for something else. Begin again.")
        check_verifier(verifier, proof)
        try:
            yield proof
        except Unavailable:
            with suppress(Unavailable):  # then it stays used, and whoever has it begins again
                await self.store.give_back(_digest(code))
            raise


def check_verifier(verifier: str, proof: Proof | None = None) -> None:
    """Pass where this is a verifier, and that of who began the way which ended with a proof.

    Raises:
        InvalidInput: on `verifier`, which is none, or another one.

    """
    if not _VERIFIER.fullmatch(verifier):
        raise InvalidInput("verifier", "A verifier has 43 to 128 letters, digits and `-._~`.")
    if proof is not None and not hmac.compare_digest(_challenge_of(verifier), proof.challenge):
        raise InvalidInput("verifier", "This verifier is not that of the code. Begin again.")


def _challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
