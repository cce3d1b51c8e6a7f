"""Holding a step of the product after it is done, so that something else happens before what follows."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Held:
    """A step that is held: whether somebody has done it, and what lets them go on."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


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
