"""A process to be killed: it seals anew two values at a time, says so, and waits for a line. `python -m tests.mail.rotating`."""

import asyncio
import sys

from parts import open_parts
from services.key_rotation.rotation import KeyRotation
from services.settings import Settings


def pause(name: str, read: int, resealed: int) -> None:
    """Say how far it is, and wait."""
    print(name, read, resealed, flush=True)  # noqa: T201 - what the test waits for
    sys.stdin.readline()


async def rotate() -> None:
    """Seal anew, two at a time."""
    settings = Settings()
    async with open_parts(settings) as parts:
        await KeyRotation.of(parts.writer, settings.seal_secret.get_secret_value(), batch=2).run(pause)


if __name__ == "__main__":
    asyncio.run(rotate())
