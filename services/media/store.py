"""The S3 store: presigned uploads, and objects read, written and deleted in threads, since its client blocks."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TypeVar

from minio.credentials.credentials import Credentials
from minio.datatypes import PostPolicy
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from urllib3.response import BaseHTTPResponse

from errors import Unavailable
from services.media.reading import Reading, released
from services.media.s3 import StoreOptions, connect, is_missing, translated

T = TypeVar("T")

IMMUTABLE = "public, max-age=31536000, immutable"
"""An object never changes, so it may be cached for a year."""


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where a client sends a file: a multipart POST to `url` with these fields, and `file` as the last."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store says of an object. `etag` comes without quotes."""

    size: int
    etag: str


class MediaStore:
    """Objects of one bucket. Every call raises Unavailable when the store does not answer in time."""

    __slots__ = ("_client", "_options", "_threads")

    def __init__(self, options: StoreOptions) -> None:
        """Make a client and its threads; nothing is connected yet."""
        self._options = options
        self._client = connect(options)
        self._threads = ThreadPoolExecutor(options.threads, thread_name_prefix="s3")

    def close(self) -> None:
        """Accept no more calls; those that run finish in their threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ping(self) -> None:
        """Make one round trip; raise Unavailable when the store or its bucket is not there."""
        if not await self._run(lambda: self._client.bucket_exists(self._options.bucket)):
            raise Unavailable

    async def prepare(self) -> None:
        """Create the bucket if it is missing."""
        if not await self._run(lambda: self._client.bucket_exists(self._options.bucket)):
            await self._run(lambda: self._client.make_bucket(self._options.bucket))

    def upload_target(self, key: str, content_type: str, most: int, expires_at: datetime) -> UploadTarget:
        """Sign an upload to exactly this key, of this type and 1 to `most` bytes. No request is made, so it never waits."""
        options = self._options
        policy = PostPolicy(options.bucket, expires_at)
        policy.add_equals_condition("key", key)
        policy.add_equals_condition("Content-Type", content_type)
        policy.add_content_length_range_condition(1, most)
        signed = policy.form_data(Credentials(options.access_key, options.secret_key), options.region)
        fields = {"key": key, "Content-Type": content_type, **signed}
        return UploadTarget(f"{options.public_endpoint}/{options.bucket}", fields, expires_at)

    async def stat(self, key: str) -> Stored | None:
        """Return size and ETag of an object, or None where there is none."""
        found = await self._run(lambda: _or_none(lambda: self._client.stat_object(self._options.bucket, key)))
        return None if found is None else Stored(found.size or 0, found.etag or "")

    async def open(self, key: str, offset: int = 0, length: int = 0) -> Reading | None:
        """Begin to read an object, from `offset` on, `length` bytes or (0) all that follow; None where there is none."""
        response = await self._run(lambda: self._get(key, offset, length))
        return None if response is None else Reading(response, self._run, self._threads)

    async def read(self, key: str, most: int) -> bytes | None:
        """Read an object, but no more than `most` bytes of it; None where there is none."""

        def whole() -> bytes | None:
            response = self._get(key, 0, 0)
            if response is None:
                return None
            with released(response):
                return response.read(most)

        return await self._run(whole)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write an object that will not change."""
        headers: dict[str, str | list[str] | tuple[str]] = {"Cache-Control": IMMUTABLE}
        await self._run(
            lambda: self._client.put_object(
                self._options.bucket,
                key,
                BytesIO(data),
                len(data),
                content_type=content_type,
                metadata=headers,
            ),
        )

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; a missing one is no error."""
        objects = [DeleteObject(key) for key in keys]
        failed = await self._run(lambda: list(self._client.remove_objects(self._options.bucket, objects)))
        if failed:
            raise Unavailable

    async def keys(self, prefix: str, most: int, after: str = "") -> list[str]:
        """Return up to `most` keys with a prefix, in order, after the key `after`."""

        def listed() -> list[str]:
            found = self._client.list_objects(self._options.bucket, prefix, recursive=True, start_after=after or None)
            return [item.object_name for item, _ in zip(found, range(most), strict=False) if item.object_name]

        return await self._run(listed)

    def _get(self, key: str, offset: int, length: int) -> BaseHTTPResponse | None:
        return _or_none(lambda: self._client.get_object(self._options.bucket, key, offset, length))

    async def _run(self, call: Callable[[], T]) -> T:
        """Call in a thread. The wait for a free thread counts towards the limit of a call."""
        try:
            with translated():
                async with asyncio.timeout(self._options.call_timeout):
                    return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except TimeoutError as error:
            raise Unavailable from error


def _or_none(call: Callable[[], T]) -> T | None:
    """Call, and return None when the store says that there is no such object."""
    try:
        return call()
    except S3Error as error:
        if is_missing(error):
            return None
        raise
