"""The store: health, bounded reads, and one answer for whatever is wrong on the other side."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from errors import Unavailable
from graph.ids import new_id
from services.media.s3 import StoreOptions
from services.media.store import MediaStore
from services.settings import Settings

Call = Callable[[MediaStore], Awaitable[object]]


async def test_the_store_answers_and_is_prepared_again_without_harm(store: MediaStore) -> None:
    await store.ping()
    await store.prepare()


@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.ping(),
        lambda store: store.prepare(),
        lambda store: store.stat("pictures/a"),
        lambda store: store.open("pictures/a"),
        lambda store: store.read("pictures/a", 10),
        lambda store: store.put("pictures/a", b"a", "image/webp"),
        lambda store: store.delete(["pictures/a"]),
        lambda store: store.keys("pictures/", 10),
    ],
)
async def test_a_store_that_is_away_is_unavailable_soon(away: MediaStore, call: Call) -> None:
    async with asyncio.timeout(3):
        with pytest.raises(Unavailable):
            await call(away)


async def test_wrong_credentials_and_a_missing_bucket_are_unavailable(store_options: StoreOptions) -> None:
    for options in (replace(store_options, secret_key="wrong"), replace(store_options, bucket="no-such-bucket")):
        store = MediaStore(options)
        with pytest.raises(Unavailable):
            await store.ping()
        with pytest.raises(Unavailable):
            await store.put("pictures/a", b"a", "image/webp")
        store.close()


async def test_a_server_that_never_answers_is_given_up(store_options: StoreOptions) -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    store = MediaStore(replace(store_options, endpoint=f"http://{host}:{port}", call_timeout=0.2, read_timeout=0.4))
    with pytest.raises(Unavailable):
        await store.ping()
    store.close()
    server.close()
    await server.wait_closed()


async def test_an_object_is_read_whole_in_part_and_never_beyond_the_bound(store: MediaStore) -> None:
    key = f"pictures/{new_id()}/large.webp"
    data = bytes(range(256)) * 1_000
    await store.put(key, data, "image/webp")
    stored, whole, part = await store.stat(key), await store.open(key), await store.open(key, 100, 50)
    assert stored is not None
    assert whole is not None
    assert part is not None
    assert (stored.size, whole.size, part.size) == (len(data), len(data), 50)
    assert stored.etag == whole.etag != ""
    assert b"".join([chunk async for chunk in whole.chunks()]) == data
    assert b"".join([chunk async for chunk in part.chunks()]) == data[100:150]
    assert await store.read(key, 1_000) == data[:1_000]
    assert await store.read(key, 10_000_000) == data


async def test_what_is_not_there_is_none_and_may_be_deleted(store: MediaStore) -> None:
    key = f"pictures/{new_id()}/large.webp"
    assert (await store.stat(key), await store.open(key), await store.read(key, 10)) == (None, None, None)
    await store.delete([key])
    await store.delete([])


async def test_a_reading_left_before_its_end_gives_its_connection_back(store: MediaStore) -> None:
    key = f"pictures/{new_id()}/large.webp"
    await store.put(key, bytes(1_000_000), "image/webp")
    for _ in range(40):
        reading = await store.open(key)
        assert reading is not None
        chunks = reading.chunks()
        await anext(chunks)
        await chunks.aclose()  # type: ignore[attr-defined]  # a generator
    assert await store.read(key, 10) == bytes(10)


async def test_keys_are_listed_in_order_behind_the_last(store: MediaStore) -> None:
    prefix = f"pictures/{new_id()}/"
    for name in "cab":
        await store.put(prefix + name, b"x", "image/webp")
    assert await store.keys(prefix, 2) == [prefix + "a", prefix + "b"]
    assert await store.keys(prefix, 2, prefix + "b") == [prefix + "c"]


def test_options_hide_the_secret_and_fall_back_to_one_endpoint() -> None:
    settings = Settings(s3_endpoint="http://store:9000/", s3_secret_key="hush")
    options = StoreOptions.of(settings)
    assert options.public_endpoint == options.endpoint == "http://store:9000"
    assert "hush" not in repr(options)
