"""Headers, origins, hosts, health, metrics and the access log."""

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.web.conftest import Serve, Served
from tests.web.socket_clients import hear, introduce, say
from web.origins import Origins
from web.trusted import TrustedDocuments


async def test_security_headers_are_on_every_answer(served: Served) -> None:
    for path in ("/graphql", "/livez", "/nowhere", "/explorer/explorer.js"):
        headers = (await served.http.get(served.address + path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers
        assert "strict-transport-security" not in headers


async def test_https_is_kept_to_when_it_is_on(serve: Serve) -> None:
    served = await serve(https=True)
    assert "max-age=" in (await served.http.get(f"{served.address}/livez")).headers["strict-transport-security"]


async def test_allowed_origins_pass_the_preflight_and_others_do_not(serve: Serve) -> None:
    served = await serve(allowed_origins=["https://app.example"])
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    good = await served.http.options(served.url, headers={"origin": "https://app.example", **asked})
    assert good.status_code == 200
    assert good.headers["access-control-allow-origin"] == "https://app.example"
    assert good.headers["access-control-max-age"] == "7200"
    assert good.headers["access-control-allow-credentials"] == "true"
    bad = await served.http.options(served.url, headers={"origin": "https://evil.example", **asked})
    assert bad.status_code == 400
    assert "access-control-allow-origin" not in bad.headers


@pytest.mark.parametrize("origin", ["*", "app.example", "ftp://app.example", "https://"])
def test_origins_must_be_full(origin: str) -> None:
    with pytest.raises(ValueError, match="in full"):
        Origins([origin])


async def test_other_hosts_are_refused_but_probes_answer(serve: Serve) -> None:
    served = await serve(allowed_hosts=["api.example"])
    refused = await served.ask("{ hello }")
    assert refused.status_code == 400
    good = await served.http.post(served.url, json={"query": "{ hello }"}, headers={"host": "api.example"})
    assert good.status_code == 200
    assert (await served.http.get(f"{served.address}/livez")).status_code == 200


async def test_readiness_names_what_is_missing(serve: Serve) -> None:
    async def good() -> None:
        return None

    async def bad() -> None:
        raise ConnectionRefusedError

    async def hanging() -> None:
        await asyncio.Event().wait()

    served = await serve(
        checks={"neo4j": good, "redis": bad, "s3": bad, "slow": hanging},
        optional_checks=frozenset({"s3"}),
        check_seconds=0.05,
    )
    answer = await served.http.get(f"{served.address}/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unready", "missing": ["redis", "slow"], "degraded": ["s3"]}
    served = await serve(checks={"neo4j": good})
    answer = await served.http.get(f"{served.address}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


async def metrics(served: Served) -> str:
    return (await served.http.get(f"{served.address}/metrics")).text


async def test_metrics_count_operations_and_errors(serve: Serve) -> None:
    served = await serve(trusted_documents=TrustedDocuments({"doc": "query Known { hello }"}))
    await served.ask("query Chosen { hello }")
    await served.ask(documentId="doc")
    await served.ask("{ missing }")
    text = await metrics(served)
    assert 'rookery_operations_total{operation="Known",status="ok",transport="http",type="query"} 1.0' in text
    assert 'rookery_operations_total{operation="untrusted",status="ok",transport="http",type="query"} 1.0' in text
    assert 'rookery_operations_total{operation="untrusted",status="errors",transport="http",type="query"} 1.0' in text
    assert 'rookery_errors_total{code="NOT_FOUND"} 1.0' in text
    assert 'rookery_operation_seconds_count{transport="http",type="query"} 3.0' in text
    assert 'rookery_operations_running{transport="http"} 0.0' in text
    assert "Chosen" not in text


async def test_metrics_can_be_off(serve: Serve) -> None:
    served = await serve(metrics=False)
    assert (await served.http.get(f"{served.address}/metrics")).status_code == 404


async def test_the_lag_of_the_event_loop_is_watched(served: Served) -> None:
    async with served.web.running():
        while "rookery_event_loop_lag_seconds_count 0.0" in await metrics(served):  # noqa: ASYNC110 (only a scrape tells)
            await asyncio.sleep(0)


async def test_each_request_has_an_id_and_one_line(served: Served) -> None:
    with capture_logs() as lines:
        answer = await served.http.post(
            f"{served.url}?token=hunter2", json={"query": "query Mine { hello }"}, headers={"x-request-id": "abcd-1234"}
        )
    assert answer.headers["x-request-id"] == "abcd-1234"
    (line,) = (line for line in lines if line["event"] == "request")
    assert line["method"] == "POST"
    assert line["path"] == "/graphql"
    assert line["status"] == 200
    assert (line["type"], line["operation"]) == ("query", "untrusted")
    assert line["ms"] >= 0
    assert "hunter2" not in str(lines)
    assert "Mine" not in str(lines)


@pytest.mark.parametrize("request_id", ["short", "with space in it", "x" * 65, 'a"b"c"d"e"f'])
async def test_an_id_that_is_not_well_formed_is_replaced(served: Served, request_id: str) -> None:
    answer = await served.http.get(f"{served.address}/livez", headers={"x-request-id": request_id})
    assert answer.headers["x-request-id"] != request_id
    assert len(answer.headers["x-request-id"]) == 32


KNOWN = TrustedDocuments(
    {"doc": "subscription Known { count(to: 2) { number } }", "late": "subscription Late { failing(late: true) }"}
)


async def over_socket(served: Served, **payload: object) -> None:
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", **payload)
        while (await hear(socket))["type"] == "next":
            pass


async def test_subscriptions_have_their_series(serve: Serve) -> None:
    served = await serve(trusted_documents=KNOWN)
    await over_socket(served, documentId="doc")
    await served.ask(documentId="doc", accept="text/event-stream")
    await served.ask(documentId="late", accept="text/event-stream")
    await served.ask("subscription { failing }", accept="text/event-stream")
    await over_socket(served, query="subscription { exploding }")
    async with served.socket() as socket:
        await introduce(socket)
        await say(socket, "subscribe", "1", query="subscription { forever { number } }")
        await hear(socket)
    await asyncio.wait_for(served.toy.cancelled.wait(), 5)
    text = await metrics(served)
    for operation, status, transport in (
        ("Known", "ok", "ws"),
        ("Known", "ok", "sse"),
        ("Late", "refused", "sse"),
        ("untrusted", "refused", "sse"),
        ("untrusted", "failed", "ws"),
        ("untrusted", "cancelled", "ws"),
    ):
        labels = f'operation="{operation}",status="{status}",transport="{transport}",type="subscription"'
        assert f"rookery_operations_total{{{labels}}} 1.0" in text
    assert 'rookery_stream_seconds_count{operation="Known",transport="ws"} 1.0' in text
    assert 'rookery_operation_seconds_count{transport="ws",type="subscription"}' not in text


async def test_the_access_log_names_subscriptions(serve: Serve) -> None:
    served = await serve(trusted_documents=KNOWN)
    with capture_logs() as lines:
        await served.ask(documentId="doc", accept="text/event-stream")
        await over_socket(served, documentId="doc")
        await over_socket(served, query="subscription Mine { count(to: 1) { number } }")
    named = [(line["event"], line["method"], line["type"], line["operation"]) for line in lines if line.get("operation")]
    assert named == [
        ("request", "POST", "subscription", "Known"),
        ("operation", "WS", "subscription", "Known"),
        ("operation", "WS", "subscription", "untrusted"),
    ]
