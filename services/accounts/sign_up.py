"""Signing up: a new user with an account, in one transaction."""

from dataclasses import dataclass

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
from services.accounts.names import UsernameRules, display_name_of, username_key
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
        wanted = self.names.check(username)
        address = EmailAddress.of(email)
        check_password(password, username, address)
        name = display_name_of(username if display_name is None else display_name)
        fingerprints = self.emails.fingerprints(address.identity)
        if once is not None:
            for owner in reversed(fingerprints):
                once = once.of(owner)
                await self.writer.graph.check_unused(once)
        password_hash = await self.passwords.hash(password)
        user_id = new_id()
        mails = self.mail.notices(MailKind.VERIFY_EMAIL)
        try:
            values = await self.writer.of_viewer(user_id).write(
                "accounts/sign_up",
                events=lambda _: [
                    UserCreated(user_id=user_id, username_key=wanted.key), *(each.requested() for each in mails)
                ],
                once=once,
                made=lambda _: user_id,
                id=user_id,
                username=username,
                usernameKey=wanted.key,
                skeleton=wanted.skeleton,
                displayName=name,
                at=milliseconds_of(user_id),
                emailHashes=fingerprints,
                emailSealed=self.emails.seal(address.written),
                passwordHash=password_hash,
                language=None if language is None else language.value,
                signIn=new_sign_in(milliseconds_of(user_id), SignInMethod.SIGN_UP, device, network_of(client_address)),
                links=[each.link for each in mails],
                mails=[each.mail for each in mails],
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


def taken(error: ConstraintViolated) -> Conflict:
    """Return the error for the client. The server's message names the property in backquotes, which no value can imitate."""
    if "`usernameKey`" in error.detail:
        return Conflict("This username is taken.", "username")
    if "`emailHash`" in error.detail:
        return Conflict("This e-mail address has an account already.", "email")
    return Conflict(error.message)
