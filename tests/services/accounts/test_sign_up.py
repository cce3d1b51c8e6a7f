"""Signing up: what is made, what is refused, and many at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
import pytest

from clock import moment
from errors import Conflict, InvalidInput, Unavailable
from graph.driver import Graph
from graph.errors import ConstraintViolated
from graph.ids import milliseconds_of
from graph.rows.media_display import SensitiveMedia
from graph.rows.users import UserRow, UserState
from services.accounts.sign_up import SignUp, taken
from services.accounts.tokens import AccessTokens
from services.accounts.viewer import SignedIn
from services.sealing import Sealing

PASSWORD = "correct horse"
Name = Callable[[], str]


async def test_a_person_and_an_account_are_made_and_signed_in(
    sign_up: SignUp, checks: Graph, name: Name, tokens: AccessTokens
) -> None:
    username = name().upper()
    made = await sign_up.run(username, f"{username}@example.org", PASSWORD, "Ana Lima")
    user = made.user
    created = moment(milliseconds_of(user.id))
    assert user == UserRow(
        id=user.id, key=user.key, username=username, display_name="Ana Lima", bio="", location=None, website=None,
        avatar_id=None, cover_id=None, private=False, discoverable=True, state=UserState.ACTIVE, verified_at=None,
        created_at=created,
        hides_followers=False, hides_following=False, hides_counts=False,
        sensitive_media=SensitiveMedia.BLUR, pinned_ids=(),
    )
    assert tokens.verify(made.tokens.access.token) == made.tokens.access.viewer
    assert (made.tokens.access.viewer.id, made.tokens.access.viewer.key) == (user.id, user.key)
    at = milliseconds_of(user.id)
    assert await checks.read("checks/person_of", id=user.id) == {
        "id": user.id, "key": user.key, "username": username, "usernameKey": username.lower(), "displayName": "Ana Lima",
        "bio": "", "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": at, "lastActiveAt": at,
    }


async def test_without_a_display_name_a_person_is_called_by_their_username(sign_up: SignUp, name: Name) -> None:
    username = name()
    made = await sign_up.run(username, f"{username}@example.org", PASSWORD)
    assert made.user.display_name == username


async def test_neither_address_nor_password_is_in_the_graph(
    sign_up: SignUp, checks: Graph, name: Name, emails: Sealing
) -> None:
    username = name()
    made = await sign_up.run(username, f"  Mail.{username}@Example.org", PASSWORD)
    account = await checks.read("checks/account_of", userId=made.user.id)
    assert account.keys() == {"userId", "emailHash", "emailSealed", "passwordHash"}
    assert emails.unseal(account["emailSealed"]) == f"Mail.{username}@example.org"
    assert account["emailHash"] == emails.fingerprint(f"mail.{username}@example.org")
    assert account["passwordHash"].startswith("$argon2id$")
    assert not any(secret in str(account).lower() for secret in (username, "example.org", PASSWORD))


async def test_signing_up_is_one_statement_and_tells_of_it(
    sign_up: SignUp, checks: Graph, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    handed_over: list[str] = []
    username = name()
    told = replace(graph, committed=lambda events: handed_over.extend(event.type for event in events))
    counted = replace(sign_up, writer=replace(sign_up.writer, graph=told))
    made = await counted.run(username, f"{username}@example.org", PASSWORD)
    assert names == ["accounts/sign_up"]
    assert handed_over == ["user.created"]
    [(type_, payload)] = await checks.read("checks/events_of", userId=made.user.id)
    assert (type_, orjson.loads(payload)) == ("user.created", {"userId": made.user.id, "usernameKey": username})


async def test_a_taken_username_is_told_in_any_case(sign_up: SignUp, name: Name) -> None:
    username = name()
    await sign_up.run(username, f"{username}@example.org", PASSWORD)
    with pytest.raises(Conflict) as refused:
        await sign_up.run(username.upper(), f"other.{username}@example.org", PASSWORD)
    assert refused.value.extensions == {"code": "CONFLICT", "field": "username"}


async def test_a_taken_address_is_told_in_any_spelling(sign_up: SignUp, name: Name) -> None:
    username = name()
    await sign_up.run(username, f"{username}@bücher.example", PASSWORD)
    with pytest.raises(Conflict) as refused:
        await sign_up.run(name(), f" {username.upper()}@XN--BCHER-KVA.example", PASSWORD)
    assert refused.value.extensions == {"code": "CONFLICT", "field": "email"}


async def test_a_username_spelled_like_a_property_does_not_confuse_the_conflict(sign_up: SignUp, name: Name) -> None:
    with suppress(Conflict):
        await sign_up.run("emailHash", f"{name()}@example.org", PASSWORD)
    with pytest.raises(Conflict) as refused:
        await sign_up.run("emailHash", f"{name()}@example.org", PASSWORD)
    assert refused.value.field == "username"


def test_a_clash_of_something_else_blames_no_argument() -> None:
    assert taken(ConstraintViolated("label `User` and property `id` = 'x'")).field is None


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("username", {"username": "\u0430na"}),
        ("username", {"username": "ana\0"}),
        ("username", {"username": "admin"}),
        ("email", {"email": "nobody"}),
        ("password", {"password": "short"}),
        ("password", {"password": " " * 12}),
        ("password", {"password": "\u2800\u3164\u200b\u00a0" * 3}),
        ("password", {"password": "x" * 10_000_000}),
        ("password", {"password": "ana_from_rio"}),
        ("displayName", {"display_name": "\u202e"}),
    ],
)
async def test_bad_input_is_refused_before_any_work(
    sign_up: SignUp, statements: tuple[Graph, list[str]], field: str, changed: dict[str, str]
) -> None:
    graph, names = statements
    good = {"username": "ana_from_rio", "email": "ana@example.org", "password": PASSWORD, "display_name": "Ana"}
    given: dict[str, Any] = {**good, **changed}
    with pytest.raises(InvalidInput) as refused:
        await replace(sign_up, writer=replace(sign_up.writer, graph=graph)).run(**given)
    assert refused.value.field == field
    assert names == []


async def test_of_twenty_with_one_name_exactly_one_wins(sign_up: SignUp, checks: Graph, name: Name) -> None:
    username = name()
    answers = await asyncio.gather(
        *(sign_up.run(username, f"{n}.{username}@example.org", PASSWORD) for n in range(20)), return_exceptions=True
    )
    assert Counter(type(answer) for answer in answers) == {SignedIn: 1, Conflict: 19}
    assert {answer.field for answer in answers if isinstance(answer, Conflict)} == {"username"}
    assert await checks.read("checks/people_like", prefix=username) == 1


async def test_of_twenty_with_one_address_exactly_one_wins(sign_up: SignUp, name: Name) -> None:
    address = f"{name()}@example.org"
    answers = await asyncio.gather(*(sign_up.run(name(), address, PASSWORD) for _ in range(20)), return_exceptions=True)
    assert Counter(type(answer) for answer in answers) == {SignedIn: 1, Conflict: 19}
    assert {answer.field for answer in answers if isinstance(answer, Conflict)} == {"email"}


async def test_keys_of_fifty_at_once_are_unique_and_without_gaps(sign_up: SignUp, name: Name) -> None:
    first = await sign_up.run(used := name(), f"{name()}@example.org", PASSWORD)
    names = [name() for _ in range(50)]
    made, lost = await asyncio.gather(
        asyncio.gather(*(sign_up.run(username, f"{username}@example.org", PASSWORD) for username in names)),
        asyncio.gather(
            *(sign_up.run(used, f"{name()}@example.org", PASSWORD) for _ in range(10)), return_exceptions=True
        ),
    )
    assert all(isinstance(answer, Conflict) for answer in lost)
    assert sorted(each.user.key for each in made) == list(range(first.user.key + 1, first.user.key + 51))


async def test_without_the_graph_nobody_signs_up(sign_up: SignUp, name: Name) -> None:
    gone = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    with pytest.raises(Unavailable):
        await replace(sign_up, writer=replace(sign_up.writer, graph=gone)).run(name(), "ana@example.org", PASSWORD)
    await gone.close()
