"""Automatic persisted queries and trusted documents."""

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.web.conftest import Serve, Served
from web.persisted import CachedDocumentStore, MemoryDocumentStore, sha256_of
from web.trusted import ManifestUnreadable, TrustedDocuments, load_trusted_documents

HELLO = "query Hello($n: String) { hello(name: $n) }"


def persisted(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}, **more}


async def test_a_hash_is_learnt_and_then_enough(served: Served) -> None:
    unknown = await served.ask(**persisted(HELLO))
    error = unknown.json()["errors"][0]
    assert (unknown.status_code, error["message"]) == (200, "PersistedQueryNotFound")
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert (await served.ask(HELLO, **persisted(HELLO))).json() == {"data": {"hello": "hello world"}}
    assert (await served.ask(**persisted(HELLO, variables={"n": "x"}))).json() == {"data": {"hello": "hello x"}}
    by_get = await served.http.get(served.url, params={"extensions": json.dumps(persisted(HELLO)["extensions"])})
    assert by_get.json() == {"data": {"hello": "hello world"}}


async def test_a_hash_of_something_else_is_refused(served: Served) -> None:
    assert await served.code("{ hello }", **persisted(HELLO)) == "BAD_REQUEST"


@pytest.mark.parametrize(
    "entry", [1, {}, {"version": 2, "sha256Hash": "0" * 64}, {"version": 1, "sha256Hash": "x"}, {"version": 1}]
)
async def test_a_malformed_hash_is_refused(served: Served, entry: object) -> None:
    assert await served.code("{ hello }", extensions={"persistedQuery": entry}) == "BAD_REQUEST"


async def test_documents_that_do_not_fit_are_not_kept(serve: Serve) -> None:
    store = MemoryDocumentStore()
    served = await serve(document_store=store)
    assert await served.code("{ nothing }", **persisted("{ nothing }")) == "GRAPHQL_VALIDATION_FAILED"
    assert await store.get(sha256_of("{ nothing }")) is None


async def test_without_a_store_clients_are_told_to_send_the_text(serve: Serve) -> None:
    served = await serve(document_store=None)
    assert await served.code(**persisted(HELLO)) == "PERSISTED_QUERY_NOT_SUPPORTED"
    assert (await served.ask(HELLO, **persisted(HELLO))).json() == {"data": {"hello": "hello world"}}


async def test_the_memory_store_is_bounded() -> None:
    store = MemoryDocumentStore(documents=2, characters=10)
    await store.put("a", "1234")
    await store.put("b", "1234")
    assert await store.get("a") == "1234"
    await store.put("c", "1234")
    assert [await store.get(key) for key in "abc"] == ["1234", None, "1234"]
    await store.put("d", "x" * 11)
    assert await store.get("d") is None


async def test_a_near_store_asks_the_far_one_once() -> None:
    near, far = MemoryDocumentStore(), MemoryDocumentStore()
    store = CachedDocumentStore(near, far)
    await far.put("a", "text")
    assert await store.get("a") == "text"
    assert await near.get("a") == "text"
    await store.put("b", "other")
    assert await far.get("b") == "other"


async def test_only_trusted_documents_run_when_told_so(serve: Serve) -> None:
    trusted = TrustedDocuments({"doc-1": HELLO, sha256_of("{ viewer }"): "{ viewer }"})
    served = await serve(trusted_documents=trusted, only_trusted_documents=True)
    for good in ({"documentId": "doc-1"}, persisted("{ viewer }"), {"query": HELLO}):
        assert "data" in (await served.ask(**good)).json()
    for bad in (
        {"query": "{ hello }"},
        {"documentId": "doc-2"},
        persisted("{ hello }"),
        persisted(HELLO, query="{ hello }"),
    ):
        assert await served.code(**bad) == "DOCUMENT_NOT_TRUSTED"


async def test_trusted_documents_are_free_of_limits_and_others_run_beside_them(serve: Serve) -> None:
    wide = "{ " + " ".join(f"a{n}: hello" for n in range(100)) + " }"
    served = await serve(trusted_documents=TrustedDocuments({"wide": wide}))
    assert len((await served.ask(documentId="wide")).json()["data"]) == 100
    assert (await served.ask("{ hello }")).json() == {"data": {"hello": "hello world"}}
    assert await served.code(documentId="unknown") == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_trusted_document_that_no_longer_fits_does_not_stop_the_server(serve: Serve) -> None:
    served = await serve(trusted_documents=TrustedDocuments({"old": "{ gone }"}), only_trusted_documents=True)
    assert await served.code(documentId="old") == "GRAPHQL_VALIDATION_FAILED"


def test_manifests_are_read_in_each_form(tmp_path: Path) -> None:
    relay = tmp_path / "relay.json"
    relay.write_text(json.dumps({"r": "{ hello }"}))
    apollo = tmp_path / "apollo.json"
    operation = {"id": "a", "name": "A", "type": "query", "body": "query A { hello }"}
    apollo.write_text(
        json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation]})
    )
    (tmp_path / "one.graphql").write_text("{ viewer }")
    (tmp_path / "notes.txt").write_text("not a document")
    assert load_trusted_documents(relay).text_of("r") == "{ hello }"
    everything = load_trusted_documents(tmp_path)
    assert everything.texts == {"r": "{ hello }", "a": "query A { hello }", sha256_of("{ viewer }"): "{ viewer }"}


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": 1}', '{"format": "apollo-persisted-query-manifest", "operations": [{}]}']
)
def test_an_unreadable_manifest_names_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(ManifestUnreadable, match=r"manifest\.json"):
        load_trusted_documents(path)


def test_a_missing_manifest_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestUnreadable, match="nowhere"):
        load_trusted_documents(tmp_path / "nowhere.json")


class BrokenStore(MemoryDocumentStore):
    """A store with a defect."""

    async def get(self, sha256: str) -> str | None:
        message = f"no {sha256}"
        raise ValueError(message)


async def test_a_defect_before_an_operation_is_masked_as_any_other(serve: Serve) -> None:
    served = await serve(document_store=BrokenStore())
    with capture_logs() as lines:
        answer = await served.ask(**persisted(HELLO))
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]["code"]) == (500, "INTERNAL")
    assert answer.headers["x-request-id"]
    assert sha256_of(HELLO) not in str([line for line in lines if line["event"] != "request"])
    assert {line["status"] for line in lines if line["event"] == "request"} == {500}
