"""One world for the whole room: it is only read, but for tests that come last and keep everything hidden that was."""

from collections.abc import AsyncIterator

import pytest

from parts import Parts, open_parts
from stack.embedded import StackAddresses
from tests.conftest import EMPTY
from tests.leaks.walk import Walk, prepared
from tests.leaks.world import World, build
from tests.worlds.coverage import unmeasured
from tests.worlds.serving import settings_for
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT

__all__ = ["unmeasured"]


@pytest.fixture(scope="package")
async def leak_parts(stack: StackAddresses, migrated: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """The product over emptied servers."""
    # Who walks every mutation refreshes a timeline more often than people may.
    changed = {"redis_timeout": 10.0, "timeline_refreshes": 1_000_000, **PATIENT}
    settings = settings_for(stack, tmp_path_factory.mktemp("leaks"), **changed)
    parts = open_parts(settings)
    async with parts.graph.driver.session() as session:
        await (await session.run(EMPTY)).consume()
    await parts.keyspace.command("FLUSHALL")
    yield parts
    await parts.close()


@pytest.fixture(scope="package")
async def world(leak_parts: Parts) -> World:
    """Everybody."""
    return await build(Town(leak_parts))


@pytest.fixture(scope="package")
def walk(world: World) -> Walk:
    """All ways through the product."""
    return Walk(world, prepared())
