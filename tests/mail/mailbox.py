"""A real SMTP server on loopback that tests tell what to answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


@dataclass(slots=True)
class Mailbox:
    """What came, and what is answered: to the recipient of an address, to a sender, and to the next mails."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    sender: str = OK
    answers: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, the server has a mail and says nothing."""
    logins: list[str] = field(default_factory=list)

    def empty(self) -> None:
        """Forget everything, and answer as servers do."""
        for each in (self.messages, self.recipients, self.answers, self.logins):
            each.clear()
        self.sender = OK
        self.gate.set()

    async def handle_MAIL(  # noqa: N802 - what aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipients.get(address, OK)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, EmailMessage, policy=default))
        await self.gate.wait()
        return self.answers.pop(0) if self.answers else OK

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(f"{mechanism} {data.login.decode()}:{data.password.decode()}")
        return AuthResult(success=data.password == b"right", handled=False)


@asynccontextmanager
async def mailbox(tls: ssl.SSLContext | None = None, *, asks_who: bool = False) -> AsyncIterator[Mailbox]:
    """Serve until the block ends. With `tls`, mail is taken only after STARTTLS; with `asks_who`, only after a log-in."""
    box, loop = Mailbox(), asyncio.get_running_loop()
    box.gate.set()
    opened: list[SMTP] = []

    def connected() -> SMTP:
        opened.append(SMTP(
            box,
            hostname="localhost",
            loop=loop,
            tls_context=tls,
            require_starttls=tls is not None,
            auth_required=asks_who,
            auth_require_tls=tls is not None,
            authenticator=box.authenticate,
        ))
        return opened[-1]

    server = await loop.create_server(connected, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        box.gate.set()
        server.close()
        for each in opened:
            _close(each)
        await server.wait_closed()
        await asyncio.sleep(0)  # the loop closes their sockets in its next turn


def _close(connection: SMTP) -> None:
    """Close a connection, also one whose encryption failed: aiosmtpd leaves its socket open."""
    for transport in (connection.transport, connection._original_transport):
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
