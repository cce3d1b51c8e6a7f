"""Logging in by a provider: who has an account, who makes one, and who is told to link one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from errors import InvalidInput
from services.accounts.provider_log_in import ProviderLogIn
from tests.api.product import Product
from tests.api.test_sign_ins import away_for
from tests.providers.browser import ACCOUNT, LOG_IN, SIGN_UP, challenge_of, person_of
from tests.providers.conftest import APP
from web.origins import Origins
from web.return_addresses import ReturnAddresses

ANA = {"email": "ana@example.org", "email_verified": True, "name": "Ana María", "preferred_username": "ana.m"}
ME = "{ viewer { username } }"


async def counted(product: Product) -> Sequence[int]:
    """Return how many users, accounts and identities there are."""
    return list(await product.cypher(
        "RETURN [COUNT { (:User) }, COUNT { (:Account) }, COUNT { (:ProviderIdentity) }]"
    ))


async def test_providers_are_listed_for_buttons(product):
    found = await product.run("{ providers { name displayName path } }")
    assert found["providers"] == [{"name": "example", "displayName": "Example", "path": "/auth/example"}]


async def test_who_is_new_chooses_a_username_and_then_logs_in_by_the_provider(browser, product):
    browser.is_somebody("ana-1", **ANA)
    way = await browser.go()
    payload = (await product.run(LOG_IN, input=way.exchange))["logInWithProvider"]
    new = payload["signUp"]
    assert payload["session"] is None
    assert {name: value for name, value in new.items() if name != "token"} == {
        "suggestedUsername": "ana_m", "displayName": "Ana María", "email": "ana@example.org", "emailVerified": True
    }
    assert await counted(product) == [0, 0, 0]
    given = {"token": new["token"], "verifier": way.verifier, "username": "ana", "displayName": "Ana"}
    person = person_of((await product.run(SIGN_UP, input=given))["signUpWithProvider"])
    assert await product.run(ACCOUNT, person) == {"account": {"email": "ana@example.org", "emailVerified": True}}
    assert await product.cypher("MATCH (a:Account) RETURN a.passwordHash") is None
    assert await product.cypher("RETURN COUNT { (:Mail) }") == 0
    again = (await browser.log_in()).data["logInWithProvider"]
    assert again["signUp"] is None
    assert person_of(again).id == person.id
    assert await counted(product) == [1, 1, 1]
    assert await product.cypher("MATCH (i:ProviderIdentity) RETURN i.lastUsedAt > 0")


async def test_a_sign_up_that_is_sent_again_signs_in_to_what_it_made(browser, product):
    browser.is_somebody("ana-1", **ANA)
    given = {**await browser.to_sign_up(), "username": "ana"}
    answers = await asyncio.gather(*(product.ask(SIGN_UP, input=given) for _ in range(4)))
    assert await counted(product) == [1, 1, 1]
    assert {answer.code for answer in answers} <= {None, "CONFLICT"}
    last = await product.run(SIGN_UP, input=given)
    assert person_of(last["signUpWithProvider"]).username == "ana"
    assert (await product.ask(SIGN_UP, input={**given, "token": given["token"][:-2]})).refusal == ("INVALID_INPUT", "token")


async def test_a_token_that_has_made_an_account_is_no_key_to_it(browser, product):
    browser.is_somebody("ana-1", **ANA)
    given = {**await browser.to_sign_up(), "username": "ana"}
    stolen = await product.ask(SIGN_UP, input={**given, "verifier": "w" * 43})
    assert stolen.refusal == ("INVALID_INPUT", "verifier")
    await product.run(SIGN_UP, input=given)
    assert (await product.ask(SIGN_UP, input={**given, "verifier": "w" * 43})).refusal == ("INVALID_INPUT", "verifier")
    await product.run(SIGN_UP, input=given)
    await product.cypher("MATCH (i:ProviderIdentity) SET i.createdAt = i.createdAt - 121000 RETURN 1")
    assert (await product.ask(SIGN_UP, input=given)).refusal == ("INVALID_INPUT", "token")
    await product.cypher("MATCH (i:ProviderIdentity) SET i.createdAt = i.createdAt + 121000 RETURN 1")
    await browser.log_in()
    assert (await product.ask(SIGN_UP, input=given)).refusal == ("INVALID_INPUT", "token")


async def test_who_has_no_account_here_learns_of_few_addresses_whether_one_has(browser, product, monkeypatch):
    await product.sign_up("ana", email="ana@example.org")
    browser.is_somebody("ana-1", email="ana@example.org", email_verified=False)
    log_in = product.served.parts.accounts.providers.log_in
    monkeypatch.setattr(ProviderLogIn, "run", partial(replace(log_in, sign_ups_per_address=2).run))
    assert [(await browser.log_in()).code for _ in range(3)] == ["CONFLICT", "CONFLICT", "RATE_LIMITED"]


async def test_a_code_is_good_still_where_the_graph_was_away_and_once_where_a_command_came_twice(browser, product, monkeypatch):
    browser.is_somebody("ana-1", **ANA)
    await browser.sign_up("ana")
    way = await browser.go()
    with monkeypatch.context() as patch:
        away_for(patch, "provider_identities/used")
        assert (await product.ask(LOG_IN, input=way.exchange)).code == "UNAVAILABLE"
    assert person_of((await product.run(LOG_IN, input=way.exchange))["logInWithProvider"]).username == "ana"
    assert (await product.ask(LOG_IN, input=way.exchange)).refusal == ("INVALID_INPUT", "code")
    once, life = product.served.parts.accounts.providers.flows.proofs.store, timedelta(seconds=5)
    await once.put("d", "value", life)
    monkeypatch.setattr("keyspace.single_use.new_id", lambda: "the same command")
    assert [await once.take("d", life) for _ in range(2)] == ["value", "value"]
    assert [await once.is_first("w", life) for _ in range(2)] == [True, True]
    monkeypatch.undo()
    assert (await once.take("d", life), await once.is_first("w", life)) == (None, False)


async def test_a_taken_name_makes_nothing_and_the_token_stays_good(browser, product):
    await product.sign_up("bob")
    browser.is_somebody("ana-1", **ANA)
    given = await browser.to_sign_up()
    refused = await product.ask(SIGN_UP, input={**given, "username": "bob"})
    assert refused.refusal == ("CONFLICT", "username")
    assert await counted(product) == [1, 1, 0]
    assert (await product.ask(SIGN_UP, input={**given, "username": "ana"})).code is None


@pytest.mark.parametrize(
    ("claims", "chosen", "verified"),
    [
        ({"email": "ana@example.org", "email_verified": False}, {}, False),
        ({"email": "ana@example.org", "email_verified": "true"}, {}, False),
        (ANA, {"email": "other@example.org"}, False),
        ({}, {"email": "other@example.org"}, False),
        (ANA, {"email": "ANA@example.org"}, True),
    ],
    ids=["unverified", "not_a_boolean", "another", "none", "the_same"],
)
async def test_an_address_counts_as_verified_only_where_the_provider_says_so_of_it(browser, product, claims, chosen, verified):
    browser.is_somebody("ana-2", **claims)
    person = await browser.sign_up("ana", **chosen)
    account = (await product.run(ACCOUNT, person))["account"]
    assert account["emailVerified"] is verified
    assert await product.cypher("MATCH (m:Mail) RETURN collect(m.kind)") == ([] if verified else ["VERIFY_EMAIL"])


async def test_who_gives_no_address_must_choose_one(browser, product):
    browser.is_somebody("ana-3")
    refused = await product.ask(SIGN_UP, input={**await browser.to_sign_up(), "username": "ana"})
    assert refused.refusal == ("INVALID_INPUT", "email")
    assert await counted(product) == [0, 0, 0]


@pytest.mark.parametrize("here", [True, False])
@pytest.mark.parametrize("there", [True, False])
async def test_an_account_is_linked_by_its_address_only_where_both_sides_verified_it(browser, product, here, there):
    ana = await product.sign_up("ana", email="ana@example.org")
    if here:
        await product.cypher("MATCH (a:Account) SET a.emailVerifiedAt = 1 RETURN 1")
    browser.is_somebody("ana-4", email="Ana@example.org", email_verified=there)
    answer = await browser.log_in()
    if here and there:
        assert person_of(answer.data["logInWithProvider"]).id == ana.id
        kinds = await product.cypher("MATCH (m:Mail) WHERE m.kind <> 'VERIFY_EMAIL' RETURN collect(m.kind)")
        assert kinds == ["PROVIDER_LINKED"]
        assert person_of((await browser.log_in()).data["logInWithProvider"]).id == ana.id
    else:
        assert answer.refusal == ("CONFLICT", "email")
        assert "link" in answer.errors[0]["message"]
        assert await counted(product) == [1, 1, 0]
        keys = await product.cypher("MATCH (u:User) RETURN u.key")
        assert len(await product.served.parts.accounts.sessions.store.all(keys)) == 1


async def test_a_suspended_account_is_refused_and_a_deactivated_one_comes_back(browser, product):
    browser.is_somebody("ana-5", **ANA)
    await browser.sign_up("ana")
    await product.cypher("MATCH (u:User) SET u.state = 'DEACTIVATED', u.deactivatedAt = timestamp() RETURN 1")
    assert (await browser.log_in()).code is None
    await product.cypher("MATCH (u:User) SET u.state = 'SUSPENDED' RETURN 1")
    assert (await browser.log_in()).code == "FORBIDDEN"


async def test_a_browser_gets_its_session_in_cookies(browser, product):
    browser.is_somebody("ana-6", **ANA)
    await browser.sign_up("ana")
    way = await browser.go()
    headers = {"x-rookery-session": "cookie", "origin": browser.url}
    body: dict[str, Any] = {"query": LOG_IN, "variables": {"input": way.exchange}}
    answer = await browser.http.post(f"{browser.url}/graphql", json=body, headers=headers)
    assert answer.json()["data"]["logInWithProvider"]["session"]["accessToken"] is None
    me = await browser.http.post(f"{browser.url}/graphql", json={"query": ME}, headers={"origin": browser.url})
    assert me.json()["data"]["viewer"] == {"username": "ana"}


async def test_a_code_works_once_for_its_verifier_alone(browser, product):
    browser.is_somebody("ana-7", **ANA)
    await browser.sign_up("ana")
    way = await browser.go()
    answers = await asyncio.gather(*(product.ask(LOG_IN, input=way.exchange) for _ in range(10)))
    assert sorted(str(answer.refusal) for answer in answers) == ["('INVALID_INPUT', 'code')"] * 9 + ["(None, None)"]
    stolen = await browser.go()
    wrong = await product.ask(LOG_IN, input={**stolen.exchange, "verifier": "w" * 43})
    assert wrong.refusal == ("INVALID_INPUT", "verifier")
    assert (await product.ask(LOG_IN, input=stolen.exchange)).refusal == ("INVALID_INPUT", "code")
    assert (await product.ask(LOG_IN, input={"code": "x", "verifier": "short"})).refusal == ("INVALID_INPUT", "verifier")


async def test_an_answer_of_the_provider_works_once_and_in_its_browser_alone(browser, product, provider):
    browser.is_somebody("ana-8", **ANA)
    address = await browser.callback()
    kept = browser.http.cookies.get("rookery-provider")
    elsewhere = await product.served.http.get(address)
    assert (elsewhere.status_code, "INVALID_INPUT" in elsewhere.text) == (400, True)
    forged = await browser.http.get(address.replace("state=", "state=x"))
    assert forged.status_code == 400
    assert "/token" not in provider.asked
    first = await browser.http.get(address)
    assert "#code=" in first.headers["location"]
    assert "rookery-provider=" in first.headers["set-cookie"]
    assert (first.headers["cache-control"], first.headers["referrer-policy"]) == ("no-store", "no-referrer")
    browser.http.cookies.set("rookery-provider", kept, "127.0.0.1")
    replayed = await browser.http.get(address)
    assert (replayed.status_code, "location" in replayed.headers) == (400, False)
    assert provider.asked.count("/token") == 1


async def test_the_answer_of_one_way_is_none_to_another(browser):
    browser.is_somebody("ana-9", **ANA)
    earlier = await browser.callback()
    await browser.callback()
    assert (await browser.http.get(earlier)).status_code == 400


async def test_who_does_not_want_to_comes_back_with_a_code_that_says_so(browser, product):
    browser.is_somebody("ana-10", refuses=True)
    assert (await browser.go()).said == {"error": "CANCELLED"}
    browser.is_somebody("ana-10", **ANA)
    assert (await browser.log_in()).code is None
    assert await counted(product) == [0, 0, 0]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example", "javascript:alert(1)", "/signed-in", "", "http://127.0.0.1:1/",
        "{own}@evil.example/", "https://evil.example\\@{host}/", "http://evil.example#{own}", "{own}/#code=x",
        "{own}.evil.example/", "org.example.app:/other", "http:{host}", "http:///{host}",
        # Our own redirects would take a code along to another provider.
        "{own}/auth/example?return_to={own}/", "{own}//auth/example", "{own}/a/../auth/example", "{own}/a/%2e./auth/example",
        "{own}/%61uth/example/callback", "{own}/auth%2Fexample/",
    ],
)
async def test_nobody_is_led_elsewhere(browser, provider, address):
    host = browser.url.removeprefix("http://")
    given = {"return_to": address.format(own=browser.url, host=host), "code_challenge": challenge_of("v" * 43)}
    answer = await browser.http.get(f"{browser.url}/auth/example", params=given)
    assert (answer.status_code, "location" in answer.headers, "set-cookie" in answer.headers) == (400, False, False)
    assert provider.asked == []


async def test_no_fragment_of_a_page_goes_along_to_the_provider(browser):
    given = {"return_to": browser.page, "code_challenge": "c" * 43}
    answer = await browser.http.get(f"{browser.url}/auth/example", params=given)
    assert answer.headers["location"].endswith("#_")


def test_of_an_origin_with_a_listed_page_no_other_counts():
    returns = ReturnAddresses(Origins(["https://a.example", "https://b.example"]), ["https://a.example/in", APP], ["example"])
    for good in ("https://a.example/in", "https://b.example/any?x=1", "https://b.example/auth/callback", APP):
        assert returns.checked(good, "api.example") == good
    for bad in ("https://a.example/other", "https://A.example/in/", "https://a.example/in?to=x", "https://c.example/in"):
        with pytest.raises(InvalidInput):
            returns.checked(bad, "api.example")


async def test_an_app_is_led_back_to(browser):
    browser.is_somebody("ana-11", **ANA)
    browser.page = APP
    assert set((await browser.go()).said) == {"code"}


async def test_a_way_needs_a_provider_and_a_challenge(browser):
    page = {"return_to": browser.page}
    assert (await browser.http.get(f"{browser.url}/auth/nobody", params={**page, "code_challenge": "c" * 43})).status_code == 404
    assert (await browser.http.get(f"{browser.url}/auth/nobody/callback")).status_code == 404
    assert (await browser.http.get(f"{browser.url}/auth/example", params=page)).status_code == 400
    twice = f"{browser.url}/auth/example?return_to={browser.page}&code_challenge={'c' * 43}&code_challenge={'d' * 43}"
    assert (await browser.http.get(twice)).status_code == 400
    assert (await browser.http.head(f"{browser.url}/auth/example/callback")).status_code == 405


async def test_redis_holds_nothing_of_a_code_to_use_or_to_read(browser, keyspace):
    browser.is_somebody("ana-12", **ANA)
    way = await browser.go()
    names = [name for name in await keyspace.command("KEYS", "once:*") if b"proof" in name]
    held = [await keyspace.command("GET", name) for name in names]
    assert len(held) == 1
    written = b" ".join([*names, *held])
    assert not any(secret.encode() in written for secret in (way.said["code"], way.verifier, "ana-12", "ana@example.org"))
