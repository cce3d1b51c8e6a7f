"""A forgotten password is replaced by a link, once, by whoever received the mail; and no answer says who has an account."""

import asyncio

import pytest

from errors import Unavailable
from keyspace.sessions import SessionStore
from tests.api.product import CHANGE_PASSWORD, LOG_IN, PASSWORD, Person
from tests.api.programs import program_of
from tests.mail.mailing import ACCOUNT, CHANGE, FORGOT, NEW_PASSWORD, RESET, VERIFY, plain_of, token_of
from tests.worlds.delivery import handle, taken
from worker import consumers_of

MIRA = "mira@example.org"
BAD = ("INVALID_INPUT", "token")
ME = "{ viewer { username } }"


async def logs_in(mailing, password, login="mira"):
    return (await mailing.product.ask(LOG_IN, input={"login": login, "password": password})).code


async def signed_up(mailing, username="mira"):
    """Sign somebody up, and let the mail of that come."""
    person = await mailing.product.sign_up(username)
    await mailing.delivered()
    return person


async def forgotten(mailing, email=MIRA):
    """Ask for a link, and return its token."""
    await mailing.product.run(FORGOT, input={"email": email})
    return await mailing.token(MIRA)


async def test_who_forgot_the_password_sets_another_and_is_told(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    token = await forgotten(mailing, " MIRA@Example.org ")
    assert await logs_in(mailing, PASSWORD) is None
    done = await product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    assert done["resetPassword"] == {"username": "mira"}
    assert await logs_in(mailing, PASSWORD) == "UNAUTHENTICATED"
    assert (await product.ask(ACCOUNT, mira)).code == "UNAUTHENTICATED"  # every session ended
    session = (await product.run(LOG_IN, input={"login": "mira", "password": NEW_PASSWORD}))["logIn"]["session"]
    back = Person(session["viewer"]["id"], "mira", session["accessToken"])
    assert (await product.run(ACCOUNT, back))["account"]["emailVerified"]
    notice = (await mailing.delivered())[MIRA]
    assert notice["Subject"] == "Your password was changed" and "#token" not in plain_of(notice)
    again = await product.ask(RESET, input={"token": token, "newPassword": PASSWORD})
    assert again.refusal == BAD and await logs_in(mailing, NEW_PASSWORD) is None


async def test_an_address_that_nobody_has_gets_the_same_answer_by_the_same_steps(mailing):
    product = mailing.product
    await signed_up(mailing)
    seen = []
    for email in (MIRA, "nobody@example.org"):
        await product.run(FORGOT, input={"email": email})  # both plans and both scripts are known then
        product.round_trips.clear()
        answer = await product.run(FORGOT, input={"email": email})
        trips = product.round_trips
        seen.append((list(answer["requestPasswordReset"]), sorted(trips.graph), sorted(trips.redis)))
        assert trips.graph
    assert seen[0] == seen[1]
    payloads = "MATCH (o:Outbox) WITH o ORDER BY o.at RETURN collect([o.type, size(o.payload)])"
    assert len({tuple(each) for each in await product.cypher(payloads)}) == 1
    assert set(await mailing.delivered()) == {MIRA}


async def test_of_many_who_follow_a_link_at_once_one_sets_the_password(mailing):
    await signed_up(mailing)
    token = await forgotten(mailing)
    passwords = [f"{NEW_PASSWORD} {number}" for number in range(6)]
    given = [{"token": token, "newPassword": password} for password in passwords]
    answers = await asyncio.gather(*(mailing.product.ask(RESET, input=each) for each in given))
    assert sorted(answer.refusal for answer in answers if answer.errors) == [BAD] * 5
    (won,) = (password for password, answer in zip(passwords, answers, strict=True) if not answer.errors)
    assert await logs_in(mailing, won) is None
    assert len(await mailing.delivered()) == 1


async def test_who_changes_the_password_on_a_device_is_told_at_the_address(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    given = {"currentPassword": PASSWORD, "newPassword": "short"}
    assert (await product.ask(CHANGE_PASSWORD, mira, input=given)).refusal == ("INVALID_INPUT", "newPassword")
    assert await mailing.delivered() == {}
    await product.run(CHANGE_PASSWORD, mira, input={**given, "newPassword": NEW_PASSWORD})
    told = await mailing.delivered()
    assert told.keys() == {MIRA}
    assert told[MIRA]["Subject"] == "Your password was changed on one of your devices" and "#token" not in plain_of(told[MIRA])


async def test_sessions_end_for_certain_where_redis_was_away_at_the_moment(mailing, monkeypatch):
    product = mailing.product
    mira = await signed_up(mailing)
    token = await forgotten(mailing)

    async def away(*_):
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "end_others", away)
        await product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    await mailing.settle()
    assert (await product.ask(ACCOUNT, mira)).code == "UNAUTHENTICATED"


async def test_a_weak_password_does_not_use_the_link_up(mailing):
    await signed_up(mailing)
    token = await forgotten(mailing)
    for weak in ("short", MIRA, "password1"):
        answer = await mailing.product.ask(RESET, input={"token": token, "newPassword": weak})
        assert answer.refusal == ("INVALID_INPUT", "newPassword")
    await mailing.product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})


