"""Links that ended are forgotten, and mails that could not be sent when their time is over."""

from dataclasses import dataclass

from clock import now_ms
from services.events.command_writer import CommandWriter

BATCH = 1_000
"""Nodes of one transaction; the next run takes the rest."""


@dataclass(frozen=True, slots=True)
class MailForgetting:
    """The links and mails of everybody."""

    writer: CommandWriter

    async def run(self) -> None:
        """Forget some.

        Raises:
            Unavailable: the graph is away; the next run does it.

        """
        await self.writer.write("mail/forget_links", before=now_ms(), most=BATCH)
        await self.writer.write("mail/forget", at=now_ms(), most=BATCH)
