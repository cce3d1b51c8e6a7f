"""What needs more than a session: a log-in a short time ago, or the password once more."""

from dataclasses import replace

import pytest

from services.accounts.sessions import SESSIONS_MAX
from tests.api.product import CHANGE_PASSWORD, PASSWORD
from tests.api.programs import CREATE, REVOKE_TOKEN, program_of
from tests.api.relationships import DEACTIVATE
from tests.api.test_failures import without
from tests.api.test_guessing import counted
from tests.api.test_sessions import ENDED, LOG_OUT, REVOKE, REVOKE_OTHERS, SESSIONS, extensions, of_sessions, refreshed, signed_in
from tests.api.test_sign_ins import history

REAUTHENTICATE = "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { recentUntil } }"
NEEDED = {"code": "FORBIDDEN", "reason": "REAUTHENTICATION_REQUIRED"}
TOKEN = {"name": "backup", "scopes": ["READ"]}


@pytest.fixture
async def later(product):
    """Let eleven minutes have passed since somebody logged in on a device."""
    store = product.served.parts.accounts.sessions.store

    async def passed(device):
        session = product.served.parts.accounts.tokens.verify(device.person.token).session
        record = await store.one(session)
        aged = replace(record, authenticated_at=record.authenticated_at - 11 * 60_000)
        await store.start(session, aged, SESSIONS_MAX)
        return device

    return passed


async def test_what_is_sensitive_needs_a_log_in_a_short_time_ago_or_the_password_once_more(product, later):
    await product.sign_up("mira")
    device, other = await signed_in(product), await signed_in(product)
    (id_,) = [each["id"] for each in await of_sessions(product, other.person) if each["isCurrent"]]
    await later(device)
    device = await refreshed(product, device)  # going on proves nothing
    changed = {"currentPassword": PASSWORD, "newPassword": "seven otters in a lamp"}
    sensitive: tuple[tuple[str, object], ...] = (
        (CREATE, TOKEN), (REVOKE, {"sessionId": id_}), (REVOKE_OTHERS, {}), (CHANGE_PASSWORD, changed),
        (DEACTIVATE, {"password": "seven otters in a lamp"}),
    )
    for document, given in sensitive:
        assert await extensions(product, document, device.person, input=given) == NEEDED
    await product.run(SESSIONS, device.person)
    answer = await product.run(REAUTHENTICATE, device.person, input={"password": PASSWORD})
    assert answer["reauthenticate"]["recentUntil"]
    for document, given in sensitive:
        assert await extensions(product, document, device.person, input=given) is None


async def test_the_password_counts_for_its_session_alone_and_may_be_wrong_only_so_often(product, later):
    await product.sign_up("mira")
    device, other = await later(await signed_in(product)), await later(await signed_in(product))
    for _ in range(5):
        wrong = await product.ask(REAUTHENTICATE, device.person, input={"password": "not the passphrase"})
        assert wrong.refusal == ("INVALID_INPUT", "password")
    assert (await product.ask(REAUTHENTICATE, device.person, input={"password": PASSWORD})).code == "RATE_LIMITED"
    assert await extensions(product, CREATE, device.person, input=TOKEN) == NEEDED
    await product.forget_caches()  # and attempts
    await product.run(REAUTHENTICATE, device.person, input={"password": PASSWORD})
    assert await extensions(product, CREATE, device.person, input=TOKEN) is None
    assert await extensions(product, CREATE, other.person, input=TOKEN) == NEEDED


async def test_a_stolen_session_keeps_the_owner_from_nothing_elsewhere_and_is_told(product, later):
    await product.sign_up("mira")
    stolen, mine = await later(await signed_in(product)), await later(await signed_in(product))
    before = await counted(product)
    codes = [(await product.ask(REAUTHENTICATE, stolen.person, input={"password": "a guess"})).code for _ in range(7)]
    assert codes == ["INVALID_INPUT"] * 5 + ["RATE_LIMITED"] * 2
    await product.run(REAUTHENTICATE, mine.person, input={"password": PASSWORD})
    told = await counted(product) - before
    assert told == {"wrong": 5, "refused_session": 2}
    (failed,) = [row for row in await history(product, mine.person) if row["failed"]]
    assert (failed["count"], failed["method"], failed["network"]) == (5, "PASSWORD", "127.0.0.0/24")


async def test_a_token_is_revoked_without_it_so_that_a_leak_is_mended_at_once(product, later):
    await product.sign_up("mira")
    device = await signed_in(product)
    _, id_ = await program_of(product, device.person, "READ")
    await later(device)
    await product.run(REVOKE_TOKEN, device.person, input={"tokenId": id_})


async def test_neither_a_program_nor_an_ended_session_proves_anything(product):
    await product.sign_up("mira")
    device = await signed_in(product)
    program, _ = await program_of(product, device.person, "WRITE")
    given = {"password": PASSWORD}
    assert await extensions(product, REAUTHENTICATE, program, input=given) == {"code": "FORBIDDEN", "scope": None}
    await product.run(LOG_OUT, device.person, input={})
    assert await extensions(product, REAUTHENTICATE, device.person, input=given) == ENDED


async def test_without_redis_nobody_is_asked_for_the_password_in_vain(product, servers):
    await product.sign_up("mira")
    device = await signed_in(product)
    async with without(servers.redis.kill, servers.redis.start):
        for document, given in ((REAUTHENTICATE, {"password": PASSWORD}), (CREATE, TOKEN)):
            assert await extensions(product, document, device.person, input=given) == {"code": "UNAVAILABLE"}
    await product.settle_when_redis_is_back()
