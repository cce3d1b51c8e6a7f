"""The application with a real provider, which logs in whom a browser names."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from graph.driver import Graph
from keyspace.client import Keyspace
from stack.embedded import StackAddresses
from tests.api.conftest import OFTEN, serving
from tests.api.product import Product, Served
from tests.execution.share import Share
from tests.providers.browser import Browser
from tests.providers.frontend import Frontend, serving_pages
from tests.providers.provider import CLIENT, IdentityProvider, identity_provider, secret_of
from tests.worlds.serving import settings_for

APP = "org.example.app:/logged-in"


@pytest.fixture(scope="session")
async def running_provider() -> AsyncIterator[IdentityProvider]:
    """A provider for the session."""
    async with identity_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: IdentityProvider) -> IdentityProvider:
    """Give the provider, which answers as it does."""
    running_provider.reset()
    return running_provider


@pytest.fixture(scope="session")
async def frontend() -> AsyncIterator[Frontend]:
    """The pages of a frontend on an origin of its own, for the session."""
    async with serving_pages() as frontend:
        yield frontend


@pytest.fixture(scope="session")
async def served(
    stack: StackAddresses,
    tmp_path_factory: pytest.TempPathFactory,
    share: Share,
    running_provider: IdentityProvider,
    frontend: Frontend,
) -> AsyncIterator[Served]:
    """Serve until the session ends; mails are written, and nobody sends them."""
    given = {"name": "example", "issuer": running_provider.issuer, "client_id": CLIENT, "client_secret": secret_of(CLIENT)}
    settings = settings_for(
        stack,
        tmp_path_factory.mktemp("data"),
        sign_ups_per_address=OFTEN,
        log_in_attempts_per_address=OFTEN,
        providers=json.dumps([{**given, "display_name": "Example", "trusts_email": True}]),
        provider_returns=APP,
        allowed_origins=frontend.origin,
        provider_timeout=2.0,
        smtp_host="127.0.0.1",
        mail_from="no-reply@rookery.example",
        mail_links="https://app.example.org",
        **dict.fromkeys(("neo4j_acquire_timeout", "neo4j_write_timeout", "neo4j_read_timeout"), 20.0),
    )
    async with serving(settings, share) as served:
        yield served


@pytest.fixture
async def product(served: Served, graph: Graph, keyspace: Keyspace) -> Product:
    """Give an empty product."""
    served.round_trips.clear()
    return Product(served, graph)


@pytest.fixture
async def browser(product: Product, provider: IdentityProvider) -> AsyncIterator[Browser]:
    """A browser in which nobody is logged in anywhere."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield Browser(product, http)
