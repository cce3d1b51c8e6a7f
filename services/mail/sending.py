"""Sends mails that are due, each by one worker at a time, until a server has taken or refused them, or nobody needs them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from clock import moment, now_ms
from graph.rows.mails import Language, LinkPurpose, Mail, MailState
from services.events.backoff import jittered
from services.events.command_writer import CommandWriter
from services.mail.links import LinkTokens
from services.mail.message import Sender, compose
from services.mail.metrics import MailMetrics
from services.mail.smtp import ANSWERS, Delivery, Outcome, SmtpServer
from services.mail.texts import MailTexts
from services.mail.writing import PURPOSES
from services.sealing import KeyMissing, Sealing

AT_ONCE = 8
"""Mails that one worker sends at a time, each over a connection of its own."""
FIRST_PAUSE = 15.0
"""Seconds before the second try; each further pause is twice as long."""
LONGEST_PAUSE = 3_600.0
"""Seconds of the longest pause: servers that put strangers off at first take them within the hour."""
TRIED_FOR = 2 * 86_400_000
"""Milliseconds for which a mail without a link is tried; one with a link is tried until the link ends."""
RETAINED_FOR = 30 * 86_400_000
"""Milliseconds for which a mail that could not be sent is retained, so that an operator finds out why."""
CLAIM = ANSWERS + 2
"""How many times the longest wait for one answer a worker has a mail to itself; then it was killed, and others try."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LinkPages:
    """Where links lead: the pages of a frontend below one address. A token stands behind #, so no server logs it."""

    address: str

    def link(self, purpose: LinkPurpose, token: str) -> str:
        """Return a link."""
        page = "reset-password" if purpose is LinkPurpose.RESET else "verify-email"
        return f"{self.address.rstrip('/')}/{page}#token={token}"


@dataclass(frozen=True, slots=True)
class MailSending:
    """Sends what is due. `language` is that of whom no other is known of."""

    writer: CommandWriter
    server: SmtpServer
    sender: Sender
    texts: MailTexts
    emails: Sealing
    tokens: LinkTokens
    pages: LinkPages
    language: Language
    metrics: MailMetrics

    async def send_due(self) -> int:
        """Try to send some of what is due, and return how many that were.

        Raises:
            Unavailable: the graph is away; what was not finished is tried again when its claim is over.

        """
        ids = await self.writer.graph.read("mail/due", at=now_ms(), most=AT_ONCE)
        await asyncio.gather(*(self.send(id_) for id_ in ids))
        return len(ids)

    async def send(self, id_: str) -> None:
        """Try to send one mail, unless another worker has it.

        A worker that is killed after the server took it, and before that is written, lets it be sent twice; both have the same
        Message-ID.

        Raises:
            Unavailable: the graph is away.

        """
        at = now_ms()
        until = at + int(CLAIM * self.server.timeout * 1_000)
        row = await self.writer.write("mail/claim", id=id_, at=at, until=until)
        if row is None:
            return
        mail = Mail.of(row)
        if mail.kind in PURPOSES and (mail.link is None or not mail.link.is_unused):
            await self.writer.write("mail/done", id=id_)  # its link was followed, or ended
        elif at >= _last_try(mail):
            await self._end(mail, MailState.EXPIRED, None)
        else:
            await self._finish(mail, await self._tried(mail))

    async def _tried(self, mail: Mail) -> Delivery:
        """Send a mail. Whatever breaks is a failed try of this mail, and holds up no other."""
        try:
            recipient = self.emails.unseal(mail.to_sealed)
            language = mail.language or self.language
            link, end = self._link(mail), None if mail.link is None else moment(mail.link.expires_at)
            text = self.texts.of(mail.kind, language, mail.username, recipient, link, end)
            message = compose(mail, text, language, self.sender, recipient)
            return await self.server.send(message, self.sender.address, recipient)
        except KeyMissing as error:  # its key by id; tried again, since the secret may come back
            return Delivery(Outcome.FAILED, str(error))
        except Exception as error:  # noqa: BLE001  # as of a handler of events
            return Delivery(Outcome.FAILED, type(error).__name__)

    def _link(self, mail: Mail) -> str | None:
        if mail.link is None:
            return None
        token = self.tokens.again(mail.id, mail.link.token_hash)
        if token is None:
            raise LookupError("the secret of this link is gone")
        return self.pages.link(PURPOSES[mail.kind], token)

    async def _finish(self, mail: Mail, delivery: Delivery) -> None:
        """Note how a try ended."""
        self.metrics.tries.labels(delivery.outcome.value).inc()
        if delivery.outcome is Outcome.SENT:
            await self.writer.write("mail/done", id=mail.id)
            log.info("mail_sent", **_named(mail))
        elif delivery.outcome is Outcome.REFUSED:
            await self._end(mail, MailState.REFUSED, delivery.reason)
        else:
            pause = jittered(pause_after(mail.attempts))
            due = min(now_ms() + int(pause * 1_000), _last_try(mail))
            await self._not_sent(mail, MailState.WAITING, due, delivery.reason)
            log.warning("mail_failed", **_named(mail), reason=delivery.reason, retry_after=round(pause))

    async def _end(self, mail: Mail, state: MailState, reason: str | None) -> None:
        await self._not_sent(mail, state, now_ms() + RETAINED_FOR, reason)
        log.warning("mail_given_up", **_named(mail), state=state.value, reason=reason)

    async def _not_sent(self, mail: Mail, state: MailState, due: int, reason: str | None) -> None:
        await self.writer.write("mail/not_sent", id=mail.id, state=state.value, dueAt=due, reason=reason)


def pause_after(attempts: int) -> float:
    """Return the seconds to wait after so many tries."""
    return float(min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE))


def _last_try(mail: Mail) -> int:
    """Return until when a mail is tried, in milliseconds since 1970 UTC."""
    return mail.created_at + TRIED_FOR if mail.link is None else mail.link.expires_at


def _named(mail: Mail) -> Mapping[str, object]:
    """Return what a line of the log says of a mail: never the address."""
    return {"mail": mail.id, "kind": mail.kind.value, "attempt": mail.attempts}
