"""Administrators and the operator sign somebody out everywhere: at once, for certain, and with a reason in the audit log."""

import pytest

from errors import NotFound
from tests.api.administration import administrator, entries
from tests.api.product import LOG_IN, PASSWORD
from tests.api.test_sessions import ME, signed_in

SIGN_OUT = "mutation ($input: SignUserOutInput!) { signUserOut(input: $input) { user { username } } }"
REASON = "It was taken over."


async def test_an_administrator_signs_somebody_out_everywhere(product):
    boss, mira = await administrator(product), await product.sign_up("mira")
    device = await signed_in(product)
    done = await product.run(SIGN_OUT, boss, input={"userId": mira.id, "reason": REASON})
    assert done == {"signUserOut": {"user": {"username": "mira"}}}
    assert [(await product.ask(ME, each)).code for each in (mira, device.person)] == ["UNAUTHENTICATED"] * 2
    assert (await product.run(ME, boss))["viewer"]["username"] == "boss"
    assert "session" in (await product.run(LOG_IN, input={"login": "mira", "password": PASSWORD}))["logIn"]
    (entry,) = await entries(product, boss, action="SESSIONS_ENDED")
    assert (entry["actorUsername"], entry["subjectUsername"], entry["reason"]) == ("boss", "mira", REASON)


async def test_what_redis_could_not_be_told_the_worker_ends(product, monkeypatch):
    boss, mira = await administrator(product), await product.sign_up("mira")
    later = await product.outlasting(boss)

    async def nothing(*_):
        """End none."""

    monkeypatch.setattr(type(product.served.parts.accounts.sessions), "end_all_soon", nothing)
    await product.run(SIGN_OUT, later, input={"userId": mira.id, "reason": REASON})
    assert (await product.run(ME, mira))["viewer"]["username"] == "mira"
    await product.settle()
    assert (await product.ask(ME, mira)).code == "UNAUTHENTICATED"


async def test_nobody_else_signs_somebody_out(product):
    mira, jo = await product.people("mira", "jo2")
    assert (await product.ask(SIGN_OUT, jo, input={"userId": mira.id, "reason": REASON})).code == "FORBIDDEN"
    boss = await administrator(product)
    assert (await product.ask(SIGN_OUT, boss, input={"userId": mira.id, "reason": " "})).refusal == ("INVALID_INPUT", "reason")
    await product.run(ME, mira)
    assert await entries(product, boss, action="SESSIONS_ENDED") == []
    assert not {"account.sessions_ended"} & {*await product.event_types()}


async def test_the_operator_signs_somebody_out_by_name(product):
    boss, mira = await administrator(product), await product.sign_up("mira")
    await product.served.parts.accounts.signing_out.run_by_operator("@Mira", REASON)
    assert (await product.ask(ME, mira)).code == "UNAUTHENTICATED"
    (entry,) = await entries(product, boss, action="SESSIONS_ENDED")
    assert entry["actorUsername"] is None
    with pytest.raises(NotFound):
        await product.served.parts.accounts.signing_out.run_by_operator("nobody_at_all", REASON)
