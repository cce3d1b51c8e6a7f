"""A process to be killed: it sends mail, as a worker of the settings does. `python -m tests.mail.killable`."""

import asyncio
from dataclasses import replace

from prometheus_client import CollectorRegistry

from parts import open_parts
from services.mail.metrics import MailMetrics
from services.settings import Settings
from worker import mail_runner_of


async def send() -> None:
    """Send mail until killed."""
    async with open_parts(Settings()) as parts:
        await replace(mail_runner_of(parts, MailMetrics.of(CollectorRegistry())), look_every=0.1).run()


if __name__ == "__main__":
    asyncio.run(send())
