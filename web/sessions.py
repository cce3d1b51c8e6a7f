"""Sessions of clients: whose a connection is, when it ends, and what else ends it."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeAlias

from clock import now_ms
from web.endings import REVOKED, TOKEN_ENDED, Ending
from web.execution import ContextT
from web.revocations import Revocations


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and until when, in milliseconds since 1970 UTC.

    `id` is that of what may be revoked before, by which the connection ends as `revoked`.
    """

    person: Hashable
    ends_at: int
    id: str | None = None
    revoked: Ending = REVOKED


SessionOf: TypeAlias = Callable[[ContextT], Session | None]
"""Returns the session that a context belongs to; None when nobody is signed in."""


def no_session(_context: object) -> None:
    """Return that nobody is ever signed in."""


class SessionTimer:
    """Calls back with how a connection ends when its session does. The session may be replaced by a longer one."""

    __slots__ = ("_end", "_revocations", "_session", "_timer", "_watched")

    def __init__(self, end: Callable[[Ending], None], revocations: Revocations) -> None:
        """Begin without a session, which never ends."""
        self._end = end
        self._revocations = revocations
        self._watched: str | None = None
        self._session: Session | None = None
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, session: Session | None) -> None:
        """Wait for the end of this session, and no longer for that of another."""
        self.stop()
        self._session = session
        self.check()
        if self._session is not None and (id_ := self._session.id) is not None:
            self._watched = id_
            self._revocations.watch(id_, self._revoked)

    def check(self) -> None:
        """Call back if the session has ended: timers stand still while a machine sleeps, and sessions do not."""
        self._stop_timer()
        if self._session is None:
            return
        left = self._session.ends_at - now_ms()
        if left <= 0:
            self._session = None
            self._end(TOKEN_ENDED)
        else:
            self._timer = asyncio.get_running_loop().call_later(left / 1_000, self.check)

    def stop(self) -> None:
        """Wait for nothing."""
        self._stop_timer()
        if self._watched is not None:
            self._revocations.forget(self._watched, self._revoked)
            self._watched = None

    def _revoked(self) -> None:
        if self._session is not None:
            self._end(self._session.revoked)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
