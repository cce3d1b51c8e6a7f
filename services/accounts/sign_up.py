"""Signing up: a new user with an account, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from errors import Conflict, OutcomeUnknown, Unavailable
from graph.errors import ConstraintViolated
from graph.idempotency import Once
from graph.ids import milliseconds_of, new_id
from graph.rows.mails import Language, MailKind
from graph.rows.sign_ins import SignInMethod
from graph.rows.users import UserRow
from services.accounts.client_address import network_of
from services.accounts.device_tokens import DeviceTokens
from services.accounts.devices import UNKNOWN
from services.accounts.email_addresses import EmailAddress
from services.accounts.names import NewUsername, UsernameRules, display_name_of, username_key
from services.accounts.password_rules import check_password
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.sign_in_history import new_sign_in
from services.accounts.viewer import SignedIn
from services.events.command_writer import CommandWriter
from services.events.user_events import UserCreated
from services.mail.writing import MailWriting
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class ProviderAccount:
    """Whom a provider names by an issuer and a subject; `provider` is what it is called here."""

    provider: str
    issuer: str
    subject: str

    def stored(self, at: int) -> Mapping[str, object]:
        """Return the properties of its node; `at` is when it is linked, in milliseconds since 1970 UTC."""
        return {"issuer": self.issuer, "subject": self.subject, "provider": self.provider, "createdAt": at}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A user and their account before they are made, of parts that were checked.

    They log in by a password, a provider or both. `is_verified` is whether the address is known to be theirs.
    """

    username: NewUsername
    address: EmailAddress
    display_name: str
    language: Language | None
    password_hash: str | None = None
    identity: ProviderAccount | None = None
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class SignUp:
    """Creates users with an account. `emails` encrypts their addresses and makes the fingerprints; `mail` verifies them."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing
    sessions: Sessions
    devices: DeviceTokens
    names: UsernameRules
    mail: MailWriting

    async def run(
        self,
        username: str,
        email: str,
        password: str,
        display_name: str | None = None,
        once: Once | None = None,
        *,
        client_address: str = "",
        device: str = UNKNOWN,
        language: Language | None = None,
    ) -> SignedIn:
        """Create a user and their account, and sign them in on a device. The default of the display name is the username.

        Where this installation sends mail, a link that verifies the address is sent in their `language`.

        The answer reveals that an e-mail address is taken, so a list of addresses can be checked against the accounts. To answer
        alike, nobody could be signed in before they followed a link.

        A key is one of the e-mail address, of which only a fingerprint is stored.

        Raises:
            AlreadyMade: this was done before, under the same key.
            InvalidInput: an argument breaks its rules; `field` names it.
            Conflict: the username or the e-mail address is taken, or the username looks like that of somebody verified;
                `field` says which.
            Unavailable: too many passwords are being hashed, or the graph is down; nothing was made.
            OutcomeUnknown: the account was made, or perhaps; whoever it is of can log in then.

        """
        address = EmailAddress.of(email)
        wanted = self.names.check(username)
        check_password(password, username, address)
        new = NewAccount(wanted, address, display_name_or(username, display_name), language)
        if once is not None:
            for owner in reversed(self.emails.fingerprints(address.identity)):
                once = once.of(owner)
                await self.writer.graph.check_unused(once)
        new = replace(new, password_hash=await self.passwords.hash(password))
        return await self.create(new, once, client_address=client_address, device=device)

    async def create(
        self, new: NewAccount, once: Once | None = None, *, client_address: str = "", device: str = UNKNOWN
    ) -> SignedIn:
        """Create a user and their account of what was checked, and sign them in; it raises what `run` does."""
        user_id = new_id()
        at = milliseconds_of(user_id)
        mails = [] if new.is_verified else self.mail.notices(MailKind.VERIFY_EMAIL)
        identity = new.identity
        try:
            values = await self.writer.of_viewer(user_id).write(
                "accounts/sign_up",
                events=lambda _: [
                    UserCreated(user_id=user_id, username_key=new.username.key), *(each.requested() for each in mails)
                ],
                once=once,
                made=lambda _: user_id,
                id=user_id,
                username=new.username.text,
                usernameKey=new.username.key,
                skeleton=new.username.skeleton,
                displayName=new.display_name,
                at=at,
                emailHashes=self.emails.fingerprints(new.address.identity),
                emailSealed=self.emails.seal(new.address.written),
                emailVerifiedAt=at if new.is_verified else None,
                passwordHash=new.password_hash,
                language=None if new.language is None else new.language.value,
                signIn=new_sign_in(at, SignInMethod.SIGN_UP, device, network_of(client_address)),
                links=[each.link for each in mails],
                mails=[each.mail for each in mails],
                identities=[] if identity is None else [identity.stored(at)],
            )
        except ConstraintViolated as error:
            raise taken(error) from error
        if values is None:
            raise Conflict("This username is taken, or looks like that of somebody who is verified.", "username")
        user = UserRow.of(values)
        try:
            tokens = await self.sessions.start(user.id, user.key, client_address, device)
        except Unavailable as error:
            raise OutcomeUnknown("The account is made. Log in.") from error
        return SignedIn(user, tokens, self.devices.new(user.id))

    async def repeated(self, user_id: str, username: str) -> None:
        """Remove what a user made stale who signed up before: the process that did it may have ended before that."""
        await self.writer.invalidate([UserCreated(user_id=user_id, username_key=username_key(username) or "")])


def display_name_or(username: str, given: str | None) -> str:
    """Accept a display name; by default it is the username.

    Raises:
        InvalidInput: on `displayName`, when it breaks its rules.

    """
    return display_name_of(username if given is None else given)


def taken(error: ConstraintViolated) -> Conflict:
    """Return the error for the client. The server's message names the property in backquotes, which no value can imitate."""
    if "`usernameKey`" in error.detail:
        return Conflict("This username is taken.", "username")
    if "`emailHash`" in error.detail:
        return Conflict("This e-mail address has an account already.", "email")
    if "`subject`" in error.detail:
        return Conflict("Whom you are at this provider has an account already. Log in by it.")
    return Conflict(error.message)
