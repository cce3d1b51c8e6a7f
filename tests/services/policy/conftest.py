"""The rules of the product, ready to be asked in both ways."""

import pytest

from graph.driver import Graph
from graph.queries import Catalogue
from keyspace.client import Keyspace
from tests.services.policy.asking import Asked, catalogue_of, printed_rules


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Statements that ask the rules as they are printed."""
    return catalogue_of(tmp_path_factory.mktemp("asking"), printed_rules())


@pytest.fixture
def asked(graph: Graph, keyspace: Keyspace, asking: Catalogue) -> Asked:
    """Empty stores."""
    return Asked.of(graph, keyspace, asking)
