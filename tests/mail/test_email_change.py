"""An address changes when the link that went to the new one is followed, and the one of before is told."""

import asyncio

import pytest

from services.accounts.own_password import OwnPassword
from tests.api.product import CHANGE_PASSWORD, LOG_IN, PASSWORD
from tests.mail.mailing import ACCOUNT, CHANGE, FORGOT, NEW_PASSWORD, RESET, VERIFY, plain_of, token_of
from tests.worlds.holding import hold_after

OLD, NEW = "mira@example.org", "lund@example.org"
BAD = ("INVALID_INPUT", "token")


async def signed_up(mailing, username="mira"):
    """Sign somebody up, and let the mail of that come."""
    person = await mailing.product.sign_up(username)
    await mailing.delivered()
    return person


async def asked(mailing, person, new=NEW):
    """Ask for a change, and return the mails by whom they are to."""
    await mailing.product.run(CHANGE, person, input={"newEmail": new, "password": PASSWORD})
    return await mailing.delivered()


async def logs_in(mailing, login, password=PASSWORD):
    return (await mailing.product.ask(LOG_IN, input={"login": login, "password": password})).code


async def test_the_new_address_is_used_once_its_link_is_followed_and_the_old_one_is_told(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    mails = await asked(mailing, mira)
    assert mails.keys() == {OLD, NEW}
    assert mails[OLD]["Subject"] == "Your account is to get another e-mail address"
    assert "#token" not in plain_of(mails[OLD]) and NEW not in plain_of(mails[OLD])
    assert (await product.run(ACCOUNT, mira))["account"]["email"] == OLD
    assert (await logs_in(mailing, OLD), await logs_in(mailing, NEW)) == (None, "UNAUTHENTICATED")
    done = await product.run(VERIFY, mira, input={"token": token_of(mails[NEW])})
    assert done["verifyEmail"] == {"username": "mira", "email": NEW}
    assert (await product.run(ACCOUNT, mira))["account"] == {"email": NEW, "emailVerified": True, "language": "EN"}
    assert (await logs_in(mailing, OLD), await logs_in(mailing, NEW)) == ("UNAUTHENTICATED", None)
    told = await mailing.delivered()
    assert told.keys() == {OLD} and told[OLD]["Subject"] == "Your account has another e-mail address"
    assert (await product.ask(VERIFY, input={"token": token_of(mails[NEW])})).refusal == BAD


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"password": "not the passphrase"}, "password"), ({"newEmail": "lund"}, "newEmail"),
        ({"newEmail": "Mira@Example.org"}, "newEmail"),
    ],
)
async def test_what_is_refused_names_its_field_and_sends_nothing(mailing, given, field):
    mira = await signed_up(mailing)
    whole = {"newEmail": NEW, "password": PASSWORD} | given
    assert (await mailing.product.ask(CHANGE, mira, input=whole)).refusal == ("INVALID_INPUT", field)
    assert await mailing.delivered() == {}


