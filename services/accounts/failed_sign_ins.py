"""Tries to sign in that failed, for the history of whose account it is: noted in the process, and written behind.

So a try at an account costs the same as one at a name that nobody has: nothing of it is written before the answer.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import structlog

from clock import now_ms
from errors import OutcomeUnknown, Unavailable
from graph.ids import id_at
from graph.rows.sign_ins import SignInMethod
from services.accounts.client_address import network_of
from services.accounts.sign_in_history import HOUR
from services.events.command_writer import CommandWriter

EVERY = 15.0
"""Seconds between two writes of a process."""
AT_ONCE = 500
"""Most runs of tries that one statement writes."""
MOST = 10_000
"""Runs that wait in a process at most, about a megabyte; what else fails until they are written is in the metrics alone."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Run:
    """Whose account, from which network and by what."""

    user_id: str
    network: str
    method: SignInMethod


@dataclass(slots=True)
class _Tries:
    """How many tries, and when the first and the last were, in milliseconds since 1970 UTC."""

    count: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """Collects failures, and writes them every few seconds while it runs. What a process that dies has not written is lost.

    Limits bound how many there are of an account; those from one network within an hour are one row.
    """

    writer: CommandWriter
    _noted: dict[_Run, _Tries] = field(default_factory=dict)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while what is still noted is being written, or it would be written twice."""

    def note(self, user_id: str, address: str, method: SignInMethod) -> None:
        """Note that somebody, whose client has this IP address, failed to prove to be the owner of an account."""
        run, at = _Run(user_id, network_of(address), method), now_ms()
        if (tries := self._noted.get(run)) is not None:
            tries.count, tries.last_at = tries.count + 1, at
        elif len(self._noted) < MOST:
            self._noted[run] = _Tries(1, at, at)

    async def run(self) -> None:
        """Write what was noted, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """Write what was noted. What cannot be written waits for the next time, as does what was being written when cancelled.

        What perhaps was written is not written again.
        """
        async with self._writing:
            while some := {run: replace(self._noted[run]) for run in list(self._noted)[:AT_ONCE]}:
                try:
                    await self.writer.write("sign_ins/note_failed", rows=_rows(some), hourAgo=id_at(now_ms() - HOUR, 0))
                except OutcomeUnknown as error:
                    log.warning("failed_sign_ins_perhaps_not_written", error=type(error).__name__)
                except Unavailable as error:
                    log.info("failed_sign_ins_not_written", error=type(error).__name__)
                    return
                self._forget(some)

    def _forget(self, written: Mapping[_Run, _Tries]) -> None:
        """Forget what was written, but for tries that came meanwhile."""
        for run, tries in written.items():
            noted = self._noted[run]
            noted.count, noted.first_at = noted.count - tries.count, noted.last_at
            if noted.count == 0:
                del self._noted[run]


def _rows(noted: Mapping[_Run, _Tries]) -> list[list[object]]:
    return [
        [
            # Of the moment of the first, by which the history is ordered.
            id_at(tries.first_at, secrets.randbits(74)), run.user_id, run.method.value, run.network, tries.count,
            tries.first_at, tries.last_at,
        ]
        for run, tries in noted.items()
    ]
