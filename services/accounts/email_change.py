"""Changing the e-mail address of an account: a link to the new one, a warning to the one of now."""

from dataclasses import dataclass
from datetime import datetime

from clock import moment, now_ms
from errors import InvalidInput
from graph.rows.mails import LinkPurpose, MailKind
from services.accounts.email_addresses import EmailAddress
from services.accounts.link_limits import LinkLimits
from services.accounts.own_password import OwnPassword, changed_meanwhile
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.mail.writing import MailWriting
from services.sealing import Sealing


@dataclass(frozen=True, slots=True)
class EmailChange:
    """Asks for changes of addresses."""

    writer: CommandWriter
    own_password: OwnPassword
    emails: Sealing
    mail: MailWriting
    links: LinkLimits

    async def request(self, viewer: Viewer, new_email: str, password: str | None, client: str) -> datetime:
        """Have a link sent to a new address, and return when it ends. Nothing changes before it is followed.

        `client` is the IP address of the client.

        Whether somebody else has that address is said to who follows the link, who owns it, and to nobody before.

        Raises:
            InvalidInput: the address is none or the viewer's already, or this is not their password; `field` names it.
            RateLimited: the password was wrong too often, or too many links were asked for.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: this installation sends no mail; Redis or the graph is down, or too many passwords are being checked.

        """
        address = _read(new_email)
        fingerprints = self.emails.fingerprints(address.identity)
        mail, notice = self.mail.new(MailKind.CONFIRM_EMAIL), self.mail.new(MailKind.EMAIL_CHANGE_REQUESTED)
        stored = await self.own_password.check(viewer, password, client)
        await self.links.take_request("email-change", viewer.id, fingerprints[0])
        written = await self.writer.of_viewer(viewer.id).write(
            "accounts/request_email_change",
            events=lambda written: [mail.requested(), notice.requested()] if written else [],
            viewer=viewer.id,
            stored=stored,
            emailHashes=fingerprints,
            emailSealed=self.emails.seal(address.written),
            at=now_ms(),
            link=mail.link,
            mail=mail.mail,
            notice=notice.mail,
        )
        if written is None:
            raise changed_meanwhile()
        if not written:
            raise InvalidInput("newEmail", "This is your e-mail address already.")
        return moment(self.mail.end_of(LinkPurpose.CHANGE, now_ms()))


def _read(new_email: str) -> EmailAddress:
    """Read the new address; what is wrong with it is said of the argument of this name."""
    try:
        return EmailAddress.of(new_email)
    except InvalidInput as error:
        raise InvalidInput("newEmail", error.message) from error
