"""When sessions and tokens of programs were last used: noted in the process, and written behind, by the minute."""

import asyncio
from dataclasses import dataclass, field

import structlog

from clock import now_ms
from errors import Unavailable
from keyspace.sessions import SessionKey, SessionStore
from services.accounts.viewer import Viewer
from services.events.backoff import TROUBLE
from services.events.command_writer import CommandWriter

MINUTE = 60_000
"""Milliseconds. A finer time would cost a write for each request."""
EVERY = 60.0
"""Seconds between two writes of a process."""
AT_ONCE = 1_000
"""Most tokens that one statement writes."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LastUses:
    """Collects uses, and writes them once a minute while it runs. What a process that dies has not written is lost."""

    writer: CommandWriter
    sessions: SessionStore
    _noted: dict[str, int] = field(default_factory=dict)
    """The minute of the last use that is to be written, by the id of the token."""
    _seen: dict[SessionKey, int] = field(default_factory=dict)
    """The same of sessions."""

    def note(self, token_id: str) -> None:
        """Note that a token is used now."""
        self._noted[token_id] = now_ms() // MINUTE * MINUTE

    def note_session(self, viewer: Viewer) -> None:
        """Note that the session of a viewer's token is used now."""
        if (session := viewer.session) is not None:
            self._seen[session] = now_ms() // MINUTE * MINUTE

    async def run(self) -> None:
        """Write what was noted, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """Write what was noted; what cannot be written waits for the next time."""
        await self._write_sessions()
        while self._noted:
            some = [(id_, self._noted.pop(id_)) for id_ in list(self._noted)[:AT_ONCE]]
            try:
                await self.writer.write("personal_tokens/used", rows=[list(each) for each in some])
            except Unavailable as error:
                for id_, at in some:
                    self._noted.setdefault(id_, at)
                log.info("last_uses_not_written", error=type(error).__name__)
                return

    async def _write_sessions(self) -> None:
        while self._seen:
            some = {each: self._seen.pop(each) for each in list(self._seen)[:AT_ONCE]}
            try:
                await self.sessions.note_seen(some)
            except TROUBLE as error:
                self._seen.update({each: at for each, at in some.items() if each not in self._seen})
                log.info("last_uses_not_written", error=type(error).__name__)
                return
