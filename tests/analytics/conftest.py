"""A town in which things happen, and a copy that is refreshed after them."""

from collections.abc import AsyncIterator

import pytest

from parts import open_parts
from tests.analytics.three_months import live, settle
from tests.conftest import EMPTY
from tests.worlds.copies import Copy
from tests.worlds.serving import settings_for
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT


@pytest.fixture(scope="module")
async def town(stack, migrated, tmp_path_factory) -> AsyncIterator[Town]:
    """A process with the copy turned on, and people who signed up and wrote in three months."""
    parts = open_parts(settings_for(stack, tmp_path_factory.mktemp("town"), analytics=True, **PATIENT))
    async with parts.graph.driver.session() as session:
        await (await session.run(EMPTY)).consume()
    await parts.keyspace.command("FLUSHALL")
    town = Town(parts)
    await settle(town)
    await live(town)
    yield town
    await parts.close()


@pytest.fixture(scope="module")
def lasting(town: Town, tmp_path_factory) -> Copy:
    """A copy that is refreshed from test to test."""
    return Copy(town.parts, tmp_path_factory.mktemp("copy"))


@pytest.fixture
async def copy(town: Town, lasting: Copy) -> Copy:
    """A copy that is as the world."""
    await town.deliver()
    await lasting.refresh()
    return lasting
