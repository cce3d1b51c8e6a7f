"""Sends mails in a worker: at once when one is asked for, and every few seconds for whatever is due again."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from services.events.backoff import TROUBLE, Backoff
from services.events.mail_events import MailRequested
from services.mail.sending import MailSending

LOOK_EVERY = 5.0
"""Seconds between looks at what is due: an idle look is one seek in an index."""
GRACE = 10.0
"""Seconds within which a stopping worker finishes what it sends, so that it need not be sent again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailRunner:
    """Sends what is due, apart from the consumers of events: a server that hangs holds up mails alone."""

    sending: MailSending
    look_every: float = LOOK_EVERY
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    async def requested(self, _event: MailRequested) -> None:
        """Look at once. The mail stands in the graph, so nothing is lost where this process ends before."""
        self._some.set()

    async def run(self) -> None:
        """Work until cancelled. A graph that is away is waited for."""
        backoff = Backoff(self.look_every)
        while True:
            self._some.clear()
            try:
                tried = await self._finished()
                backoff.reset()
            except TROUBLE as error:
                log.warning("mail_interrupted", error=type(error).__name__)
                await backoff.wait()
                continue
            if not tried:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.look_every):
                        await self._some.wait()

    async def _finished(self) -> int:
        """Send what is due to its end, also when cancelled meanwhile."""
        work = asyncio.ensure_future(self.sending.send_due())
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait([work], timeout=GRACE)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            raise
