"""The media route over the real store, and a picture that lies in it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from graph.ids import new_id
from services.media.addresses import Size, picture_key
from services.media.s3 import StoreOptions
from services.media.store import MediaStore
from stack.embedded import StackAddresses
from web.media import MediaEndpoint

PICTURE = b"RIFF\x00\x00\x00\x00WEBP" + bytes(range(256)) * 1_000


@pytest.fixture(scope="session")
def store_options(stack: StackAddresses) -> StoreOptions:
    """Give the way to the store."""
    return StoreOptions(
        stack.s3_endpoint, stack.s3_endpoint, stack.s3_access_key, stack.s3_secret_key, stack.s3_region, stack.s3_bucket
    )


@pytest.fixture(scope="session")
async def store(store_options: StoreOptions) -> AsyncIterator[MediaStore]:
    """Give the store, its bucket made."""
    store = MediaStore(store_options)
    await store.prepare()
    yield store
    store.close()


def client_of(store: MediaStore) -> httpx.AsyncClient:
    """Give a client of a server with nothing but pictures."""
    app = Starlette(routes=[MediaEndpoint(store, picture_key, frozenset(Size)).route()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://rookery")


@pytest.fixture
async def client(store: MediaStore) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client."""
    async with client_of(store) as client:
        yield client


@pytest.fixture(scope="session")
async def picture(store: MediaStore) -> str:
    """Put a picture of one size into the store, and give its id."""
    id_ = new_id()
    await store.put(picture_key(id_, Size.LARGE), PICTURE, "image/webp")
    return id_