async def test_a_link_ends_after_an_hour(mailing):
    await signed_up(mailing)
    token = await forgotten(mailing)
    (life,) = await mailing.product.cypher(
        "MATCH (l:EmailLink {purpose: 'RESET'}) RETURN collect(l.expiresAt - l.createdAt)"
    )
    assert life == 3_600_000
    await mailing.product.cypher("MATCH (l:EmailLink) SET l.expiresAt = timestamp() RETURN count(*)")
    assert (await mailing.product.ask(RESET, input={"token": token, "newPassword": NEW_PASSWORD})).refusal == BAD


async def test_a_link_does_only_what_it_was_sent_for(mailing):
    product = mailing.product
    await product.sign_up("mira")
    verify = await mailing.token(MIRA)
    reset = await forgotten(mailing)
    assert (await product.ask(RESET, input={"token": verify, "newPassword": NEW_PASSWORD})).refusal == BAD
    assert (await product.ask(VERIFY, input={"token": reset})).refusal == BAD
    await product.run(VERIFY, input={"token": verify})
    await product.run(RESET, input={"token": reset, "newPassword": NEW_PASSWORD})


async def test_a_new_password_ends_every_other_open_link(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    first, second = await forgotten(mailing), await forgotten(mailing)
    await product.run(CHANGE, mira, input={"newEmail": "thief@example.org", "password": PASSWORD})
    change = token_of((await mailing.delivered())["thief@example.org"])
    await product.run(RESET, input={"token": first, "newPassword": NEW_PASSWORD})
    assert (await product.ask(RESET, input={"token": second, "newPassword": PASSWORD})).refusal == BAD
    assert (await product.ask(VERIFY, input={"token": change})).refusal == BAD


@pytest.mark.parametrize("is_proved", [False, True])
async def test_tokens_of_programs_end_where_a_stranger_may_have_signed_up_with_the_address(mailing, is_proved):
    product = mailing.product
    somebody = await product.sign_up("mira")
    verify = await mailing.token(MIRA)
    if is_proved:
        await product.run(VERIFY, input={"token": verify})
    programs = [(await program_of(product, somebody, scope))[0] for scope in ("READ", "WRITE")]
    for program in programs:
        await product.run(ME, program)
    token = await forgotten(mailing)
    await product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    codes = [(await product.ask(ME, program)).code for program in programs]
    assert codes == ([None] if is_proved else ["UNAUTHENTICATED"]) * 2
    revoked = [type_ for type_ in await product.event_types() if type_ == "account.token_revoked"]
    assert len(revoked) == (0 if is_proved else 2)


async def test_a_request_that_comes_twice_sends_one_mail(mailing):
    product = mailing.product
    await signed_up(mailing)
    await product.run(FORGOT, input={"email": MIRA})
    events = await taken(product.graph)
    consumers = consumers_of(product.served.parts, product.served.processor, mailing.runner)
    await asyncio.gather(handle(consumers, events), handle(consumers, events))
    (mail,) = await mailing.send()
    await product.run(RESET, input={"token": token_of(mail), "newPassword": NEW_PASSWORD})
    await mailing.send()
    await handle(consumers, events)
    assert await mailing.send() == []
    assert (await product.ask(RESET, input={"token": token_of(mail), "newPassword": PASSWORD})).refusal == BAD


async def test_somebody_suspended_gets_no_link(mailing):
    mira = await signed_up(mailing)
    await mailing.product.suspend(mira)
    await mailing.product.run(FORGOT, input={"email": MIRA})
    assert await mailing.delivered() == {}


async def test_who_failed_to_log_in_too_often_may_again_with_the_new_password(mailing):
    await signed_up(mailing)
    for login in ("mira", MIRA):
        codes = [await logs_in(mailing, "not the passphrase", login) for _ in range(6)]
        assert codes == ["UNAUTHENTICATED"] * 5 + ["RATE_LIMITED"]
    token = await forgotten(mailing)
    await mailing.product.run(RESET, input={"token": token, "newPassword": NEW_PASSWORD})
    for login in ("mira", MIRA):
        assert await logs_in(mailing, NEW_PASSWORD, login) is None


@pytest.mark.parametrize("email", [MIRA, "nobody@example.org"])
async def test_links_to_one_address_are_limited_whoever_has_it(mailing, email):
    await signed_up(mailing)
    codes = [(await mailing.product.ask(FORGOT, input={"email": email})).code for _ in range(6)]
    assert codes == [None] * 5 + ["RATE_LIMITED"]


async def test_one_network_cannot_ask_for_links_to_very_many_addresses(mailing):
    asked = (mailing.product.ask(FORGOT, input={"email": f"u{number}@example.org"}) for number in range(31))
    codes = [(await each).code for each in asked]
    assert codes == [None] * 30 + ["RATE_LIMITED"]


async def test_what_is_no_address_is_refused(mailing):
    assert (await mailing.product.ask(FORGOT, input={"email": "mira"})).refusal == ("INVALID_INPUT", "email")
