"""Providers of somebody who has an account: linked in their session, unlinked, and asked once more."""

from typing import Any

import pytest

from clock import now_ms
from graph.ids import new_id
from tests.api.factors import COMPLETE, forget_proofs, with_app
from tests.api.product import CHANGE_PASSWORD, PASSWORD, Person, Product
from tests.mail.mailing import CHANGE
from tests.providers.browser import (
    BEGIN_LINK,
    LINK,
    LINKED,
    LOG_IN,
    REAUTHENTICATE,
    UNLINK,
    Browser,
    Way,
    person_of,
)
from tests.providers.forging import Forger
from tests.providers.test_hostile_providers import forget

ANA = {"email": "ana@id.example", "email_verified": True}
EXAMPLE = {"input": {"provider": "example"}}
LOG_IN_BY_PASSWORD = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken viewer { id username } } } }"
NEEDS_PROOF = {"code": "FORBIDDEN", "reason": "REAUTHENTICATION_REQUIRED"}
DEACTIVATE = "mutation ($input: DeactivateAccountInput!) { deactivateAccount(input: $input) { reactivateUntil } }"


async def to_link(browser: Browser, product: Product, viewer: Person) -> Way:
    """Go to the provider to link it, and back."""
    token = (await product.run(BEGIN_LINK, viewer, **EXAMPLE))["beginProviderLink"]["linkToken"]
    return await browser.go(link=token)


async def kinds(product: Product) -> Any:
    return await product.cypher("MATCH (m:Mail) WHERE m.kind STARTS WITH 'PROVIDER' RETURN collect(m.kind)")


async def test_a_provider_is_linked_logs_in_and_is_unlinked(browser, product):
    ana = await product.sign_up("ana")
    browser.is_somebody("link-1", **ANA)
    way = await to_link(browser, product, ana)
    payload = (await product.run(LINK, ana, input=way.exchange))["linkProvider"]
    assert payload == {"linkedProviders": [{"name": "example", "lastUsedAt": None}]}
    assert await kinds(product) == ["PROVIDER_LINKED"]
    assert person_of((await browser.log_in()).data["logInWithProvider"]).id == ana.id
    assert (await product.run(LINKED, ana))["linkedProviders"][0]["lastUsedAt"] is not None
    assert (await product.run(UNLINK, ana, **EXAMPLE))["unlinkProvider"] == {"linkedProviders": []}
    assert sorted(await kinds(product)) == ["PROVIDER_LINKED", "PROVIDER_UNLINKED"]
    assert (await product.ask(UNLINK, ana, **EXAMPLE)).code == "NOT_FOUND"
    assert (await browser.log_in()).data["logInWithProvider"]["session"] is None


async def test_what_is_begun_to_link_signs_nobody_in_and_what_is_begun_to_log_in_links_nobody(browser, product):
    ana = await product.sign_up("ana")
    browser.is_somebody("link-2", **ANA)
    way = await to_link(browser, product, ana)
    assert (await product.ask(LOG_IN, input=way.exchange)).refusal == ("INVALID_INPUT", "code")
    assert (await product.ask(LINK, ana, input=way.exchange)).refusal == ("INVALID_INPUT", "code")
    for purpose in ({}, {"purpose": "reauthenticate"}):
        way = await browser.go(**purpose)
        assert (await product.ask(LINK, ana, input=way.exchange)).refusal == ("INVALID_INPUT", "code")
    assert await product.cypher("RETURN COUNT { (:ProviderIdentity) }") == 0


async def test_a_link_is_finished_in_the_session_that_began_it(browser, product):
    ana, bob = await product.people("ana", "bob")
    browser.is_somebody("link-3", **ANA)
    way = await to_link(browser, product, ana)
    assert (await product.ask(LINK, bob, input=way.exchange)).code == "FORBIDDEN"
    again = await product.run(LOG_IN_BY_PASSWORD, input={"login": "ana", "password": PASSWORD})
    way = await to_link(browser, product, ana)
    assert (await product.ask(LINK, person_of(again["logIn"]), input=way.exchange)).code == "FORBIDDEN"
    assert (await product.ask(LINK, None, input=way.exchange)).code == "UNAUTHENTICATED"
    forged = await browser.http.get(f"{browser.url}/auth/example", params={
        "return_to": browser.page, "code_challenge": "c" * 43, "link": "forged"
    })
    assert forged.status_code == 400
    assert await product.cypher("RETURN COUNT { (:ProviderIdentity) }") == 0


async def test_an_account_of_the_provider_is_linked_to_one_account_and_one_to_each(browser, product):
    ana, bob = await product.people("ana", "bob")
    browser.is_somebody("link-4", **ANA)
    await product.run(LINK, ana, input=(await to_link(browser, product, ana)).exchange)
    assert (await product.ask(LINK, bob, input=(await to_link(browser, product, bob)).exchange)).code == "CONFLICT"
    assert (await product.ask(LINK, ana, input=(await to_link(browser, product, ana)).exchange)).code is None
    browser.is_somebody("link-5")
    assert (await product.ask(LINK, ana, input=(await to_link(browser, product, ana)).exchange)).code == "CONFLICT"
    assert await kinds(product) == ["PROVIDER_LINKED"]


async def test_linking_and_unlinking_ask_for_a_recent_proof(browser, product):
    ana = await product.sign_up("ana")
    await forget_proofs(product)
    for document, given in ((BEGIN_LINK, EXAMPLE), (UNLINK, EXAMPLE), (LINK, {"input": {"code": "c", "verifier": "v"}})):
        assert (await product.ask(document, ana, **given)).errors[0]["extensions"] == NEEDS_PROOF


