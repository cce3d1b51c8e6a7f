"""The real application on a free port, in the tests' own event loop, and an empty product for each test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

import app
import parts
from bench.round_trips import RoundTrips
from graph.driver import Graph
from keyspace.client import Keyspace
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.settings import Settings
from stack.embedded import StackAddresses
from tests.api.product import Product, Served
from tests.execution.share import Share
from tests.worlds.serving import listening, settings_for, unplanned
from web.drain import Drain
from web.routes import mount
from web.serve import listen

OFTEN = 1_000_000
"""So many sign-ups that no test meets the limit."""
FIRST_WAIT = timedelta(minutes=5)
"""What is waited after the failed log-ins that are free: longer than any test takes."""


@pytest.fixture(scope="session")
def app_settings(stack: StackAddresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give the settings of production, but for limits that storms of one machine would meet."""
    timeouts = dict.fromkeys(("neo4j_acquire_timeout", "neo4j_write_timeout", "neo4j_read_timeout"), 20.0)
    folder, often = tmp_path_factory.mktemp("data"), {"sign_ups_per_address": OFTEN, "log_in_first_wait": FIRST_WAIT}
    return settings_for(stack, folder, **often, **timeouts)


@pytest.fixture(scope="session")
async def served(app_settings: Settings, share: Share) -> AsyncIterator[Served]:
    """Serve until the session ends."""
    async with serving(app_settings, share) as served:
        yield served


@asynccontextmanager
async def serving(settings: Settings, share: Share) -> AsyncIterator[Served]:
    """Serve until the block ends, and observe round trips."""
    round_trips = RoundTrips()
    opened: list[parts.Parts] = []
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def open_observed(settings: Settings) -> parts.Parts:
        made = unplanned(open_parts(settings))
        round_trips.record(made)
        opened.append(made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        open_parts = parts.open_parts
        patch.setattr(app, "open_parts", open_observed)
        patch.setattr(app, "mount", share.observing(mount))
        drain = Drain()
        application = app.create_app(settings.model_copy(update={"public_url": url}), drain)
    processor = MediaProcessor(MediaProcessorLimits(settings.media_max_pixels))
    async with (
        httpx.AsyncClient(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=100)) as http,
        listening(application, drain, listener),
    ):
        await opened[0].store.prepare()
        yield Served(url, http, opened[0], processor, round_trips)
        await processor.close()


@pytest.fixture
async def product(served: Served, graph: Graph, keyspace: Keyspace) -> Product:
    """Give an empty product."""
    served.round_trips.clear()
    return Product(served, graph)
