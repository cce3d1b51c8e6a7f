"""What providers answer that is wrong, slow, too large or of others: refused, nothing is made, and the next time is good."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from services.accounts.provider_flows import ProviderFlows
from services.oidc.cached_answers import CachedAnswer
from services.oidc.failures import ProviderDown, ProviderFailure
from services.oidc.identities import Identity
from tests.api.product import Product
from tests.api.test_failures import without
from tests.providers.forging import Forger, payload_of

ANA = {"email": "ana@example.org", "email_verified": True}
REFUSED = {"error": "PROVIDER_REFUSED"}
DOWN = {"error": "PROVIDER_UNAVAILABLE"}
HUGE = 300_000
WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture(autouse=True)
def fresh(product: Product) -> Iterator[None]:
    """Let nothing be known of the provider before a test and after it."""
    forget(product)
    yield
    forget(product)


def forget(product: Product) -> None:
    client = product.served.parts.accounts.providers.flows.clients["example"]
    for answer in (client.metadata, client.keys.answer):
        answer._value = answer._failure = answer._asked_at = None


async def nothing_was_made(product: Product) -> bool:
    made = await product.cypher("RETURN COUNT { (:User) } + COUNT { (:Account) } + COUNT { (:ProviderIdentity) }")
    held = [name for name in await product.served.parts.keyspace.command("KEYS", "once:*") if b"proof" in name]
    return (made, held) == (0, [])


CLAIMS: Mapping[str, Mapping[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "no_issuer": {"iss": None},
    "audience": {"aud": "another"},
    "audiences_without_party": {"aud": ["rookery", "another"]},
    "party": {"aud": ["rookery", "another"], "azp": "another"},
    "no_audience": {"aud": None},
    "expired": {"exp": 1_700_000_000},
    "no_expiry": {"exp": None},
    "issued_in_the_future": {"iat": 4_000_000_000, "exp": 4_000_000_100},
    "no_time": {"iat": None},
    "not_yet": {"nbf": 4_000_000_000},
    "nonce": {"nonce": "of another log-in"},
    "no_nonce": {"nonce": None},
    "at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "no_subject": {"sub": None},
    "blank_subject": {"sub": ""},
    "number_as_subject": {"sub": 7},
    "odd_expiry": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_an_id_token_that_is_not_for_this_log_in_is_refused(browser, product, provider, claims):
    browser.is_somebody("hostile-1", **ANA)
    Forger(provider).change(**claims)
    assert (await browser.go()).said == REFUSED
    assert await nothing_was_made(product)


async def test_an_id_token_that_says_all_that_it_must_is_believed(browser, provider):
    browser.is_somebody("hostile-2", **ANA)
    Forger(provider).change(aud=["rookery", "another"], azp="rookery", at_hash=None, email="ana@example.org")
    assert set((await browser.go()).said) == {"code"}


@pytest.mark.parametrize(
    "case", ["unknown_key", "other_key_of_the_id", "none", "public_key_as_secret", "secret", "key_of_another_kind"]
)
async def test_a_signature_that_is_not_the_provider_s_is_refused(browser, product, provider, case):
    browser.is_somebody("hostile-3", **ANA)
    forger = Forger(provider)
    match case:
        case "unknown_key":
            forger.published = False
            forger.change()
        case "other_key_of_the_id":
            forger.change(key=Forger(provider).key)
        case "none":
            def unsigned(found: httpx.Response) -> Response:
                answer = found.json()
                answer["id_token"] = f"eyJhbGciOiJub25lIn0.{answer['id_token'].split('.')[1]}."
                return JSONResponse(answer)

            provider.tampered["/token"] = unsigned
        case "public_key_as_secret":
            forger.change({"alg": "HS256"}, OctKey.import_key("x" * 32))
        case "secret":
            key = OctKey.import_key("x" * 32, {"kid": "forged"})
            forger.change({"alg": "HS256"}, key)
            provider.tampered["/jwks"] = lambda _: JSONResponse({"keys": [key.as_dict()]})
        case "key_of_another_kind":
            forger.change({"alg": "PS256"})
            provider.tampered["/jwks"] = lambda _: JSONResponse({"keys": [{"kty": "EC", "kid": "forged"}, "no key", {}]})
    assert (await browser.go()).said == REFUSED
    assert await nothing_was_made(product)
    provider.reset()
    forget(product)
    assert set((await browser.go()).said) == {"code"}


async def test_a_key_that_is_not_known_yet_is_asked_for_once_more(browser, product, provider):
    browser.is_somebody("hostile-4", **ANA)
    assert set((await browser.go()).said) == {"code"}
    forger = Forger(provider)
    forger.change()
    product.served.parts.accounts.providers.flows.clients["example"].keys.answer._asked_at = time.monotonic() - 60
    provider.asked.clear()
    assert set((await browser.go()).said) == {"code"}
    assert provider.asked.count("/jwks") == 1
    forger.key = Forger(provider).key
    forger.published = False
    forger.change({"kid": "never seen"})
    for _ in range(3):
        assert (await browser.go()).said == REFUSED
    assert provider.asked.count("/jwks") == 1


def changed(**claims: Any) -> Any:
    return lambda found: JSONResponse({name: value for name, value in {**found.json(), **claims}.items() if value is not None})


DISCOVERIES: Mapping[str, Any] = {
    "another_issuer": changed(issuer="https://evil.example"),
    "no_issuer": changed(issuer=None),
    "plain_token_endpoint": changed(token_endpoint="http://evil.example/token"),
    "local_file": changed(jwks_uri="file:///etc/passwd"),
    "no_endpoint": changed(authorization_endpoint=None),
    "script": changed(authorization_endpoint="javascript:alert(1)"),
    "with_a_password": changed(token_endpoint="https://somebody@evil.example/"),
    "no_pkce": changed(code_challenge_methods_supported=["plain"]),
    "secrets_alone": changed(id_token_signing_alg_values_supported=["HS256", "none"]),
    "other_authentication": changed(token_endpoint_auth_methods_supported=["tls_client_auth"]),
    "a_list": lambda _: JSONResponse([]),
    "no_json": lambda _: PlainTextResponse("<html>"),
    "deep": lambda _: PlainTextResponse("[" * 100_000),
    "redirect": lambda _: RedirectResponse(WELL_KNOWN),
    "forbidden": lambda _: PlainTextResponse("no", 403),
    "huge": lambda _: PlainTextResponse('{"issuer": "' + "x" * HUGE + '"}'),
}


@pytest.mark.parametrize("tampering", DISCOVERIES.values(), ids=DISCOVERIES)
async def test_a_description_that_is_not_right_sends_nobody_anywhere(browser, product, provider, tampering):
    provider.tampered[WELL_KNOWN] = tampering
    assert (await browser.go()).said == REFUSED
    assert provider.asked == [WELL_KNOWN]
    provider.reset()
    forget(product)
    browser.is_somebody("hostile-5", **ANA)
    assert set((await browser.go()).said) == {"code"}


async def endless(_: httpx.Response) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 10
            await asyncio.sleep(0.05)

    return StreamingResponse(pieces(), media_type="application/json")


async def silent(_: httpx.Response) -> Response:
    await asyncio.sleep(3)
    return PlainTextResponse("late")


ANSWERS: Mapping[str, tuple[Any, Mapping[str, str]]] = {
    "broken": (lambda _: PlainTextResponse("down", 503), DOWN),
    "too_many": (lambda _: PlainTextResponse("slower", 429), DOWN),
    "slow": (endless, DOWN),
    "silent": (silent, DOWN),
    "huge": (lambda _: PlainTextResponse("x" * HUGE), REFUSED),
    "compressed": (lambda found: Response(gzip.compress(found.content), headers={"content-encoding": "gzip"}), REFUSED),
    "no_json": (lambda _: PlainTextResponse("<html>"), REFUSED),
    "redirect": (lambda _: RedirectResponse("/token", 307), REFUSED),
    "code_refused": (lambda _: JSONResponse({"error": "invalid_grant"}, 400), REFUSED),
    "no_id_token": (lambda _: JSONResponse({"access_token": "a"}), REFUSED),
    "no_access_token": (lambda found: JSONResponse({"id_token": found.json()["id_token"]}), REFUSED),
    "no_token": (lambda _: JSONResponse({"access_token": "a", "id_token": "nonsense"}), REFUSED),
    "huge_id_token": (lambda _: JSONResponse({"access_token": "a", "id_token": "x" * 100_000}), REFUSED),
}


@pytest.mark.parametrize(("tampering", "said"), ANSWERS.values(), ids=ANSWERS)
async def test_a_provider_that_is_down_slow_or_wrong_makes_nothing_and_the_next_way_is_good(
    browser, product, provider, tampering, said
):
    browser.is_somebody("hostile-6", **ANA)
    provider.tampered["/token"] = tampering
    assert (await browser.go()).said == said
    assert await nothing_was_made(product)
    provider.reset()
    assert set((await browser.go()).said) == {"code"}


@pytest.mark.parametrize(
    "at",
    [float("inf"), float("nan"), -float("inf"), 10**400, -1, True],
    ids=["endless", "none", "below", "huge", "before", "true"],
)
async def test_a_moment_of_log_in_that_is_none_counts_as_not_said(browser, provider, at):
    browser.is_somebody("hostile-6", **ANA)
    Forger(provider).change(auth_time=at)
    assert set((await browser.go()).said) == {"code"}
    assert Identity.of("issuer", {"sub": "s", "auth_time": at}).authenticated_at is None


async def test_a_provider_that_is_down_counts_against_nobody_and_one_that_refuses_does(browser, product, provider, monkeypatch):
    browser.is_somebody("hostile-6", **ANA)
    flows = product.served.parts.accounts.providers.flows
    monkeypatch.setattr(ProviderFlows, "_identity", partial(replace(flows, attempts=2)._identity))
    provider.tampered["/token"] = lambda _: PlainTextResponse("down", 503)
    assert [(await browser.go()).said for _ in range(3)] == [DOWN] * 3
    provider.tampered["/token"] = lambda _: PlainTextResponse("<html>")
    assert [(await browser.go()).said for _ in range(3)] == [REFUSED, REFUSED, {"error": "RATE_LIMITED"}]


async def test_what_is_said_beside_the_id_token_is_of_the_same_person(browser, product, provider):
    browser.is_somebody("hostile-7", **ANA)
    provider.tampered["/me"] = changed(sub="somebody else")
    assert (await browser.go()).said == REFUSED
    provider.tampered["/me"] = changed(email=["a list"])
    assert (await browser.log_in()).data["logInWithProvider"]["signUp"]["email"] is None
    assert await product.cypher("RETURN COUNT { (:User) }") == 0


@pytest.mark.parametrize("issuer", ["https://evil.example", None])
async def test_an_answer_must_name_its_issuer_where_the_provider_announces_that(browser, product, provider, issuer):
    browser.is_somebody("hostile-8", **ANA)
    address = httpx.URL(await browser.callback())
    assert address.params["iss"] == provider.issuer
    named = address.copy_remove_param("iss") if issuer is None else address.copy_set_param("iss", issuer)
    assert await browser.followed(await browser.http.get(named)) == REFUSED
    assert "/token" not in provider.asked
    assert await nothing_was_made(product)


async def test_an_answer_without_a_code_or_with_an_error_is_told(browser):
    for error, said in (("server_error", DOWN), ("invalid_scope", REFUSED), ("access_denied", {"error": "CANCELLED"})):
        browser.is_somebody("hostile-9", **ANA)
        address = httpx.URL(await browser.callback()).copy_remove_param("code").copy_set_param("error", error)
        assert await browser.followed(await browser.http.get(address)) == said
    browser.is_somebody("hostile-9", **ANA)
    address = httpx.URL(await browser.callback()).copy_remove_param("code")
    assert await browser.followed(await browser.http.get(address)) == REFUSED


async def test_the_log_tells_why_and_nothing_secret(browser, provider, capfd):
    browser.is_somebody("hostile-10", **ANA)
    tokens: list[str] = []

    def refused(found: httpx.Response) -> Response:
        tokens.extend(found.json()[name] for name in ("id_token", "access_token"))
        return JSONResponse({**found.json(), "id_token": found.json()["id_token"] + "x"})

    provider.tampered["/token"] = refused
    address = await browser.callback()
    assert await browser.followed(await browser.http.get(address)) == REFUSED
    written = "".join(capfd.readouterr())
    assert "provider_failed" in written
    params = httpx.URL(address).params
    nonce = payload_of(tokens[0])["nonce"]
    secrets = (*tokens, params["code"], params["state"], nonce, "ana@example.org", "secret of")
    assert not any(secret in written for secret in secrets)


async def test_while_redis_is_away_nobody_gets_in_and_the_next_way_is_good(browser, product, servers):
    browser.is_somebody("hostile-11", **ANA)
    address = await browser.callback()
    async with without(servers.redis.kill, servers.redis.start):
        assert await browser.followed(await browser.http.get(address)) == {"error": "UNAVAILABLE"}
    await product.settle_when_redis_is_back()
    assert set((await browser.go()).said) == {"code"}
    assert await product.cypher("RETURN COUNT { (:User) }") == 0


class Counter:
    """Answers and fails as it is told."""

    def __init__(self) -> None:
        self.asked, self.fails, self.now = 0, False, 0.0

    async def load(self) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fails:
            raise ProviderDown("down")
        return self.asked


async def test_an_answer_is_asked_for_once_by_all_and_a_failure_not_again_at_once():
    counter = Counter()
    answer = CachedAnswer(counter.load, 100, 5, lambda: counter.now)
    assert await asyncio.gather(*(answer.get() for _ in range(10))) == [1] * 10
    assert await answer.newer() == 1
    counter.now = 6
    assert await asyncio.gather(*(answer.newer() for _ in range(10))) == [2] * 10
    counter.now, counter.fails = 200, True
    for _ in range(5):
        with pytest.raises(ProviderFailure):
            await answer.get()
    assert counter.asked == 3
    counter.now, counter.fails = 206, False
    assert await answer.get() == 4


async def test_who_goes_away_while_asking_leaves_the_next_one_to_ask():
    gate = asyncio.Event()

    async def load() -> str:
        await gate.wait()
        return "there"

    answer = CachedAnswer(load, 100, 5)
    asking = asyncio.create_task(answer.get())
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    gate.set()
    assert await answer.get() == "there"
