"""Store, processor and services over the real servers, and a client that knows only what it is told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import orjson
import pytest

from clock import now_ms
from graph.driver import Graph
from graph.ids import new_id
from graph.rows.media import MediaRow
from keyspace.client import Keyspace
from keyspace.row_cache import RowCache
from services.events.command_writer import CommandWriter
from services.events.invalidation import Invalidation
from services.events.media_events import MediaUploaded
from services.media import records
from services.media.processing import MediaProcessing
from services.media.processor import MediaProcessor, MediaProcessorLimits
from services.media.s3 import StoreOptions
from services.media.store import MediaStore, UploadTarget
from services.media.sweep import Sweep
from services.media.uploads import UploadLimits, Uploads
from services.settings import Settings
from stack.embedded import StackAddresses

Sender = Callable[[UploadTarget, bytes], Awaitable[httpx.Response]]


@dataclass(frozen=True, slots=True)
class MediaRoom:
    """All that deals with pictures, and one person who sends them."""

    graph: Graph
    writer: CommandWriter
    store: MediaStore
    processor: MediaProcessor
    uploads: Uploads
    processing: MediaProcessing
    sweep: Sweep
    user: str
    send: Sender

    @property
    def cache(self) -> RowCache:
        """Rows of pictures in Redis."""
        return self.writer.invalidation.cache

    async def sent(self, data: bytes, content_type: str = "image/jpeg", size: int | None = None) -> MediaRow:
        """Request an upload and send it."""
        row, target = await self.uploads.request(self.user, content_type, size or max(1, len(data)))
        answer = await self.send(target, data)
        assert answer.status_code in {200, 201, 204}, answer.text
        return row

    async def processed(self, data: bytes, content_type: str = "image/jpeg") -> MediaRow:
        """Send, complete and process a picture, and give what became of it."""
        row = await self.sent(data, content_type)
        await self.uploads.complete(self.user, row.id)
        await self.handle(row.id)
        return await self.row(row.id)

    async def handle(self, media_id: str) -> None:
        """Let the worker act on the event of an upload."""
        await self.processing.handle(MediaUploaded(media_id=media_id, owner_id=self.user))

    async def row(self, media_id: str) -> MediaRow:
        """Give a picture as the graph has it."""
        row = await records.by_id(self.graph, media_id)
        assert row is not None
        return row

    async def told(self, media_id: str) -> list[str]:
        """Give the types of the events that tell of a picture, oldest first."""
        events = await self.graph.read("outbox/oldest", limit=10_000)
        return [type_ for _, type_, _, payload in events if orjson.loads(payload).get("mediaId") == media_id]

    async def keys(self, media_id: str) -> list[str]:
        """Give what lies in the store for a picture."""
        return [key for prefix in ("uploads/", "pictures/") for key in await self.store.keys(prefix + media_id, 100)]


@pytest.fixture(scope="session")
def store_options(stack: StackAddresses) -> StoreOptions:
    """Give the way to the store."""
    return StoreOptions(
        stack.s3_endpoint,
        stack.s3_endpoint,
        stack.s3_access_key,
        stack.s3_secret_key,
        stack.s3_region,
        stack.s3_bucket,
    )


@pytest.fixture(scope="session")
async def store(store_options: StoreOptions) -> AsyncIterator[MediaStore]:
    """Give the store, its bucket made."""
    store = MediaStore(store_options)
    await store.prepare()
    yield store
    store.close()


@pytest.fixture(scope="session")
async def away(store_options: StoreOptions) -> AsyncIterator[MediaStore]:
    """Give a store whose server is away: nothing listens on port 9."""
    store = MediaStore(replace(store_options, endpoint="http://127.0.0.1:9"))
    yield store
    store.close()


@pytest.fixture(scope="session")
async def processor() -> AsyncIterator[MediaProcessor]:
    """Give a processor with the limits of production."""
    processor = MediaProcessor(MediaProcessorLimits(Settings().media_max_pixels))
    yield processor
    await processor.close()


@pytest.fixture
async def user(graph: Graph) -> str:
    """Give somebody new."""
    id_ = new_id()
    # What the statement shows as an example, but for what is unique.
    usual: dict[str, Any] = {**graph.catalogue["accounts/sign_up"].example, "identities": [], "links": [], "mails": []}
    own = {"id": id_, "username": id_, "usernameKey": id_, "skeleton": id_, "at": now_ms(), "emailHashes": [id_]}
    await graph.write("accounts/sign_up", **{**usual, **own, "signIn": {**usual["signIn"], "id": new_id()}})
    return id_


@pytest.fixture
async def room(
    graph: Graph,
    keyspace: Keyspace,
    store: MediaStore,
    processor: MediaProcessor,
    settings: Settings,
    user: str,
) -> AsyncIterator[MediaRoom]:
    """Give everything together."""

    async def send(target: UploadTarget, data: bytes) -> httpx.Response:
        return await client.post(target.url, data=target.fields, files={"file": ("file", data)})

    limits = UploadLimits(settings.media_max_bytes, settings.media_max_pixels, settings.media_upload_life)
    writer = CommandWriter(graph, Invalidation(RowCache(keyspace, 60)))
    async with httpx.AsyncClient() as client:
        yield MediaRoom(
            graph,
            writer,
            store,
            processor,
            Uploads(writer, store, limits),
            MediaProcessing(writer, store, processor),
            Sweep(writer, store, settings.media_upload_life),
            user,
            send,
        )
