"""Leaving and coming back: who deactivates their account is hidden at once, and has it back by logging in soon enough."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from errors import InvalidInput, Unauthenticated, Unavailable
from graph.rows import Event, UserRow, moment
from services.accounts.passwords import Passwords
from services.accounts.viewer import Viewer
from services.changes import Changes
from services.events import facts
from services.limits import Allowance, Limits

DEACTIVATED = "DEACTIVATED"


@dataclass(frozen=True, slots=True)
class Deactivation:
    """Deactivates accounts. A stolen token is not enough: it takes the password, which may be wrong only so often."""

    changes: Changes
    passwords: Passwords
    limits: Limits
    attempts: int
    window: timedelta
    life: timedelta

    async def run(self, viewer: Viewer, password: str) -> datetime:
        """Hide the viewer from everybody, and tell until when logging in brings them back.

        Raises:
            InvalidInput: this is not their password.
            RateLimited: it was wrong too often within the window.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        changes = self.changes.of_viewer(viewer.id)
        attempt = Allowance("deactivation", viewer.id, self.attempts, self.window)
        await self.limits.take(attempt)
        try:
            stored = await changes.graph.read("accounts/password_hash", id=viewer.id)
            right = await self.passwords.verify(stored, password)
        except Unavailable:
            await self.limits.give_back(attempt)
            raise
        if stored is None:
            raise Unauthenticated
        if not right:
            raise InvalidInput("password", "This is not your password.")
        await self.limits.reset(attempt)
        at = _now()
        key = await changes.write("accounts/deactivate", events=_hidden(viewer.id), id=viewer.id, at=at)
        if key is None:
            raise Unauthenticated
        return moment(at) + self.life


@dataclass(frozen=True, slots=True)
class Reactivation:
    """Gives accounts back; `life` is how long after deactivating."""

    changes: Changes
    life: timedelta

    async def run(self, person: UserRow) -> UserRow:
        """Give somebody as they are once they are back: as they were if it is too late, or they never left.

        Raises:
            Unavailable: the graph is down.

        """
        if person.state != DEACTIVATED:
            return person
        since = _now() - self.life // timedelta(milliseconds=1)

        def events(row: Sequence[Any]) -> list[Event]:
            return [facts.user_updated(user_id=person.id, user_key=person.key)] if row[0] else []

        row = await self.changes.of_viewer(person.id).write(
            "accounts/reactivate", events=events, id=person.id, since=since
        )
        return person if row is None else UserRow.of(row[1])


def _now() -> int:
    return time.time_ns() // 1_000_000


def _hidden(user_id: str) -> Any:
    def events(key: int) -> list[Event]:
        return [facts.user_updated(user_id=user_id, user_key=key)]

    return events
