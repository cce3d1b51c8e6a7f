"""The three servers together: one cold start and one warm start serve all of these."""

import io
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import neo4j
import pytest
import redis
import urllib3
from minio import Minio

from stack.embedded import EmbeddedStack, StackAddresses
from stack.errors import AlreadyRunning, StackError
from stack.ports import Ports
from tests.worlds.secrecy import open_to_others


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture(scope="module")
def embedded(folder: Path) -> Iterator[EmbeddedStack]:
    with EmbeddedStack(folder, ports=Ports.any_free(), neo4j_settings={"db.transaction.bookmark_ready_timeout": "7s"}) as stack:
        yield stack


def query(addresses: StackAddresses, text: str) -> list[object]:
    auth = (addresses.neo4j_user, addresses.neo4j_password)
    with neo4j.GraphDatabase.driver(addresses.neo4j_uri, auth=auth) as driver:
        return [record[0] for record in driver.execute_query(text).records]


def test_neo4j_has_the_settings_that_were_asked_for(embedded: EmbeddedStack) -> None:
    shown = "SHOW SETTINGS 'db.transaction.bookmark_ready_timeout' YIELD value RETURN value"
    assert query(embedded.addresses, shown) == ["7s"]


@pytest.fixture
def store(embedded: EmbeddedStack) -> Iterator[Minio]:
    addresses = embedded.addresses
    pool = urllib3.PoolManager()
    yield Minio(
        addresses.s3_endpoint.removeprefix("http://"),
        access_key=addresses.s3_access_key,
        secret_key=addresses.s3_secret_key,
        secure=False,
        region=addresses.s3_region,
        http_client=pool,
    )
    pool.clear()


def put(store: Minio, bucket: str, name: str, content: bytes) -> None:
    store.put_object(bucket, name, io.BytesIO(content), len(content))


def read(store: Minio, bucket: str, name: str) -> bytes:
    answer = store.get_object(bucket, name)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def test_each_server_answers(embedded: EmbeddedStack, store: Minio) -> None:
    assert query(embedded.addresses, "RETURN 1") == [1]
    with redis.Redis.from_url(embedded.addresses.redis_url) as client:
        assert client.ping()
    assert store.bucket_exists(embedded.addresses.s3_bucket)


def test_nobody_else_may_read_what_the_servers_keep(embedded: EmbeddedStack, folder: Path, store: Minio) -> None:
    put(store, embedded.addresses.s3_bucket, "of nobody else", b"black")
    assert open_to_others(folder) == []


def test_presigned_urls_write_and_read(embedded: EmbeddedStack, store: Minio) -> None:
    bucket = embedded.addresses.s3_bucket
    target = store.presigned_put_object(bucket, "feather", expires=timedelta(minutes=1))
    pool = urllib3.PoolManager()
    assert pool.request("PUT", target, body=b"black").status == 200
    source = store.presigned_get_object(bucket, "feather", expires=timedelta(minutes=1))
    assert pool.request("GET", source).data == b"black"
    pool.clear()


def test_a_browser_of_another_origin_may_upload(embedded: EmbeddedStack) -> None:
    url = f"{embedded.addresses.s3_endpoint}/{embedded.addresses.s3_bucket}/feather"
    asking = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PUT"}
    request = urllib.request.Request(url, method="OPTIONS", headers=asking)  # noqa: S310 our own loopback server
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_second_stack_in_the_folder_is_refused_and_the_first_goes_on(embedded: EmbeddedStack, folder: Path) -> None:
    with pytest.raises(AlreadyRunning):
        EmbeddedStack(folder, ports=Ports.any_free()).start()
    with pytest.raises(AlreadyRunning):
        embedded.start()
    assert query(embedded.addresses, "RETURN 1") == [1]


def test_redis_and_s3_come_back_after_a_kill_with_their_data(embedded: EmbeddedStack, store: Minio) -> None:
    addresses = embedded.addresses
    with redis.Redis.from_url(addresses.redis_url) as client:
        client.set("bird", "rook")
    put(store, addresses.s3_bucket, "kept", b"twig")
    embedded.redis.kill()
    embedded.s3.kill()
    embedded.redis.start()
    embedded.s3.start()
    with redis.Redis.from_url(addresses.redis_url) as client:
        assert client.get("bird") == b"rook"
    assert read(store, addresses.s3_bucket, "kept") == b"twig"


def test_neo4j_comes_back_after_a_kill_with_its_data(embedded: EmbeddedStack) -> None:
    query(embedded.addresses, "CREATE (b:Bird {name: 'rook'}) RETURN b.name")
    embedded.neo4j.kill()
    embedded.neo4j.start()
    assert query(embedded.addresses, "MATCH (b:Bird) RETURN b.name") == ["rook"]


def test_a_second_start_finds_data_and_passwords_again(embedded: EmbeddedStack) -> None:
    before = embedded.addresses
    query(before, "CREATE (n:Nest {twigs: 3}) RETURN n.twigs")
    embedded.stop()
    after = embedded.start()
    assert (after.neo4j_password, after.s3_secret_key) == (before.neo4j_password, before.s3_secret_key)
    assert query(after, "MATCH (n:Nest) RETURN n.twigs") == [3]


def test_addresses_are_refused_before_the_start(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="has not been started"):
        _ = EmbeddedStack(tmp_path).addresses
