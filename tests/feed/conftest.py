"""Towns: processes of the product over emptied servers."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bench.round_trips import RoundTrips
from graph.driver import Graph
from keyspace.client import Keyspace
from parts import open_parts
from services.settings import Settings
from tests.worlds.coverage import unmeasured
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT

__all__ = ["unmeasured"]

Found = Callable[..., Town]


@pytest.fixture
async def found_town(settings: Settings, graph: Graph, keyspace: Keyspace) -> AsyncIterator[Found]:
    """Open a process with changed settings; several share the servers."""
    async with AsyncExitStack() as stack:

        def found(**changes: Any) -> Town:
            parts = open_parts(settings.model_copy(update={**PATIENT, **changes}))
            stack.push_async_callback(parts.close)
            return Town(parts)

        yield found


@pytest.fixture
async def town(found_town: Found) -> Town:
    """A process, and Ada, Bea, Cid and Dov, who follow nobody yet."""
    town = found_town()
    await town.settle("ada", "bea", "cid", "dov")
    return town


@pytest.fixture
def round_trips(town: Town) -> RoundTrips:
    """What the town's process asks of its servers."""
    watched = RoundTrips()
    watched.record(town.parts)
    return watched
