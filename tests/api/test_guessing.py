"""Guessing at a password: it is slow from wherever it comes, and keeps no owner out of a device that is known."""

import asyncio
import itertools
import os
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from errors import RateLimited, Unauthenticated
from keyspace.limits import Growth
from services.accounts.device_tokens import DeviceTokens
from services.accounts.log_in_outcomes import LogInOutcome
from tests.api.administration import administrator
from tests.api.conftest import FIRST_WAIT, OFTEN
from tests.api.product import PASSWORD, Answer, Product
from tests.api.test_failures import without
from tests.api.test_session_cookies import Browser
from tests.api.test_sessions import LOG_OUT, REFRESH, REVOKE_OTHERS
from tests.api.test_signing_out import SIGN_OUT

GUESSES = int(os.environ.get("ROOKERY_TEST_GUESSES", "300"))
"""Guesses of the attack, from half as many addresses and 500 at most; 10,000 is what was promised."""
LOG_IN = "mutation ($input: LogInInput!) { logIn(input: $input) { session { accessToken refreshToken deviceToken } } }"
AT_ONCE = 20
WRONG = "a guess"


async def guess(
    product: Product, login: str = "mira", password: str = WRONG, address: str = "192.0.2.1", **more: Any
) -> Answer:
    """Try to log in, behind the proxy that stands on this machine."""
    body = {"query": LOG_IN, "variables": {"input": {"login": login, "password": password, **more}}}
    answer = await product.served.http.post(
        f"{product.served.url}/graphql", json=body, headers={"x-forwarded-for": f"203.0.113.1, {address}"}
    )
    told = answer.json()
    return Answer(told.get("data"), told.get("errors", ()))


async def device_token(product: Product, login: str = "mira", **more: Any) -> str:
    """Log in where nobody hinders it, and return what says so later."""
    return str((await guess(product, login, PASSWORD, "192.0.2.200", **more)).data["logIn"]["session"]["deviceToken"])


def id_of(product: Product, token: str) -> str:
    """Return the id of a device by its token."""
    device = DeviceTokens(product.served.parts.settings.token_secret.get_secret_value()).read(token)
    assert device is not None
    return device.id


async def make_wait(product: Product, login: str = "mira") -> None:
    """Fail until the next must wait."""
    codes = [(await guess(product, login, address=f"192.0.2.{n}")).code for n in range(6)]
    assert codes == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"]


def looked_at(codes: Counter[str | None]) -> int:
    """Return how many guesses were wrong, where all others were refused, but for those for which a busy Redis had no time."""
    assert codes.keys() <= {"UNAUTHENTICATED", "RATE_LIMITED", "UNAVAILABLE"}
    assert codes["RATE_LIMITED"] > codes.total() / 2
    return codes["UNAUTHENTICATED"]


async def counted(product: Product) -> Counter[str]:
    """Return how many log-ins ended how, as the metrics tell."""
    told = (await product.served.http.get(f"{product.served.url}/metrics")).text
    lines = [line for line in told.splitlines() if line.startswith("rookery_log_ins_total{")]
    assert len(lines) == len(LogInOutcome)
    return Counter({line.split('"')[1]: int(float(line.split()[-1])) for line in lines})


