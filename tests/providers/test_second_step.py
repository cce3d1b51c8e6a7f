"""A provider and a second factor: what the provider has said holds until the factor is given, and is done then."""

from tests.api.factors import COMPLETE, with_app
from tests.api.product import Person, Product
from tests.providers.browser import LINKED, UNLINK, Browser

ADDRESS = {"email": "ana@example.org", "email_verified": True}
EXAMPLE = {"input": {"provider": "example"}}


async def asked(browser: Browser) -> str:
    """Log in by the provider, and return the challenge for a second factor."""
    return str((await browser.log_in()).data["logInWithProvider"]["secondFactor"]["challenge"])


async def verified(product: Product) -> Person:
    """Sign somebody up whose address is verified."""
    ana = await product.sign_up("ana", email="ana@example.org")
    await product.cypher("MATCH (a:Account) SET a.emailVerifiedAt = 1 RETURN 1")
    return ana


async def kinds(product: Product) -> list[str]:
    """Return which mails tell of providers."""
    return list(await product.cypher("MATCH (m:Mail) WHERE m.kind STARTS WITH 'PROVIDER' RETURN collect(m.kind)"))


async def test_an_account_is_linked_by_its_address_once_the_factor_is_given(browser, product):
    ana = await verified(product)
    app = await with_app(product, ana)
    browser.is_somebody("second-1", **ADDRESS)
    challenge = await asked(browser)
    assert "ana@example.org" not in challenge
    wrong = await product.ask(COMPLETE, input={"challenge": challenge, "code": "000000"})
    assert (wrong.refusal, await kinds(product)) == (("INVALID_INPUT", "code"), [])
    done = await product.run(COMPLETE, input={"challenge": challenge, "code": await app.code(product)})
    assert done["completeLogIn"]["session"]["viewer"]["username"] == "ana"
    (linked,) = (await product.run(LINKED, ana))["linkedProviders"]
    assert (linked["name"], await kinds(product)) == ("example", ["PROVIDER_LINKED"])
    await product.run(COMPLETE, input={"challenge": await asked(browser), "code": await app.code(product)})
    assert (await product.run(LINKED, ana))["linkedProviders"][0]["lastUsedAt"] is not None
    browser.is_somebody("second-2", **ADDRESS)  # another one at the same provider
    other = await product.ask(COMPLETE, input={"challenge": await asked(browser), "code": await app.code(product)})
    assert other.code == "CONFLICT"


async def test_who_unlinks_the_provider_voids_a_log_in_that_waits_for_a_factor(browser, product):
    browser.is_somebody("second-3", **ADDRESS)
    ana = await browser.sign_up("ana")
    app = await with_app(product, ana)
    challenge = await asked(browser)
    await product.cypher("MATCH (a:Account) SET a.passwordHash = '$x' RETURN 1")
    await product.run(UNLINK, ana, **EXAMPLE)
    answer = await product.ask(COMPLETE, input={"challenge": challenge, "code": await app.code(product)})
    assert answer.code == "UNAUTHENTICATED"


async def test_an_address_that_was_changed_meanwhile_links_nobody(browser, product):
    ana = await verified(product)
    app = await with_app(product, ana)
    browser.is_somebody("second-4", **ADDRESS)
    challenge = await asked(browser)
    await product.cypher("MATCH (a:Account) SET a.emailHash = 'another' RETURN 1")
    answer = await product.ask(COMPLETE, input={"challenge": challenge, "code": await app.code(product)})
    assert answer.refusal == ("CONFLICT", "email")
    assert await product.cypher("RETURN COUNT { (:ProviderIdentity) }") == 0
