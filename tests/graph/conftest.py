"""What is tried of the graph is tried over both ways to it, and by way of a proxy that breaks them."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from graph.driver import GraphOptions
from stack.embedded import StackAddresses
from tests.graph.bolt_proxy import BoltProxy, bolt_proxy


@pytest.fixture(params=["pipelined", "driver"])
def way(request: pytest.FixtureRequest) -> GraphOptions:
    """Statements over connections of our own, and by the driver."""
    return GraphOptions(pipelined=request.param == "pipelined")


@pytest.fixture
async def proxy(stack: StackAddresses) -> AsyncIterator[BoltProxy]:
    """A proxy before the server."""
    port = urlsplit(stack.neo4j_uri).port
    assert port is not None
    async with bolt_proxy(port) as proxy:
        yield proxy
