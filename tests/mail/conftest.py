"""The application with mail on, and a mailbox that takes what it sends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from graph.driver import Graph
from keyspace.client import Keyspace
from services.mail.metrics import MailMetrics
from services.settings import Settings
from stack.embedded import StackAddresses
from tests.api.conftest import FIRST_WAIT, OFTEN, serving
from tests.api.product import Product, Served
from tests.execution.share import Share
from tests.mail.mailbox import Mailbox, mailbox
from tests.mail.mailing import Mailing
from tests.worlds.serving import settings_for
from worker import mail_runner_of

LINKS = "https://app.example.org/account"


@pytest.fixture(scope="session")
async def box() -> AsyncIterator[Mailbox]:
    """A mailbox for the session."""
    async with mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def mail_settings(stack: StackAddresses, tmp_path_factory: pytest.TempPathFactory, box: Mailbox) -> Settings:
    """Settings with mail, which waits a second for the mailbox."""
    timeouts = dict.fromkeys(("neo4j_acquire_timeout", "neo4j_write_timeout", "neo4j_read_timeout"), 20.0)
    return settings_for(
        stack,
        tmp_path_factory.mktemp("data"),
        sign_ups_per_address=OFTEN,
        log_in_first_wait=FIRST_WAIT,
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_tls="none",
        smtp_timeout=1.0,
        mail_from="Rookery <no-reply@rookery.example>",
        mail_links=LINKS,
        **timeouts,
    )


@pytest.fixture(scope="session")
async def served(mail_settings: Settings, share: Share) -> AsyncIterator[Served]:
    """Serve until the session ends."""
    async with serving(mail_settings, share) as served:
        yield served


@pytest.fixture
async def product(served: Served, graph: Graph, keyspace: Keyspace) -> Product:
    """Give an empty product."""
    served.round_trips.clear()
    return Product(served, graph)


@pytest.fixture
def mailing(product: Product, box: Mailbox) -> Mailing:
    """Give what a worker does with mail, and an empty mailbox."""
    box.empty()
    return Mailing(product, mail_runner_of(product.served.parts, MailMetrics.of(CollectorRegistry())), box)


@pytest.fixture
def sink(tmp_path: Path) -> Path:
    """Give an empty folder of a sink."""
    folder = tmp_path / "taken"
    folder.mkdir()
    return folder
