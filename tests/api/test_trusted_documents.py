"""Trusted documents are ready when the server is."""

import httpx
import orjson
import pytest

import app
from execution import plans
from tests.worlds.serving import listening
from web.drain import Drain
from web.serve import listen

NOBODY = "query Nobody($in: Boolean = true) { viewer { id postCount } again: viewer @include(if: $in) { username } }"


@pytest.fixture
async def ask(app_settings, tmp_path, monkeypatch):
    """Start a server that knows one document, and let nothing be compiled from then on; return how to ask it."""
    manifest = tmp_path / "documents.json"
    manifest.write_bytes(orjson.dumps({"nobody": NOBODY}))
    drain = Drain()
    application = app.create_app(app_settings.model_copy(update={"trusted_documents": manifest, "executor": "compiled"}), drain)
    monkeypatch.setattr(plans, "compile_plan", None)
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with (
        listening(application, drain, listener),
        httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http,
    ):
        yield http


async def test_the_first_request_of_a_trusted_document_is_compiled(ask):
    for given in ({}, {"in": False}):
        answer = (await ask.post("/graphql", json={"documentId": "nobody", "variables": given})).json()
        assert answer["data"]["viewer"] is None
    lines = (await ask.get("/metrics")).text.splitlines()
    assert [line for line in lines if line.startswith("rookery_executions_total")] == [
        'rookery_executions_total{way="compiled"} 2.0'
    ]
