"""Log-ins whose password was right and that stopped at the second factor: the owner finds them in the history of sign-ins.

Whether one was completed is certain once its challenge has ended, so they are noted in the process, and written then.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from clock import in_milliseconds, now_ms
from errors import OutcomeUnknown, Unavailable
from graph.ids import id_at, new_id
from services.accounts.client_address import network_of
from services.accounts.sign_in_history import HOUR
from services.events.command_writer import CommandWriter

EVERY = 15.0
"""Seconds between two looks at what has ended."""
CERTAIN_AFTER = timedelta(minutes=6)
"""When it is certain that one was not completed: its challenge has ended a minute ago."""
CERTAIN_UNTIL = timedelta(minutes=9)
"""Until when: an account forgets after ten minutes which were completed. The graph was away for as long, and nobody is told."""
AT_ONCE = 500
"""Most that one statement writes."""
MOST = 10_000
"""Those that wait in a process at most; what else stops until they are written is in the metrics alone."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _FirstStep:
    """Whose password was right, for which challenge, from which network, and when, in milliseconds since 1970 UTC."""

    user_id: str
    challenge_id: str
    network: str
    at: int


@dataclass(frozen=True, slots=True)
class UnfinishedLogIns:
    """Collects first steps of log-ins, and writes those that had no second. What a process that ends has not written is lost."""

    writer: CommandWriter
    _noted: deque[_FirstStep] = field(default_factory=deque)
    """The oldest first."""

    def note(self, user_id: str, challenge_id: str, address: str) -> None:
        """Note that somebody, whose client has this IP address, gave the right password, and is asked for a factor."""
        if len(self._noted) < MOST:
            self._noted.append(_FirstStep(user_id, challenge_id, network_of(address), now_ms()))

    async def run(self) -> None:
        """Write what has stopped, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self, at: int | None = None) -> None:
        """Write what has stopped; what cannot be written waits. `at` is the present time in milliseconds since 1970 UTC."""
        now = at or now_ms()
        while some := self._taken(now):
            try:
                await self.writer.write("sign_ins/note_unfinished", rows=_rows(some), hourAgo=id_at(now_ms() - HOUR, 0))
            except OutcomeUnknown as error:
                log.warning("unfinished_log_ins_perhaps_not_written", error=type(error).__name__)
            except Unavailable as error:
                self._noted.extendleft(reversed(some))
                log.info("unfinished_log_ins_not_written", error=type(error).__name__)
                return

    def _taken(self, now: int) -> list[_FirstStep]:
        """Take some of which it is certain whether they were completed, and forget those of which it is so no more."""
        while self._noted and now - self._noted[0].at > in_milliseconds(CERTAIN_UNTIL):
            self._noted.popleft()
        taken: list[_FirstStep] = []
        while len(taken) < AT_ONCE and self._noted and now - self._noted[0].at >= in_milliseconds(CERTAIN_AFTER):
            taken.append(self._noted.popleft())
        return taken


def _rows(some: list[_FirstStep]) -> list[list[object]]:
    return [[new_id(), each.user_id, each.challenge_id, each.network, each.at] for each in some]