async def test_a_stolen_token_is_not_enough_and_passwords_cannot_be_guessed(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    assert (await product.ask(CHANGE, input={"newEmail": NEW, "password": PASSWORD})).code == "UNAUTHENTICATED"
    wrong = {"newEmail": NEW, "password": "not the passphrase"}
    codes = [(await product.ask(CHANGE, mira, input=wrong)).code for _ in range(6)]
    assert codes == ["INVALID_INPUT"] * 5 + ["RATE_LIMITED"]
    assert (await product.ask(CHANGE, mira, input={"newEmail": NEW, "password": PASSWORD})).code == "RATE_LIMITED"
    elsewhere = {"currentPassword": "not the passphrase", "newPassword": NEW_PASSWORD}
    assert (await product.ask(CHANGE_PASSWORD, mira, input=elsewhere)).code == "RATE_LIMITED"  # not as many again


async def test_a_second_request_ends_the_link_of_the_first(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    first = token_of((await asked(mailing, mira))[NEW])
    second = token_of((await asked(mailing, mira, "other@example.org"))["other@example.org"])
    assert (await product.ask(VERIFY, input={"token": first})).refusal == BAD
    await product.run(VERIFY, input={"token": second})
    assert (await product.run(ACCOUNT, mira))["account"]["email"] == "other@example.org"


async def test_a_changed_password_ends_the_request(mailing):
    product = mailing.product
    mira = await signed_up(mailing)
    token = token_of((await asked(mailing, mira))[NEW])
    await product.run(CHANGE_PASSWORD, mira, input={"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD})
    assert (await product.ask(VERIFY, input={"token": token})).refusal == BAD


async def test_a_request_by_a_password_that_is_reset_meanwhile_sends_nothing_to_the_new_address(mailing, monkeypatch):
    product = mailing.product
    mira = await signed_up(mailing)
    with monkeypatch.context() as patch:
        held = hold_after(patch, OwnPassword, "check")
        thief = asyncio.create_task(product.ask(CHANGE, mira, input={"newEmail": NEW, "password": PASSWORD}))
        await held.reached()
        await product.run(FORGOT, input={"email": OLD})
        await product.run(RESET, input={"token": await mailing.token(OLD), "newPassword": NEW_PASSWORD})
        held.go_on.set()
        assert (await thief).refusal == ("INVALID_INPUT", "password")
    assert (await mailing.delivered()).keys() == {OLD}
    assert await product.cypher("MATCH (l:EmailLink {purpose: 'CHANGE'}) RETURN count(l)") == 0


async def test_a_mail_that_waits_for_a_link_that_ended_is_not_sent(mailing):
    mira = await signed_up(mailing)
    change = {"newEmail": NEW, "password": PASSWORD}
    await mailing.product.run(CHANGE, mira, input=change)
    await mailing.product.run(CHANGE, mira, input={**change, "newEmail": "other@example.org"})
    assert (await mailing.delivered()).keys() == {OLD, "other@example.org"}
    assert await mailing.stored() == []


async def test_links_to_the_old_address_end_with_it(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    verify = await mailing.token(OLD)
    await product.run(FORGOT, input={"email": OLD})
    reset = await mailing.token(OLD)
    change = token_of((await asked(mailing, mira))[NEW])
    await product.run(VERIFY, input={"token": change})
    assert (await product.ask(VERIFY, input={"token": verify})).refusal == BAD
    assert (await product.ask(RESET, input={"token": reset, "newPassword": NEW_PASSWORD})).refusal == BAD
    assert await logs_in(mailing, NEW) is None


async def test_whose_address_it_is_already_says_only_its_owner(mailing):
    product = mailing.product
    mira, lund = await signed_up(mailing), await product.sign_up("lund")
    await mailing.delivered()
    mails = await asked(mailing, mira)
    assert mails.keys() == {OLD, NEW}
    answer = await product.ask(VERIFY, input={"token": token_of(mails[NEW])})
    assert answer.refusal == ("CONFLICT", "email")
    accounts = [(await product.run(ACCOUNT, each))["account"] for each in (mira, lund)]
    assert [(each["email"], each["emailVerified"]) for each in accounts] == [(OLD, False), (NEW, False)]


async def test_of_two_who_change_to_one_address_at_once_one_has_it(mailing):
    product = mailing.product
    people = await product.people("mira", "jo2")
    await mailing.delivered()
    tokens = [token_of((await asked(mailing, each))[NEW]) for each in people]
    answers = await asyncio.gather(*(product.ask(VERIFY, input={"token": token}) for token in tokens))
    assert sorted(str(answer.code) for answer in answers) == ["CONFLICT", "None"]
    emails = [(await product.run(ACCOUNT, each))["account"]["email"] for each in people]
    assert emails.count(NEW) == 1


async def test_strangers_mailboxes_are_not_flooded(mailing):
    mira = await signed_up(mailing)
    given = {"newEmail": NEW, "password": PASSWORD}
    codes = [(await mailing.product.ask(CHANGE, mira, input=given)).code for _ in range(6)]
    assert codes == [None] * 5 + ["RATE_LIMITED"]
