"""Suspending people, for operators: hidden from everybody, and unable to sign in, until they are restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from services.accounts.names import username_key
from services.events.command_writer import CommandWriter
from services.events.user_events import UserUpdated


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspends and restores; either twice is as good as once."""

    writer: CommandWriter

    async def suspend(self, username: str) -> bool:
        """Hide somebody, and return whether that is new.

        Raises:
            NotFound: nobody has this username.

        """
        return await self._write("accounts/suspend", username)

    async def restore(self, username: str) -> bool:
        """Take a suspension back, and return whether there was one. Who had deactivated their account finds it so.

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
