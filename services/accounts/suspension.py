"""Suspending people, for operators: hidden from everybody, and unable to sign in, until they are restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.outbox import OutboxEvent
from services.accounts.names import username_key
from services.events import facts
from services.events.command_writer import CommandWriter


@dataclass(frozen=True, slots=True)
class Suspension:
    """Suspends and restores; either twice is as good as once."""

    writer: CommandWriter

    async def suspend(self, username: str) -> bool:
        """Hide somebody, and tell whether that is new.

        Raises:
            NotFound: nobody has this username.

        """
        return await self._write("accounts/suspend", username)

    async def restore(self, username: str) -> bool:
        """Take a suspension back, and tell whether there was one. Who had deactivated their account finds it so.

        Raises:
            NotFound: nobody has this username.

        """
        return await self._write("accounts/restore", username)

    async def _write(self, name: str, username: str) -> bool:
        def events(row: Sequence[Any]) -> list[OutboxEvent]:
            id_, key, changed = row
            return [facts.user_updated(user_id=id_, user_key=key)] if changed else []

        row = await self.writer.write(name, events=events, usernameKey=username_key(username.removeprefix("@")))
        if row is None:
            raise NotFound("person")
        return bool(row[2])
