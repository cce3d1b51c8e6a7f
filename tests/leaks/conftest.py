"""One world for the whole room: it is only read, but for tests that come last and keep everything hidden that was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parts import Parts, open_parts
from services.settings import Settings
from stack.embedded import StackAddresses
from tests.conftest import EMPTY
from tests.leaks.walk import Walk
from tests.leaks.world import World, build
from tests.worlds.town import Town
from tests.worlds.waiting import PATIENT


@pytest.fixture(scope="package")
async def leak_parts(stack: StackAddresses, migrated: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """The product over emptied servers."""
    settings = Settings(
        data_dir=Path(tmp_path_factory.mktemp("leaks")),
        neo4j_uri=stack.neo4j_uri,
        neo4j_user=stack.neo4j_user,
        neo4j_password=stack.neo4j_password,
        redis_url=stack.redis_url,
        redis_timeout=10.0,
        s3_endpoint=stack.s3_endpoint,
        s3_access_key=stack.s3_access_key,
        s3_secret_key=stack.s3_secret_key,
        token_secret="test token secret of 32 bytes or more",
        seal_secret="test seal secret of 32 bytes or more!",
    )
    parts = open_parts(settings.model_copy(update=PATIENT))
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
    return Walk(world)
