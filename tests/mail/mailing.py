"""What people and the worker do with mail: operations, and what comes of them in the mailbox."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from services.mail.runner import MailRunner
from tests.api.product import Product
from tests.mail.mailbox import Mailbox
from tests.worlds.delivery import handle, taken
from worker import consumers_of

ACCOUNT = "{ account { email emailVerified language } }"
REQUEST = "mutation ($input: RequestEmailVerificationInput!) { requestEmailVerification(input: $input) { endsAt } }"
VERIFY = "mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { username email } }"
CHANGE = "mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { endsAt } }"
FORGOT = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { endsAt } }"
RESET = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { username } }"
NEW_PASSWORD = "another long passphrase"


@dataclass(frozen=True, slots=True)
class Mailing:
    """A product, a worker's runner of mail, and the mailbox that it sends to."""

    product: Product
    runner: MailRunner
    box: Mailbox

    async def settle(self) -> None:
        """Let the worker act on what happened, but for sending."""
        served = self.product.served
        consumers = consumers_of(served.parts, served.processor, self.runner)
        while events := await taken(self.product.graph):
            await handle(consumers, events)

    async def send(self) -> Sequence[EmailMessage]:
        """Send what is due, and return what came."""
        before = len(self.box.messages)
        while await self.runner.sending.send_due():
            pass
        return self.box.messages[before:]

    async def delivered(self) -> dict[str, EmailMessage]:
        """Let the worker act and send, and return what came by whom it is to."""
        await self.settle()
        return {str(message["To"]): message for message in await self.send()}

    async def token(self, to: str) -> str:
        """Let the worker act and send, and return the token of the mail to an address."""
        return token_of((await self.delivered())[to])

    async def stored(self) -> list[dict[str, Any]]:
        """Return the mails that are still in the graph, without those that are due."""
        return list(await self.product.cypher("MATCH (m:Mail) RETURN collect(properties(m))"))

    async def make_due(self) -> None:
        """Let the pauses of all mails be over."""
        await self.product.cypher("MATCH (m:Mail) SET m.dueAt = 0 RETURN count(*)")


def plain_of(message: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html_of(message: EmailMessage) -> str:
    """Return the HTML of a mail."""
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def token_of(message: EmailMessage) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"#token=([A-Za-z0-9_-]+)", plain_of(message))
    assert found is not None
    return found.group(1)
