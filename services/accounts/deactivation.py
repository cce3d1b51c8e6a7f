"""Deactivation hides an account at once; logging in again within a window reactivates it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from clock import in_milliseconds, moment, now_ms
from graph.rows.users import UserRow, UserState
from services.accounts.own_password import OwnPassword, changed_meanwhile
from services.accounts.sessions import Sessions
from services.accounts.viewer import Viewer
from services.events.account_events import SessionsEnded
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Deactivation:
    """Deactivates accounts. A stolen session is not enough: the password is needed, and a proof a short time ago.

    `life` is the time within which the account can be reactivated.
    """

    writer: CommandWriter
    own_password: OwnPassword
    sessions: Sessions
    life: timedelta

    async def run(self, viewer: Viewer, password: str | None, address: str) -> datetime:
        """Hide the viewer from everybody, end their sessions, and return the time until which logging in brings them back.

        `address` is the IP address of the client.

        Raises:
            InvalidInput: this is not their password, or not any more.
            RateLimited: it was wrong too often within the window.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: Redis or the graph is down, or too many passwords are being checked; the attempt is not counted.

        """
        stored = await self.own_password.check(viewer, password, address)
        at = now_ms()
        key = await self.writer.of_viewer(viewer.id).write(
            "accounts/deactivate", events=_hidden(viewer.id), id=viewer.id, at=at, stored=stored
        )
        if key is None:
            raise changed_meanwhile()
        await self.sessions.end_all_soon(key)
        return moment(at) + self.life


@dataclass(frozen=True, slots=True)
class Reactivation:
    """Reactivates accounts; `life` is the time after deactivation within which it is possible."""

    writer: CommandWriter
    life: timedelta

    async def run(self, user: UserRow) -> UserRow:
        """Reactivate an account, and return the row after it: unchanged if it is too late, or if it was not deactivated.

        Raises:
            Unavailable: the graph is down.

        """
        if user.state is not UserState.DEACTIVATED:
            return user
        since = now_ms() - in_milliseconds(self.life)

        def events(row: Sequence[Any]) -> list[UserUpdated]:
            return [UserUpdated(user_id=user.id, user_key=user.key)] if row[0] else []

        row = await self.writer.of_viewer(user.id).write(
            "accounts/reactivate", events=events, id=user.id, since=since
        )
        return user if row is None else UserRow.of(row[1])


def _hidden(user_id: str) -> Any:
    def events(key: int) -> list[Event]:
        return [UserUpdated(user_id=user_id, user_key=key), SessionsEnded(user_id=user_id, user_key=key, latest=now_ms())]

    return events
