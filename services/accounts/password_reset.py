"""A new password for who forgot theirs, by a link in a mail to the address of the account."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from clock import moment, now_ms
from errors import InvalidInput
from graph.rows.mails import LinkPurpose, MailKind
from services.accounts.account_emails import ENDED
from services.accounts.email_addresses import EmailAddress
from services.accounts.link_limits import LinkLimits
from services.accounts.password_rules import check_password
from services.accounts.passwords import Passwords
from services.accounts.personal_tokens import PersonalTokens
from services.accounts.sessions import Sessions
from services.events.account_events import PersonalTokenRevoked, SessionsEnded
from services.events.backoff import TROUBLE
from services.events.command_writer import CommandWriter
from services.events.factor_events import FactorsReset
from services.events.mail_events import PasswordResetRequested
from services.mail.links import digest_of
from services.mail.writing import MailWriting
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """Has links sent, and sets the passwords of who follows them."""

    writer: CommandWriter
    passwords: Passwords
    emails: Sealing
    mail: MailWriting
    sessions: Sessions
    limits: LinkLimits
    tokens: PersonalTokens
    forget_failures: Callable[[str, str, Sequence[str]], Awaitable[None]]
    """Lets who failed to log in too often try again, by their id, username and the fingerprints of their address."""
    forget_failed_factors: Callable[[str], Awaitable[None]]
    """Lets who gave too many wrong second factors try again, by their id."""

    async def request(self, email: str, address: str) -> datetime:
        """Have a link sent to an address, if an account has it, and return when it ends. `address` is the client's IP address.

        Known and unknown addresses get the same answer by the same work: an event is written for either, and only the worker,
        who answers nobody, looks whose the address is.

        Raises:
            InvalidInput: this is not written as an address.
            RateLimited: too many mails to this address, or asked for from this network.
            Unavailable: this installation sends no mail, or Redis or the graph is down.

        """
        self.mail.check_on()
        fingerprints = self.emails.fingerprints(EmailAddress.of(email).identity)
        await self.limits.take_request("reset", fingerprints[0], network=address)
        event = PasswordResetRequested(email_hashes=tuple(fingerprints))
        await self.writer.write("mail/reset_requested", events=lambda _: [event], at=event.at)
        return moment(self.mail.end_of(LinkPurpose.RESET, event.at))

    async def requested(self, event: PasswordResetRequested) -> None:
        """Write the mail, in the worker. The link is as old as the request, so a request that comes again much later writes none.

        Raises:
            Unavailable: the graph is down; the event comes again.

        """
        if self.mail.end_of(LinkPurpose.RESET, event.at) <= now_ms():
            return
        mail = self.mail.new(MailKind.RESET_PASSWORD, event.id, event.at)
        await self.writer.write(
            "accounts/request_reset",
            events=lambda written: [mail.requested()] if written else [],
            emailHashes=event.email_hashes,
            link=mail.link,
            mail=mail.mail,
        )

    async def reset(self, token: str, new_password: str, address: str) -> str:
        """Set a new password by the token of a link, and return the username. `address` is the client's IP address.

        The link proves the address too. All sessions and every other open link of the account end, and the owner is told. Where
        the address was not proved before, whoever signed up with it may have been somebody else: tokens of programs end,
        providers are unlinked, and second factors are removed, which is told as well.

        Raises:
            InvalidInput: on `token`, when the link is not good, or not any more; on `newPassword`, with the rule that it breaks.
            RateLimited: too many links that are not good came from this network.
            Unavailable: this server sends no mail, Redis or the graph is down, or too many passwords are being hashed; nothing
                was changed.

        """
        self.mail.check_on()
        digest = digest_of(token)
        async with self.limits.following(address):
            found = None if digest is None else await self.writer.graph.read("accounts/for_reset", tokenHash=digest, at=now_ms())
            if found is None:
                raise InvalidInput("token", ENDED)
            user_id, username, sealed = found
            address_of_link = EmailAddress(self.emails.unseal(sealed))
            check_password(new_password, username, address_of_link, "newPassword")
            hashed, at = await self.passwords.hash(new_password), now_ms()
            notice = self.mail.new(MailKind.PASSWORD_CHANGED, at=at)
            of_factors = self.mail.new(MailKind.STRANGERS_FACTORS_REMOVED, at=at)
            row = await self.writer.of_viewer(user_id).write(
                "accounts/reset_password",
                events=lambda row: [
                    notice.requested(),
                    SessionsEnded(user_id=user_id, user_key=row[0], latest=now_ms()),
                    *(PersonalTokenRevoked(user_id=user_id, token_id=id_) for id_ in row[1]),
                    *((FactorsReset(user_id=user_id), of_factors.requested()) if row[2] else ()),
                ],
                tokenHash=digest,
                emailHashes=self.emails.fingerprints(address_of_link.identity),
                passwordHash=hashed,
                at=at,
                mail=notice.mail,
                ofFactors=of_factors.mail,
            )
            if row is None:
                raise InvalidInput("token", ENDED)
        await self.sessions.end_all_soon(row[0])
        await self.tokens.tell_revoked(row[1])
        with suppress(*TROUBLE):  # they try again when the window is over
            await self.forget_failures(user_id, username, self.emails.fingerprints(address_of_link.identity))
            await self.forget_failed_factors(user_id)
        return str(username)
