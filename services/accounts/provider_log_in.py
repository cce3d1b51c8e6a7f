"""Logging in by a provider, and signing up by one: nothing is made before somebody has chosen a username."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from clock import now_ms
from errors import Conflict, InvalidInput, Unauthenticated
from graph.errors import ConstraintViolated
from graph.rows.mails import Language, MailKind
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from services.accounts.devices import UNKNOWN
from services.accounts.email_addresses import EmailAddress
from services.accounts.names import display_name_of
from services.accounts.provider_proofs import Proof, ProviderProofs, Purpose
from services.accounts.sealed_records import SealedRecords
from services.accounts.second_factor import AskForFactor, SecondFactorNeeded
from services.accounts.sign_up import NewAccount, ProviderAccount, SignUp, display_name_or
from services.accounts.signing_in import Confirm, SigningIn
from services.accounts.viewer import SignedIn
from services.events.command_writer import CommandWriter
from services.mail.writing import MailWriting
from services.oidc.identities import Identity
from services.sealing import Sealing

SIGN_UP_LIFE = timedelta(minutes=30)
"""How long somebody may take to choose a username."""
HAS_ACCOUNT = "An account here has your e-mail address. Log in to it, by a new password if need be, and link this provider there."
UNLINKED = "This provider logs in to no account here any more."


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
    """Who an identity is here: whom it is linked to, and who has the address that the provider gives, verified here or not."""

    linked: UserRow | None
    owner: UserRow | None
    owner_verified: bool

    @classmethod
    def of(cls, values: Sequence[Any]) -> "KnownAs":
        """Build from the list that `provider_identities/find` gives."""
        linked, owner, verified = values
        return cls(None if linked is None else UserRow.of(linked), None if owner is None else UserRow.of(owner), verified)


@dataclass(frozen=True, slots=True)
class ProviderLogIn:
    """Logs people in by what a provider has proved. `emails` makes the same fingerprints of addresses as at sign-up."""

    writer: CommandWriter
    proofs: ProviderProofs
    signing_in: SigningIn
    ask_for_factor: AskForFactor
    sign_up: SignUp
    new: SealedRecords[Proof]
    emails: Sealing
    mail: MailWriting
    limits: RateLimits
    sign_ups_per_address: int
    sign_up_window: timedelta

    async def run(self, code: str, verifier: str, address: str, device: Device) -> SignedIn | SecondFactorNeeded | NewIdentity:
        """Sign somebody in on a device, whose client has this IP address; or return what they may sign up with.

        An account that has the address of the provider is linked now, where the address is verified on both sides: then both
        are known to be of whoever reads the mail. Anything less could be made up by a stranger, here or there.

        Who has a second factor is not signed in by this, but asked for it.

        Raises:
            InvalidInput: the code or the verifier is not good.
            Conflict: an account has this e-mail address, and is not linked.
            Forbidden: the account is suspended, or was deactivated too long ago.
            Unavailable: Redis or the graph is down; nobody is signed in.

        """
        proof = await self.proofs.take(code, verifier, Purpose.LOG_IN)
        known = await self.known(proof.identity)
        if known.linked is not None:
            return await self._signed_in(known.linked, proof, address, device)
        if known.owner is not None:
            if not (known.owner_verified and proof.identity.email_verified):
                raise Conflict(HAS_ACCOUNT, "email")
            return await self._started(known.owner, partial(self._link, known.owner.id, proof), address, device)
        identity = proof.identity
        shown = _display_name(identity.display_name)
        return NewIdentity(self.new.seal(proof), self._username(identity), shown, identity.email, identity.email_verified)

    async def create(self, token: str, chosen: ChosenAccount, address: str, device: Device) -> SignedIn:
        """Make an account for a new identity, and sign somebody in. Sent again, it signs in to the account that it made.

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
            raise InvalidInput("token", "This has ended. Log in by the provider once more.")
        known = await self.known(proof.identity)
        if known.linked is not None:
            outcome = await self._signed_in(known.linked, proof, address, device)
            if isinstance(outcome, SecondFactorNeeded):
                raise Conflict("This account has a second factor by now. Log in.")
            return outcome
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
        found = await self.writer.graph.from_leader().read(
            "provider_identities/find",
            issuer=identity.issuer,
            subject=identity.subject,
            emailHashes=[] if email is None else self.emails.fingerprints(email),
        )
        return KnownAs.of(found)

    async def _signed_in(self, user: UserRow, proof: Proof, address: str, device: Device) -> SignedIn | SecondFactorNeeded:
        return await self._started(user, partial(self._confirm, user.id, proof.identity), address, device)

    async def _started(
        self, user: UserRow, confirm: Confirm, address: str, device: Device
    ) -> SignedIn | SecondFactorNeeded:
        if (needed := await self.ask_for_factor(user.id, None, device.name)) is not None:
            return needed
        return await self.signing_in.run(
            user, confirm, address, device.name, method=SignInMethod.PROVIDER, device_token=device.token
        )

    async def _confirm(self, user_id: str, identity: Identity) -> None:
        """Pass where the identity is linked to an account in use still, and note that it was used."""
        used = await self.writer.write(
            "provider_identities/used", id=user_id, issuer=identity.issuer, subject=identity.subject, at=now_ms()
        )
        if used is None:
            raise Unauthenticated(UNLINKED)

    async def _link(self, user_id: str, proof: Proof) -> None:
        """Link an account that has the address of an identity, if that is so still, and verified on both sides."""
        email = _identity_of(proof.identity.email)
        fingerprints = [] if email is None else self.emails.fingerprints(email)
        if not fingerprints or not await linked(self.writer, self.mail, user_id, account_of(proof), fingerprints):
            raise Conflict(HAS_ACCOUNT, "email")

    def _username(self, identity: Identity) -> str | None:
        """Return a username to propose: never of the e-mail address, which others would learn by that."""
        for text in (identity.nickname, identity.display_name):
            proposed = re.sub(r"[^A-Za-z0-9_]+", "_", text or "").strip("_")[:30]
            try:
                return self.sign_up.names.check(proposed).text
            except InvalidInput:
                continue
        return None


async def linked(
    writer: CommandWriter, mail: MailWriting, user_id: str, account: ProviderAccount, email_hashes: Sequence[str] | None = None
) -> bool:
    """Link somebody to an account of a provider, and tell them by mail; return whether they are linked by it now.

    With the fingerprints of an address, only where that is theirs, and verified.

    Raises:
        Conflict: the account of the provider is linked to somebody else, or they have another one of this provider.

    """
    notices = mail.notices(MailKind.PROVIDER_LINKED)
    try:
        row = await writer.of_viewer(user_id).write(
            "provider_identities/link",
            events=lambda row: [each.requested() for each in notices if row[0]],
            id=user_id,
            emailHashes=email_hashes,
            identity=account.stored(now_ms()),
            mails=[each.mail for each in notices],
        )
    except ConstraintViolated:
        raise _elsewhere() from None
    if row is None:
        return False
    is_new, owner = row
    if not is_new and owner is None:
        raise Conflict("Another account at this provider is linked to you. Unlink that one first.")
    if not is_new and owner != user_id:
        raise _elsewhere()
    return True


def account_of(proof: Proof) -> ProviderAccount:
    """Return what is stored of a proof."""
    return ProviderAccount(proof.provider, proof.identity.issuer, proof.identity.subject)


def _elsewhere() -> Conflict:
    return Conflict("Whom you are at this provider is linked to another account here.")


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
