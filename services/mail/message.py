"""Puts a mail together as it is sent."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Self

from clock import moment
from graph.rows.mails import Language, Mail
from services.mail.texts import MailText

POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes ASCII. The policy refuses line ends in headers, and folds and encodes whatever else they hold."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mails are from: what the installation calls itself, and its address."""

    name: str
    address: str

    @classmethod
    def of(cls, written: str) -> Self:
        """Read `Rookery <no-reply@example.org>`.

        Raises:
            ValueError: this is no address.

        """
        name, address = parseaddr(written)
        local, at, domain = address.rpartition("@")
        if not (local and at and domain and address.isascii()) or any(character.isspace() for character in address):
            raise ValueError("this is not written as Name <address@example.org>")
        return cls(" ".join(name.split()) or domain, address)

    @property
    def domain(self) -> str:
        """What follows the @ of the address."""
        return self.address.rpartition("@")[2]


def compose(mail: Mail, text: MailText, language: Language, sender: Sender, recipient: str) -> EmailMessage:
    """Return the message of a mail, the same at each try: its Message-ID and its date are those of the request.

    All mails of ours answer what somebody did, so they are marked as sent by a program (RFC 3834), and have no
    `List-Unsubscribe`: nobody can leave what keeps their account safe.
    """
    message = EmailMessage(POLICY)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = text.subject
    message["Date"] = format_datetime(moment(mail.created_at))
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.plain, cte="quoted-printable")
    message.add_alternative(text.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language.lower()
    return message
