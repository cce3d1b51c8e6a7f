"""Holding a step of the product after it is done, so that something else happens before what follows."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

PATIENCE = 60.0
"""Seconds that the way to the step may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Held:
    """A step that is held: whether somebody has done it, and what lets them go on."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self) -> None:
        """Wait until somebody has done it."""
        async with asyncio.timeout(PATIENCE):
            await self.done.wait()


def hold_after(patch: pytest.MonkeyPatch, owner: type, name: str) -> Held:
    """Hold everybody who has called a method, until told otherwise."""
    held, method = Held(), getattr(owner, name)

    async def call(*given: Any) -> Any:
        result = await method(*given)
        held.done.set()
        await held.go_on.wait()
        return result

    patch.setattr(owner, name, call)
    return held
