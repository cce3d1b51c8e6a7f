"""The e-mail address of an account: shown to its owner, and verified by a link in a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clock import moment, now_ms
from errors import Conflict, InvalidInput, Unauthenticated
from graph.errors import ConstraintViolated
from graph.rows.mails import Language, LinkPurpose, MailKind
from services.accounts.email_addresses import EmailAddress
from services.accounts.link_limits import LinkLimits
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.mail.links import digest_of
from services.mail.writing import MailWriting, NewMail
from services.sealing import Sealing

ENDED = "This link was used, or has ended. Ask for another mail."
"""Said of every link that is not good, so that it reveals nothing about others."""


@dataclass(frozen=True, slots=True)
class AccountEmail:
    """What an account says of its address. Mails are in `language`."""

    email: str
    email_verified: bool
    language: Language


@dataclass(frozen=True, slots=True)
class VerifiedEmail:
    """An address that was verified, and whose it is."""

    username: str
    email: str


@dataclass(frozen=True, slots=True)
class AccountEmails:
    """Shows and verifies addresses. `language` is that of accounts which say nothing."""

    writer: CommandWriter
    emails: Sealing
    mail: MailWriting
    limits: LinkLimits
    language: Language

    async def of(self, viewer: Viewer) -> AccountEmail:
        """Return the viewer's own address.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        row = await self.writer.of_viewer(viewer.id).graph.read("accounts/email", viewer=viewer.id)
        if row is None:
            raise Unauthenticated
        sealed, verified_at, language = row
        return AccountEmail(self.emails.unseal(sealed), verified_at is not None, Language(language or self.language))

    async def request_verification(self, viewer: Viewer, language: Language | None = None) -> datetime:
        """Have a link sent to the viewer's address, and return when it ends. From now on their mails are in `language`, if given.

        Raises:
            Conflict: it is verified already.
            RateLimited: too many links were asked for.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: this installation sends no mail, or Redis or the graph is down.

        """
        mail = self.mail.new(MailKind.VERIFY_EMAIL)
        await self.limits.take_request("verification", viewer.id)
        written = await self.writer.of_viewer(viewer.id).write(
            "accounts/request_verification",
            events=lambda written: [mail.requested()] if written else [],
            viewer=viewer.id,
            language=None if language is None else language.value,
            link=mail.link,
            mail=mail.mail,
        )
        if written is None:
            raise Unauthenticated
        if not written:
            raise Conflict("This e-mail address is verified already.")
        return moment(self.mail.end_of(LinkPurpose.VERIFY, now_ms()))

    async def verify(self, viewer: Viewer | None, token: str, address: str) -> VerifiedEmail:
        """Follow a link: its address is verified, and from now on that of its account. `address` is the client's IP address.

        Whoever has the token received the mail, so nobody need be signed in; but who is, cannot follow a link of another account.

        Raises:
            InvalidInput: on `token`, when the link is not good, or not any more.
            Conflict: somebody else has this address by now.
            RateLimited: too many links that are not good came from this network.
            Unavailable: this server sends no mail, or Redis or the graph is down.

        """
        notice = self.mail.new(MailKind.EMAIL_CHANGED)
        async with self.limits.following(address):
            row = await self._follow(None if viewer is None else viewer.id, digest_of(token), notice)
            if row is None:
                raise InvalidInput("token", ENDED)
        username, sealed, _ = row
        return VerifiedEmail(username, self.emails.unseal(sealed))

    async def _follow(self, viewer: str | None, digest: str | None, notice: NewMail) -> Sequence[Any] | None:
        at = now_ms()
        sealed = None if digest is None else await self.writer.graph.read("accounts/address_of_link", tokenHash=digest, at=at)
        if sealed is None:
            return None
        address = EmailAddress(self.emails.unseal(sealed))
        try:
            row: Sequence[Any] | None = await self.writer.write(
                "accounts/verify_email",
                events=lambda row: [notice.requested()] if row[2] else [],
                tokenHash=digest,
                viewer=viewer,
                emailHashes=self.emails.fingerprints(address.identity),
                emailSealed=self.emails.seal(address.written),
                at=at,
                mail=notice.mail,
            )
        except ConstraintViolated as error:
            raise Conflict("This e-mail address has another account by now.", "email") from error
        return row
