"""The analysts' graph of a small copy, started once a session, and the product beside it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from analytics.graph_copy.address import Address
from analytics.snapshots import VERSION
from commands.analytics_up import Keeper, serving
from graph.analysts import AnalystsGraph
from graph.driver import Graph
from keyspace.client import Keyspace
from services.settings import Settings
from stack.analysts_neo4j import Bounds
from stack.embedded import StackAddresses
from stack.progress import SilentProgress
from tests.analytics.gateway.asking import analyst
from tests.analytics.gateway.small_copy import rows, write_snapshot
from tests.api.conftest import OFTEN
from tests.api.conftest import serving as serving_product
from tests.api.product import Person, Product, Served
from tests.execution.share import Share
from tests.worlds.serving import settings_for

BOUNDS = Bounds(heap="320m", page_cache="32m", query="24m", queries="64m", modest=False)


@pytest.fixture(scope="package")
def copy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one snapshot. `ROOKERY_TEST_STACK` names a folder to keep it in, with what was imported."""
    kept, process = os.environ.get("ROOKERY_TEST_STACK"), os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = Path(kept) / process / "analytics" if kept else tmp_path_factory.mktemp("analytics")
    write_snapshot(folder, f"first-{VERSION}", rows())
    return folder


@pytest.fixture(scope="package")
def keeper(copy_folder: Path) -> Iterator[Keeper]:
    """What serves it."""
    with serving(copy_folder, BOUNDS, SilentProgress()) as keeper:
        yield keeper


@pytest.fixture
def address(keeper: Keeper) -> Address:
    """Where it is served."""
    return keeper.address


@pytest.fixture
async def copy(address: Address) -> AsyncIterator[AnalystsGraph]:
    """The graph itself."""
    graph = AnalystsGraph.open(address.uri, address.user, address.password, 12)
    yield graph
    await graph.close()


LONGEST = 5.0
"""Most seconds that a query of a test may take."""


@pytest.fixture(scope="package")
def gateway_settings(stack: StackAddresses, tmp_path_factory: pytest.TempPathFactory, copy_folder: Path) -> Settings:
    """Give settings of a product whose analysts ask this copy; some limits are low."""
    limits = {"cypher_seconds": LONGEST, "cypher_rows": 400, "cypher_bytes": 100_000, "cypher_often": OFTEN}
    times = dict.fromkeys(("neo4j_acquire_timeout", "neo4j_write_timeout", "neo4j_read_timeout"), 20.0)
    return settings_for(stack, tmp_path_factory.mktemp("data"), analytics_folder=copy_folder, **limits, **times)


@pytest.fixture(scope="package")
async def served(gateway_settings: Settings, share: Share) -> AsyncIterator[Served]:
    """Serve until the session ends."""
    async with serving_product(gateway_settings, share) as served:
        yield served


@pytest.fixture
async def product(served: Served, graph: Graph, keyspace: Keyspace, keeper: Keeper) -> Product:
    """Give an empty product, beside a copy that is served."""
    served.round_trips.clear()
    return Product(served, graph)


@pytest.fixture
async def ana(product: Product) -> Person:
    """An analyst, by a program of hers."""
    return await analyst(product, "ana")
