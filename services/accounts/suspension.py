"""Suspending users, for operators: hidden from everybody, and unable to sign in, until they are restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from services.accounts.names import username_key
from services.events.command_writer import CommandWriter
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspends and restores accounts; to do either again changes nothing."""

    writer: CommandWriter

    async def suspend(self, username: str) -> bool:
        """Suspend somebody, and return whether that changed anything.

        Raises:
            NotFound: nobody has this username.

        """
        return await self._write("accounts/suspend", username)

    async def restore(self, username: str) -> bool:
        """End a suspension, and return whether there was one. An account that was deactivated before is deactivated again.

        Raises:
            NotFound: nobody has this username.

        """
        return await self._write("accounts/restore", username)

    async def _write(self, name: str, username: str) -> bool:
        def events(row: Sequence[Any]) -> list[UserUpdated]:
            id_, key, changed = row
            return [UserUpdated(user_id=id_, user_key=key)] if changed else []

        row = await self.writer.write(name, events=events, usernameKey=username_key(username.removeprefix("@")))
        if row is None:
            raise NotFound("person")
        return bool(row[2])
