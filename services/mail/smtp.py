"""Sends one mail to an SMTP server, and says what came of it."""

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

ANSWERS = 3
"""How many times the longest wait for one answer a whole mail may take."""
PERMANENT = 500
"""The least code of a reply by which a server says that another try is of no use (RFC 5321, 4.2.1)."""


class Outcome(StrEnum):
    """What became of one try."""

    SENT = "sent"
    FAILED = "failed"
    """It may succeed later."""
    REFUSED = "refused"
    """It never will."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one try, and why: the code of the reply, or the kind of error. Neither names the address."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A server that takes our mail. `timeout` is the longest wait for one answer, in seconds."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str
    password: str = field(repr=False)
    timeout: float

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> Delivery:
        """Send a mail over a connection of its own.

        Only the recipient and the text can be refused for good. Where the server refuses us, such as by our password, by who we
        are or by our own address, the operator mends it, and mails wait until then.
        """
        try:
            async with asyncio.timeout(ANSWERS * self.timeout):
                await aiosmtplib.send(
                    message,
                    sender=sender,
                    recipients=[recipient],
                    hostname=self.host,
                    port=self.port,
                    username=self.user or None,
                    password=self.password or None,
                    use_tls=self.tls == "tls",
                    start_tls=self.tls == "starttls",
                    timeout=self.timeout,
                )
        except SMTPRecipientsRefused as error:
            return _answered(error.recipients[0])
        except SMTPDataError as error:
            return _answered(error)
        except SMTPResponseException as error:
            return Delivery(Outcome.FAILED, str(error.code))
        except (SMTPException, OSError) as error:  # a time-out is an OSError as well
            return Delivery(Outcome.FAILED, type(error).__name__)
        return Delivery(Outcome.SENT)


def _answered(error: SMTPResponseException) -> Delivery:
    return Delivery(Outcome.REFUSED if error.code >= PERMANENT else Outcome.FAILED, str(error.code))
