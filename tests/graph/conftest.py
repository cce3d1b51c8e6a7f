"""What is tried of the graph is tried over both ways to it."""

import pytest

from graph.driver import GraphOptions


@pytest.fixture(params=["pipelined", "driver"])
def way(request: pytest.FixtureRequest) -> GraphOptions:
    """Reads over connections of our own, and reads by the driver."""
    return GraphOptions(pipelined_reads=request.param == "pipelined")
