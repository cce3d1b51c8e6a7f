"""GraphQL over HTTP."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Serve, Served
from web.endings import Ended
from web.limits import HttpLimits
from web.negotiation import MediaType, negotiate
from web.refusals import RequestRefused
from web.requests import GraphQLRequest, from_body
from web.socket_messages import read_message

NAMES = ["query", "variables", "operationName", "extensions", "documentId", "type", "id", "payload"]
RESPONSE = "application/graphql-response+json"


async def test_a_query_is_answered(served: Served) -> None:
    answer = await served.ask("{ hello }")
    assert answer.status_code == 200
    assert answer.json() == {"data": {"hello": "hello world"}}
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


async def test_variables_and_operation_names_pick_and_fill(served: Served) -> None:
    query = "query A($n: String!) { hello(name: $n) } query B { me { name } }"
    answer = await served.ask(query, operationName="A", variables={"n": "Zoë 🐦"})
    assert answer.json() == {"data": {"hello": "hello Zoë 🐦"}}


async def test_a_get_runs_queries_only(served: Served) -> None:
    good = await served.http.get(
        served.url, params={"query": "query($n:String){hello(name:$n)}", "variables": '{"n":"x"}'}
    )
    assert good.json() == {"data": {"hello": "hello x"}}
    refused = await served.http.get(served.url, params={"query": "mutation { add(number: 1) }"})
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"
    assert refused.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


async def test_a_mutation_runs_by_post(served: Served) -> None:
    assert (await served.ask("mutation { add(number: 1) }")).json() == {"data": {"add": 2}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_other_methods_are_refused(served: Served, method: str) -> None:
    answer = await served.http.request(method, served.url)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert ("ROOKERY_ALLOWED_ORIGINS" in answer.text) == (method == "OPTIONS")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        (RESPONSE, RESPONSE),
        (f"application/json;q=0.5, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
        (f"{RESPONSE}, application/json;q=0.9", RESPONSE),
        ("application/json;q=x", "application/json"),
    ],
)
async def test_the_accept_header_picks_the_form(served: Served, accept: str | None, given: str) -> None:
    headers = {} if accept is None else {"accept": accept}
    answer = await served.http.post(served.url, json={"query": "{ hello }"}, headers=headers)
    assert answer.headers["content-type"] == f"{given}; charset=utf-8"


async def test_an_accept_header_that_nothing_meets_is_refused(served: Served) -> None:
    answer = await served.ask("{ hello }", accept="image/png")
    assert answer.status_code == 406


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
        ("query($n: Int!) { wish(wish: {size: $n}) }", "INVALID_INPUT"),
    ],
)
async def test_a_document_that_does_not_run_has_a_code_and_no_data(served: Served, query: str, code: str) -> None:
    legacy = await served.ask(query)
    assert legacy.status_code == 200
    modern = await served.ask(query, accept=RESPONSE)
    assert modern.status_code == 400
    for answer in (legacy, modern):
        assert answer.json()["errors"][0]["extensions"]["code"] == code
        assert "data" not in answer.json()


async def test_validation_errors_keep_their_places(served: Served) -> None:
    error = (await served.ask("{ nothing }")).json()["errors"][0]
    assert error["locations"] == [{"line": 1, "column": 3}]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b'"query"', b"7", b'{"query": "{hello}", "variables": {"a": NaN}}', b"\xff\xfe", b"[" * 2_000],
)
async def test_a_body_that_is_no_request_is_refused(served: Served, body: bytes) -> None:
    answer = await served.http.post(served.url, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": 1},
        {"query": {}},
        {"query": "{ hello }", "variables": []},
        {"query": "{ hello }", "variables": "x"},
        {"query": "{ hello }", "operationName": 1},
        {"query": "{ hello }", "extensions": [1]},
        {"query": ""},
        {},
    ],
)
async def test_parameters_of_the_wrong_type_are_refused(served: Served, parameters: dict[str, Any]) -> None:
    answer = await served.ask(**parameters)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_a_request_or_is_refused(value: object) -> None:
    with suppress(RequestRefused):
        assert isinstance(from_body(json.dumps(value).encode(), HttpLimits()), GraphQLRequest)


@given(st.binary(max_size=60), st.booleans())
def test_any_accept_header_picks_a_form_or_is_refused(accept: bytes, html: bool) -> None:
    with suppress(RequestRefused):
        assert isinstance(negotiate(accept, html=html), MediaType)


@given(JSON)
def test_any_message_of_a_socket_is_read_or_closes_it(value: object) -> None:
    with suppress(Ended):
        assert read_message(json.dumps(value))


async def test_a_batch_is_refused(served: Served) -> None:
    answer = await served.http.post(served.url, json=[{"query": "{ hello }"}])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BATCHING_NOT_SUPPORTED"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_other_content_types_are_refused(served: Served, headers: dict[str, str]) -> None:
    answer = await served.http.post(served.url, content=b'{"query":"{hello}"}', headers=headers)
    assert answer.status_code == 415


async def test_a_get_with_a_bad_query_string_is_refused(served: Served) -> None:
    for query in ("query=%ff", "query={hello}&variables=x", "&".join(f"a{n}=1" for n in range(40)), "variables=[1]"):
        answer = await served.http.get(f"{served.url}?{query}")
        assert answer.status_code == 400, query


async def test_a_refused_credential_is_told_by_the_status(served: Served) -> None:
    for accept in ("application/json", RESPONSE):
        headers = {"authorization": "Bearer bad", "accept": accept}
        answer = await served.http.post(served.url, json={"query": "{ hello }"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_a_limited_client_is_told_when_to_come_back(served: Served) -> None:
    answer = await served.http.post(served.url, json={"query": "{ hello }"}, headers={"authorization": "Bearer busy"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 7}


async def test_numbers_that_json_lacks_become_a_masked_error_or_null(served: Served) -> None:
    answer = await served.ask("{ notANumber }")
    assert answer.json()["data"] == {"notANumber": None}


async def test_a_page_is_shown_only_to_those_who_name_html(serve: Serve) -> None:
    served = await serve()
    page = await served.http.get(served.url, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    params = {"extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}})}
    program = await served.http.get(served.url, params=params, headers={"accept": "*/*"})
    assert program.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_the_explorer_can_be_off(serve: Serve) -> None:
    served = await serve(explorer=False)
    answer = await served.http.get(served.url, headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("application/json")
    assert (await served.http.get(f"{served.address}/explorer/explorer.js")).status_code == 404
