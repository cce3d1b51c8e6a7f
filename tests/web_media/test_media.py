"""Pictures over HTTP: whole, in part, not again, not at all."""

from dataclasses import replace

import httpx
import pytest

from graph.ids import new_id
from services.media.addresses import picture_urls
from services.media.s3 import StoreOptions
from services.media.store import MediaStore
from tests.web_media.conftest import PICTURE, client_of


async def test_a_picture_is_served_to_be_kept(client: httpx.AsyncClient, picture: str) -> None:
    answer = await client.get(picture_urls("http://rookery/", picture)["large"])  # type: ignore[index]  # a StrEnum is its string
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-length"] == str(len(PICTURE))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_head_tells_the_same_without_the_picture(client: httpx.AsyncClient, picture: str) -> None:
    path = f"/media/{picture}/large.webp"
    head, whole = await client.head(path), await client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("told", ["{}", "W/{}", '"other", {}', "*"])
async def test_what_the_client_has_is_not_sent_again(client: httpx.AsyncClient, picture: str, told: str) -> None:
    path = f"/media/{picture}/large.webp"
    etag = (await client.get(path)).headers["etag"]
    for method in ("GET", "HEAD"):
        answer = await client.request(method, path, headers={"If-None-Match": told.format(etag)})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert "immutable" in answer.headers["cache-control"]


async def test_another_etag_gets_the_picture(client: httpx.AsyncClient, picture: str) -> None:
    answer = await client.get(f"/media/{picture}/large.webp", headers={"If-None-Match": '"other"'})
    assert answer.content == PICTURE


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-99", 10, 100),
        ("bytes=255000-", 255_000, len(PICTURE)),
        ("bytes=-5", len(PICTURE) - 5, len(PICTURE)),
        ("bytes=-999999999", 0, len(PICTURE)),
        ("bytes=100-999999999", 100, len(PICTURE)),
    ],
)
async def test_a_part_is_served(client: httpx.AsyncClient, picture: str, asked: str, start: int, stop: int) -> None:
    answer = await client.get(f"/media/{picture}/large.webp", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, PICTURE[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(PICTURE)}"
    assert answer.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "rubbish"])
async def test_a_range_we_do_not_serve_gets_the_whole(client: httpx.AsyncClient, picture: str, asked: str) -> None:
    answer = await client.get(f"/media/{picture}/large.webp", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, PICTURE)


@pytest.mark.parametrize("asked", [f"bytes={len(PICTURE)}-", "bytes=999999999-999999999", "bytes=-0"])
async def test_a_range_beyond_the_end_is_not_satisfiable(client: httpx.AsyncClient, picture: str, asked: str) -> None:
    answer = await client.get(f"/media/{picture}/large.webp", headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(PICTURE)}"


async def test_a_part_of_another_version_gets_the_whole(client: httpx.AsyncClient, picture: str) -> None:
    path = f"/media/{picture}/large.webp"
    etag = (await client.head(path)).headers["etag"]
    other = await client.get(path, headers={"Range": "bytes=0-0", "If-Range": '"other"'})
    same = await client.get(path, headers={"Range": "bytes=0-0", "If-Range": etag})
    assert (other.status_code, same.status_code) == (200, 206)


async def test_what_does_not_exist_is_not_found_nor_kept(client: httpx.AsyncClient, picture: str) -> None:
    paths = [
        f"/media/{new_id()}/large.webp",
        f"/media/{picture}/thumbnail.webp",
        f"/media/{picture}/huge.webp",
        f"/media/{picture}/large.jpg",
        f"/media/{picture.upper()}/large.webp",
        f"/media/{picture.replace('-', '')}/large.webp",
        f"/media/..%2Fuploads%2F{picture}/large.webp",
        f"/media/{picture}%00/large.webp",
        f"/media/{picture}/..%2Flarge.webp",
        f"/media/{picture}%0A/large.webp",
    ]
    for path in paths:
        for headers in ({}, {"Range": "bytes=0-0"}, {"If-None-Match": "*"}):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 404, path
            assert answer.headers.get("cache-control", "no-store") == "no-store"
        assert (await client.head(path)).status_code == 404


async def test_nothing_is_written_here(client: httpx.AsyncClient, picture: str) -> None:
    assert (await client.post(f"/media/{picture}/large.webp")).status_code == 405


async def test_with_the_store_away_it_is_said_so(store_options: StoreOptions, picture: str) -> None:
    away = MediaStore(replace(store_options, endpoint="http://127.0.0.1:9"))
    async with client_of(away) as client:
        for method in ("GET", "HEAD"):
            answer = await client.request(method, f"/media/{picture}/large.webp")
            assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
            assert answer.headers["retry-after"] == "5"
        assert (await client.get("/media/rubbish/large.webp")).status_code == 404
    away.close()