async def test_thousands_of_guesses_let_nobody_in_but_the_owner_on_a_known_device(product):
    await product.sign_up("mira")
    known, before = await device_token(product), await counted(product)
    addresses = [f"198.51.{n // 250}.{n % 250 + 1}" for n in range(min(500, GUESSES // 2))]
    places = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> str | None:
        right = number > GUESSES // 10 and number % 97 == 0  # once the limits bite, the right one is among them
        address, password = addresses[number % len(addresses)], PASSWORD if right else WRONG
        async with places:
            return (await guess(product, password=password, address=address)).code

    codes = Counter(await asyncio.gather(*(one(number) for number in range(GUESSES))))
    assert looked_at(codes) <= 5
    assert (await guess(product, password=PASSWORD, deviceToken=known)).code is None
    told = {"wrong": codes["UNAUTHENTICATED"], "refused_account": codes["RATE_LIMITED"], "signed_in": 1}
    assert await counted(product) - before == told


async def test_by_the_waits_of_production_each_guess_takes_twice_as_long_as_the_one_before(product):
    await product.sign_up("mira")
    log_in, growth = product.served.parts.accounts.log_in, Growth(5, timedelta(hours=1))
    usual = replace(log_in, allowed=replace(log_in.allowed, growth=growth, per_network=OFTEN))
    begun, wrong, waits = time.monotonic(), 0, set[int]()
    for number in itertools.count():
        try:
            await usual.run("mira", WRONG, f"198.51.100.{number % 250}")
        except Unauthenticated:
            wrong += 1
        except RateLimited as refused:
            waits.add(refused.retry_after)
            await asyncio.sleep(0.05)
        if wrong == 7:
            break
    waited = timedelta(seconds=time.monotonic() - begun)
    assert waited > 3 * growth.first - timedelta(seconds=0.1)  # clocks differ
    assert waits == {1, 2}


async def test_the_wait_is_told_in_seconds(product):
    await product.sign_up("mira")
    await make_wait(product)
    refused = await guess(product, password=PASSWORD)
    assert FIRST_WAIT.total_seconds() - 30 < refused.errors[0]["extensions"]["retryAfter"] <= FIRST_WAIT.total_seconds()


async def test_a_device_token_is_good_after_the_log_out_and_for_its_account_alone(product):
    await product.people("mira", "noa")
    answer = (await guess(product, password=PASSWORD)).data["logIn"]["session"]
    await product.run(LOG_OUT, input={"refreshToken": answer["refreshToken"]})
    others = await device_token(product, "noa")
    await make_wait(product)
    mine = answer["deviceToken"]
    for bad in (others, mine[:-1] + ("A" if mine[-1] != "A" else "B"), "rookery_dt_", "", "x" * 1_000):
        assert (await guess(product, password=PASSWORD, deviceToken=bad)).code == "RATE_LIMITED"
    assert (await guess(product, password=PASSWORD, deviceToken=mine)).code is None


async def test_a_device_token_opens_nothing_else(product):
    await product.sign_up("mira")
    token = await device_token(product)
    for document in (REFRESH, LOG_OUT):
        assert (await product.ask(document, input={"refreshToken": token})).code == "UNAUTHENTICATED"
    answer = await product.served.http.post(
        f"{product.served.url}/graphql", json={"query": "{ viewer { id } }"}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_stolen_device_token_gives_as_few_guesses_and_costs_others_none(product):
    await product.sign_up("mira")
    stolen, mine = await device_token(product), await device_token(product)
    codes = [(await guess(product, address=f"192.0.2.{n}", deviceToken=stolen)).code for n in range(7)]
    assert codes == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"] * 2
    assert (await guess(product, password=PASSWORD, deviceToken=stolen)).code == "RATE_LIMITED"
    assert (await guess(product, password=PASSWORD, deviceToken=mine)).code is None
    assert (await guess(product, password=PASSWORD)).code is None


@pytest.mark.parametrize("by", ["an administrator", "the owner"])
async def test_no_device_of_before_is_known_after_signing_out_everywhere(product, by):
    mira = await product.sign_up("mira")
    before = [await device_token(product) for _ in range(2)]
    if by == "the owner":
        await product.run(REVOKE_OTHERS, mira, input={"alsoThis": True})
    else:
        await product.run(SIGN_OUT, await administrator(product), input={"userId": mira.id, "reason": "It was taken over."})
    after = await device_token(product, deviceToken=before[0])
    assert id_of(product, after) != id_of(product, before[0])
    await make_wait(product)
    for each in before:
        assert (await guess(product, password=PASSWORD, deviceToken=each)).code == "RATE_LIMITED"
    assert (await guess(product, password=PASSWORD, deviceToken=after)).code is None


async def test_devices_stay_known_where_other_sessions_end(product):
    mira = await product.sign_up("mira")
    known = await device_token(product)
    await product.run(REVOKE_OTHERS, mira, input={})
    await make_wait(product)
    assert (await guess(product, password=PASSWORD, deviceToken=known)).code is None


async def test_who_is_signed_in_again_stays_the_same_device(product):
    await product.sign_up("mira")
    first = await device_token(product)
    again = await device_token(product, deviceToken=first)
    ids = [id_of(product, each) for each in (first, again, await device_token(product))]
    assert [each == ids[0] for each in ids] == [True, True, False]


async def test_success_on_a_known_device_gives_a_stranger_no_further_guesses(product):
    await product.sign_up("mira")
    known = await device_token(product)
    await make_wait(product)
    assert (await guess(product, password=PASSWORD, deviceToken=known)).code is None
    assert (await guess(product, address="192.0.2.99")).code == "RATE_LIMITED"


async def test_many_accounts_tried_from_one_network_are_refused_by_where_it_comes_from(product):
    log_in = product.served.parts.accounts.log_in
    narrow = replace(log_in, allowed=replace(log_in.allowed, per_address=3, per_network=6))
    scopes = []
    for number in range(9):
        with pytest.raises((Unauthenticated, RateLimited)) as refused:
            await narrow.run(f"nobody{number}", WRONG, f"2001:db8:1:{number // 4}::{number:x}")
        scopes.append(getattr(refused.value, "scope", None))
    assert scopes == [None] * 3 + ["address"] + [None] * 3 + ["address", "network"]


async def test_known_and_unknown_names_cost_the_same_commands_and_statements(product):
    await product.sign_up("mira")
    await product.served.parts.accounts.log_in.failed.write()
    seen = []
    for login in ("mira", "nobody_at_all", "mira", "nobody@example.org", "mira@example.org"):
        product.round_trips.clear()
        assert (await guess(product, login)).code == "UNAUTHENTICATED"
        seen.append(([*product.round_trips.redis], [*product.round_trips.graph]))
    assert all(each == seen[0] for each in seen), seen


async def test_without_redis_nobody_guesses(product, servers):
    await product.sign_up("mira")
    known = await device_token(product)
    async with without(servers.redis.kill, servers.redis.start):
        for given in ({}, {"deviceToken": known}):
            assert (await guess(product, password=PASSWORD, **given)).code == "UNAVAILABLE"
    await product.settle_when_redis_is_back()


async def test_a_browser_has_its_device_token_in_a_cookie_that_outlasts_the_session(product):
    await product.sign_up("mira")
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        browser = Browser(product, http)
        given = {"input": {"login": "mira", "password": PASSWORD}}
        answer = (await browser.about_session(LOG_IN, **given)).json()
        assert answer["data"]["logIn"]["session"]["deviceToken"] is None
        await browser.about_session(LOG_OUT, input={})
        assert set(http.cookies) == {"rookery-device"}
        await make_wait(product)
        assert (await guess(product, password=PASSWORD)).code == "RATE_LIMITED"
        assert "errors" not in (await browser.about_session(LOG_IN, **given)).json()
        elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "x-rookery-session": "cookie"}
        forged = (await browser.send(LOG_IN, elsewhere, **given)).json()
        assert forged["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        del http.cookies["rookery-device"]
        assert (await browser.about_session(LOG_IN, **given)).json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


@pytest.mark.parametrize("login", ["mira", "nobody_at_all"])
async def test_guesses_at_once_pass_no_more_than_allowed(product, login):
    await product.sign_up("mira")
    answers = await asyncio.gather(*(guess(product, login, address=f"192.0.2.{n}") for n in range(60)))
    assert looked_at(Counter(each.code for each in answers)) <= 5
