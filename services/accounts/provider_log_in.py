"""Logging in by a provider, and signing up by one: nothing is made before somebody has chosen a username."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from clock import in_milliseconds, now_ms
from errors import Conflict, InvalidInput
from graph.rows.mails import Language
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from services.accounts.devices import UNKNOWN
from services.accounts.email_addresses import EmailAddress
from services.accounts.linked_identities import HAS_ACCOUNT, LinkedIdentities, ProviderWord
from services.accounts.names import display_name_of
from services.accounts.provider_proofs import Proof, ProviderProofs, Purpose, check_verifier
from services.accounts.sealed_records import SealedRecords
from services.accounts.second_factor import AskForFactor, SecondFactorNeeded
from services.accounts.sign_up import NewAccount, ProviderAccount, SignUp, display_name_or
from services.accounts.signing_in import SigningIn
from services.accounts.viewer import SignedIn
from services.oidc.identities import Identity

SIGN_UP_LIFE = timedelta(minutes=30)
"""How long somebody may take to choose a username."""
REPEATED = timedelta(minutes=2)
"""For how long a sign-up that is sent again signs in to the account that it made: an answer that got lost is missed at once."""
ENDED = "This has ended. Log in by the provider once more."


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """Somebody whom a provider knows, and who has no account here yet. `token` makes one, with what else is proposed."""

    token: str
    suggested_username: str | None
    display_name: str | None
    email: str | None
    email_verified: bool


@dataclass(frozen=True, slots=True)
class Device:
    """On what somebody logs in: what it is called, and the token that says that they were signed in on it before."""

    name: str = UNKNOWN
    token: str | None = None


@dataclass(frozen=True, slots=True)
class ChosenAccount:
    """What somebody who signs up chooses beside what the provider says."""

    username: str
    email: str | None
    display_name: str | None
    language: Language | None


@dataclass(frozen=True, slots=True)
class KnownAs:
    """Who an identity is here: whom it is linked to, and who has the address that the provider gives, verified here or not.

    `unused_since` is when it was linked, in milliseconds since 1970 UTC, if it has logged in nobody since.
    """

    linked: UserRow | None
    owner: UserRow | None
    owner_verified: bool
    unused_since: int | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> "KnownAs":
        """Build from the list that `provider_identities/find` gives."""
        linked, owner, verified, unused_since = values
        row_of = UserRow.of
        return cls(None if linked is None else row_of(linked), None if owner is None else row_of(owner), verified, unused_since)


@dataclass(frozen=True, slots=True)
class ProviderLogIn:
    """Logs people in by what a provider has proved."""

    identities: LinkedIdentities
    proofs: ProviderProofs
    signing_in: SigningIn
    ask_for_factor: AskForFactor
    sign_up: SignUp
    new: SealedRecords[Proof]
    limits: RateLimits
    sign_ups_per_address: int
    sign_up_window: timedelta

    async def run(self, code: str, verifier: str, address: str, device: Device) -> SignedIn | SecondFactorNeeded | NewIdentity:
        """Sign somebody in on a device, whose client has this IP address; or return what they may sign up with.

        An account that has the address of the provider is linked now, where the address is verified on both sides: then both
        are known to be of whoever reads the mail. Anything less could be made up by a stranger, here or there.

        Who has a second factor is not signed in by this, but asked for it, and linked once they have given it.

        The session counts as proved when the provider asked them last, if it says when, and else as never.

        Raises:
            InvalidInput: the code or the verifier is not good.
            Conflict: an account has this e-mail address, and is not linked.
            RateLimited: too many from this network had no account that is linked, and learnt whether an address has one.
            Forbidden: the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down; nobody is signed in, and the same may be sent again.

        """
        async with self.proofs.taken(code, verifier, Purpose.LOG_IN) as proof:
            return await self._run(proof, address, device)

    async def _run(self, proof: Proof, address: str, device: Device) -> SignedIn | SecondFactorNeeded | NewIdentity:
        identity, known = proof.identity, await self.known(proof.identity)
        if known.linked is not None:
            return await self._signed_in(known.linked, proof, ProviderWord(account_of(proof)), address, device)
        if known.owner is not None and known.owner_verified and identity.email_verified:
            word = ProviderWord(account_of(proof), _identity_of(identity.email))
            return await self._signed_in(known.owner, proof, word, address, device)
        # What comes now tells whether an address has an account, of whichever the provider lets somebody name.
        await self.limits.take(Allowance("provider-unknown", site_of(address), self.sign_ups_per_address, self.sign_up_window))
        if known.owner is not None:
            raise Conflict(HAS_ACCOUNT, "email")
        shown = _display_name(identity.display_name)
        return NewIdentity(self.new.seal(proof), self._username(identity), shown, identity.email, identity.email_verified)

    async def create(self, token: str, verifier: str, chosen: ChosenAccount, address: str, device: Device) -> SignedIn:
        """Make an account for a new identity, and sign somebody in. `verifier` is that of who began the way to the provider.

        Sent again within two minutes, it signs in to the account that it made, unless that was logged in to by the provider
        meanwhile: a token that was made into an account is no key to it.

        Raises:
            InvalidInput: an argument breaks its rules; `field` names it.
            Conflict: the username or the e-mail address is taken; `field` says which.
            RateLimited: too many sign-ups from this network.
            Forbidden: it was made before, and is suspended by now.
            Unavailable: Redis or the graph is down; nothing was made.
            OutcomeUnknown: the account was made, or perhaps; whoever it is of can log in then.

        """
        proof = self.new.unseal(token)
        if proof is None:
            raise InvalidInput("token", ENDED)
        check_verifier(verifier, proof)
        known = await self.known(proof.identity)
        if known.linked is not None:
            return await self._repeated(known.linked, known.unused_since, proof, address, device)
        written = proof.identity.email if chosen.email is None else chosen.email
        if written is None:
            raise InvalidInput("email", "The provider gives no e-mail address. Choose one.")
        email = EmailAddress.of(written)
        account = NewAccount(
            self.sign_up.names.check(chosen.username),
            email,
            display_name_or(chosen.username, chosen.display_name),
            chosen.language,
            identity=account_of(proof),
            is_verified=proof.identity.email_verified and email.identity == _identity_of(proof.identity.email),
        )
        await self.limits.take(Allowance("sign-up", site_of(address), self.sign_ups_per_address, self.sign_up_window))
        return await self.sign_up.create(account, client_address=address, device=device.name)

    async def known(self, identity: Identity) -> KnownAs:
        """Return who an identity is here, to the last write.

        Raises:
            Unavailable: the graph is down.

        """
        email = _identity_of(identity.email)
        found = await self.identities.writer.graph.from_leader().read(
            "provider_identities/find",
            issuer=identity.issuer,
            subject=identity.subject,
            emailHashes=[] if email is None else self.identities.emails.fingerprints(email),
        )
        return KnownAs.of(found)

    async def _signed_in(
        self, user: UserRow, proof: Proof, word: ProviderWord, address: str, device: Device
    ) -> SignedIn | SecondFactorNeeded:
        sealed = self.identities.words.seal(word)
        if (needed := await self.ask_for_factor(user.id, None, device.name, sealed)) is not None:
            return needed
        return await self.signing_in.run(
            user,
            partial(self.identities.confirm, user.id, word),
            address,
            device.name,
            method=SignInMethod.PROVIDER,
            device_token=device.token,
            proved_at=(proof.identity.authenticated_at or 0) * 1_000,
        )

    async def _repeated(
        self, user: UserRow, unused_since: int | None, proof: Proof, address: str, device: Device
    ) -> SignedIn:
        """Sign in to the account that the same request has made a moment ago. It is not noted as a use, so it can come again."""
        if unused_since is None or unused_since < now_ms() - in_milliseconds(REPEATED):
            raise InvalidInput("token", ENDED)
        if await self.ask_for_factor(user.id, None, device.name) is not None:
            raise Conflict("This account has a second factor by now. Log in.")

        async def confirm() -> None:
            known = await self.known(proof.identity)
            if known.linked is None or known.linked.id != user.id or known.unused_since is None:
                raise InvalidInput("token", ENDED)

        return await self.signing_in.run(
            user, confirm, address, device.name, method=SignInMethod.PROVIDER, device_token=device.token
        )

    def _username(self, identity: Identity) -> str | None:
        """Return a username to propose: never of the e-mail address, which others would learn by that."""
        for text in (identity.nickname, identity.display_name):
            proposed = re.sub(r"[^A-Za-z0-9_]+", "_", text or "").strip("_")[:30]
            try:
                return self.sign_up.names.check(proposed).text
            except InvalidInput:
                continue
        return None


def account_of(proof: Proof) -> ProviderAccount:
    """Return what is stored of a proof."""
    return ProviderAccount(proof.provider, proof.identity.issuer, proof.identity.subject)


def _identity_of(email: str | None) -> str | None:
    """Return the spelling by which the address of a provider is compared; None where it is none."""
    try:
        return None if email is None else EmailAddress.of(email).identity
    except InvalidInput:
        return None


def _display_name(text: str | None) -> str | None:
    try:
        return None if text is None else display_name_of(text)
    except InvalidInput:
        return None
