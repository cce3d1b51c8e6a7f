"""Half characters: JSON can spell them and Unicode cannot."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.web.conftest import Served
from web.surrogates import half_character

HELLO = "query ($n: String) { hello(name: $n) }"
HALVES = ["x\ud83d", "\ude00x", "\ude00\ud83d"]


async def errors_of(served: Served, body: str, accept: str = "application/json") -> tuple[int, Any]:
    headers = {"content-type": "application/json", "accept": accept}
    answer = await served.http.post(served.url, content=body.encode(), headers=headers)
    return answer.status_code, answer.json()["errors"]


@pytest.mark.parametrize("half", HALVES)
async def test_half_a_character_is_bad_input_that_names_its_field(served: Served, half: str) -> None:
    body = json.dumps({"query": HELLO, "variables": {"n": half}})
    status, [error] = await errors_of(served, body)
    assert status == 200
    assert error["extensions"] == {"code": "INVALID_INPUT", "field": "n"}
    assert "`n` holds half a character" in error["message"]
    assert (await errors_of(served, body, "application/graphql-response+json"))[0] == 400


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        ({"query": HELLO, "variables": {"input": {"name": "Ada", "text": "x\ud83d"}}}, "text"),
        ({"query": HELLO, "variables": {"input": {"tags": ["x", "x\ud83d"]}}}, "tags"),
        ({"query": HELLO, "variables": {"input": {"x\ud83d": 1}}}, "input"),
        ({"query": HELLO, "variables": {"n": {"not a name": "x\ud83d"}}}, "n"),
        ({"query": "{ hello } # \ud83d"}, None),
        ({"query": HELLO, "operationName": "x\ud83d"}, None),
    ],
)
async def test_the_field_is_the_innermost_name_within_the_variables(served: Served, request_: Any, field: str | None) -> None:
    _, [error] = await errors_of(served, json.dumps(request_))
    assert error["extensions"] == {"code": "INVALID_INPUT"} | ({"field": field} if field else {})


async def test_a_get_is_told_too(served: Served) -> None:
    query = urlencode({"query": HELLO, "variables": json.dumps({"n": "x\ud83d"})})
    answer = await served.http.get(f"{served.url}?{query}")
    assert answer.json()["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "n"}


async def test_whole_characters_are_taken_in_either_spelling(served: Served) -> None:
    request = {"query": HELLO, "variables": {"n": "\U0001f600"}}
    for body in (json.dumps(request), json.dumps(request, ensure_ascii=False)):
        answer = await served.http.post(served.url, content=body.encode(), headers={"content-type": "application/json"})
        assert answer.json() == {"data": {"hello": "hello \U0001f600"}}


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"NaN", b'{"a": NaN, "b": "\\ud83d"}', b'{"a": "\\ud83d"', b'"\xed\xa0\xbd"', b'"\\ud83d\\ude00"',
        b"[" * 200_000, b"[" * 200_000 + b'"\\ud83d"',
        b'"\\ud83d"'.decode().encode("utf-16"), b'["\\ud83d", ' + b"9" * 10_000 + b"]",
    ],
    ids=range(11),
)
def test_what_is_no_json_holds_no_half_character(text: bytes) -> None:
    assert half_character(text) is None


def test_a_path_is_found_at_any_place() -> None:
    spelled = json.dumps({"a": ["x", {"b": "\ud83d"}]})
    assert half_character(spelled) == ({"a": ["x", {"b": "\ud83d"}]}, ["a", 1, "b"])
    assert half_character(json.dumps("\ud83d")) == ("\ud83d", [])
