"""Sessions of clients: whose a connection is, and when it ends."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

from clock import now_ms
from web.execution import ContextT


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and until when, in milliseconds since 1970 UTC."""

    person: Hashable
    ends_at: int


SessionOf: TypeAlias = Callable[[ContextT], Session | None]
"""Returns the session that a context belongs to; None when nobody is signed in."""


def no_session(_context: object) -> None:
    """Return that nobody is ever signed in."""


class SessionTimer:
    """Calls back when a session ends. The session may be replaced by a longer one."""

    __slots__ = ("_ended", "_session", "_timer")

    def __init__(self, ended: Callable[[], None]) -> None:
        """Begin without a session, which never ends."""
        self._ended = ended
        self._session: Session | None = None
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, session: Session | None) -> None:
        """Wait for the end of this session, and no longer for that of another."""
        self.stop()
        self._session = session
        self.check()

    def check(self) -> None:
        """Call back if the session has ended: timers stand still while a machine sleeps, and sessions do not."""
        self.stop()
        if self._session is None:
            return
        left = self._session.ends_at - now_ms()
        if left <= 0:
            self._session = None
            self._ended()
        else:
            self._timer = asyncio.get_running_loop().call_later(left / 1_000, self.check)

    def stop(self) -> None:
        """Wait for nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