async def test_the_only_way_to_log_in_stays(browser, product):
    browser.is_somebody("link-6", **ANA)
    ana = await browser.sign_up("ana")
    assert (await product.ask(UNLINK, ana, **EXAMPLE)).code == "CONFLICT"
    assert (await product.ask(CHANGE_PASSWORD, ana, input={"newPassword": PASSWORD})).code is None
    assert (await product.ask(UNLINK, ana, **EXAMPLE)).code is None
    assert (await product.ask(LOG_IN_BY_PASSWORD, input={"login": "ana", "password": PASSWORD})).code is None


async def test_who_has_no_password_proves_by_the_provider_who_they_are(browser, product):
    browser.is_somebody("link-7", **ANA)
    ana = await browser.sign_up("ana")
    assert (await product.ask(LOG_IN_BY_PASSWORD, input={"login": "ana", "password": PASSWORD})).code == "UNAUTHENTICATED"
    await forget_proofs(product)
    change = {"input": {"newEmail": "new@example.org"}}
    first = {"input": {"newPassword": PASSWORD}}
    for document, given in ((CHANGE, change), (CHANGE_PASSWORD, first), (DEACTIVATE, {"input": {}})):
        assert (await product.ask(document, ana, **given)).errors[0]["extensions"] == NEEDS_PROOF
    way = await browser.go(purpose="reauthenticate")
    assert (await product.run(REAUTHENTICATE, ana, input=way.exchange))["reauthenticateWithProvider"]["recentUntil"]
    assert (await product.ask(CHANGE, ana, input={"newEmail": "new@example.org", "password": PASSWORD})).code == "INVALID_INPUT"
    assert (await product.ask(CHANGE, ana, **change)).code is None
    assert (await product.ask(DEACTIVATE, ana, input={})).code is None


async def test_who_has_a_password_gives_it(product):
    ana = await product.sign_up("ana")
    refused = await product.ask(CHANGE, ana, input={"newEmail": "new@example.org"})
    assert refused.refusal == ("INVALID_INPUT", "password")
    assert (await product.ask(DEACTIVATE, ana, input={})).refusal == ("INVALID_INPUT", "password")
    assert (await product.ask(CHANGE_PASSWORD, ana, input={"newPassword": "x" * 20})).refusal == (
        "INVALID_INPUT", "currentPassword"
    )


async def test_a_proof_is_of_ones_own_account_and_fresh(browser, product):
    browser.is_somebody("link-8", **ANA)
    ana = await browser.sign_up("ana")
    bob = await product.sign_up("bob")
    way = await browser.go(purpose="reauthenticate")
    assert (await product.ask(REAUTHENTICATE, bob, input=way.exchange)).code == "FORBIDDEN"
    way = await browser.go()
    assert (await product.ask(REAUTHENTICATE, ana, input=way.exchange)).refusal == ("INVALID_INPUT", "code")


@pytest.mark.parametrize("ago", [3_600, None])
async def test_who_logs_in_by_a_provider_that_knew_them_has_proved_nothing_now(browser, product, provider, ago):
    browser.is_somebody("link-10", **ANA)
    await browser.sign_up("ana")
    again = person_of((await browser.log_in()).data["logInWithProvider"])
    await product.run(BEGIN_LINK, again, **EXAMPLE)
    forget(product)
    Forger(provider).change(auth_time=None if ago is None else now_ms() // 1_000 - ago)
    known = person_of((await browser.log_in()).data["logInWithProvider"])
    forget(product)
    assert (await product.ask(BEGIN_LINK, known, **EXAMPLE)).errors[0]["extensions"] == NEEDS_PROOF
    assert (await product.ask(CHANGE_PASSWORD, known, input={"newPassword": PASSWORD})).code == "FORBIDDEN"


async def test_a_provider_takes_the_place_of_no_second_factor(browser, product):
    browser.is_somebody("link-9", **ANA)
    ana = await browser.sign_up("ana")
    app = await with_app(product, ana)
    payload = (await browser.log_in()).data["logInWithProvider"]
    assert (payload["session"], payload["signUp"], payload["secondFactor"]["methods"]) == (None, None, ["TOTP", "RECOVERY_CODE"])
    given = {"challenge": payload["secondFactor"]["challenge"], "code": await app.code(product)}
    assert (await product.run(COMPLETE, input=given))["completeLogIn"]["session"]["accessToken"]
    way = await browser.go(purpose="reauthenticate")
    assert (await product.ask(REAUTHENTICATE, ana, input=way.exchange)).code == "FORBIDDEN"


async def test_a_stranger_who_signed_up_with_an_address_loses_the_provider_when_its_owner_sets_a_password(browser, product):
    browser.is_somebody("stranger", email="x@example.org", email_verified=True)
    await browser.sign_up("ana", email="owner@example.org")
    digest, at = "0f" * 32, 2_000_000_000_000
    hashed = await product.cypher(
        """MATCH (a:Account) CREATE (:EmailLink {id: randomUUID(), tokenHash: $digest, purpose: 'RESET', userId: a.userId,
           emailSealed: a.emailSealed, createdAt: 0, expiresAt: $at}) RETURN a.emailHash""", digest=digest, at=at
    )
    mail, of_factors = (
        {"id": new_id(), "kind": kind, "state": "WAITING", "createdAt": 0, "dueAt": at, "attempts": 0}
        for kind in ("PASSWORD_CHANGED", "STRANGERS_FACTORS_REMOVED")
    )
    row = await product.graph.write(
        "accounts/reset_password", events=lambda _: [], tokenHash=digest, emailHashes=[hashed], passwordHash="$x", at=1,
        mail=mail, ofFactors=of_factors,
    )
    assert row is not None
    assert await product.cypher("RETURN COUNT { (:ProviderIdentity) }") == 0
