"""An address is verified by a link, once, in time, by whoever received the mail."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.api.product import PASSWORD, SIGN_UP
from tests.mail.conftest import LINKS
from tests.mail.mailing import ACCOUNT, REQUEST, VERIFY, html_of, plain_of, token_of

MIRA = "mira@example.org"
BAD = ("INVALID_INPUT", "token")
CONTENTS = """MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock
RETURN collect(properties(n))"""
EVENTS = "MATCH (o:Outbox) RETURN reduce(all = '', text IN collect(o.type + o.payload) | all + text)"


async def account(mailing, person):
    return (await mailing.product.run(ACCOUNT, person))["account"]


async def test_who_signs_up_gets_a_link_which_verifies_the_address(mailing):
    product = mailing.product
    mira = await product.sign_up("Mira", email="Mira@Example.org")
    assert await account(mailing, mira) == {"email": "Mira@example.org", "emailVerified": False, "language": "EN"}
    (mail,) = (await mailing.delivered()).values()
    assert (mail["To"], mail["From"]) == ("Mira@example.org", "Rookery <no-reply@rookery.example>")
    assert mail["Subject"] == "Confirm your e-mail address"
    assert (mail["Auto-Submitted"], mail["Content-Language"], mail["List-Unsubscribe"]) == ("auto-generated", "en", None)
    token = token_of(mail)
    link = f"{LINKS}/verify-email#token={token}"
    assert link in plain_of(mail) and f'href="{link}"' in html_of(mail) and "@Mira" in plain_of(mail)
    done = await product.run(VERIFY, input={"token": token})
    assert done["verifyEmail"] == {"username": "Mira", "email": "Mira@example.org"}
    assert (await account(mailing, mira))["emailVerified"]
    assert await mailing.stored() == []
    assert await mailing.delivered() == {}


async def test_nothing_that_is_stored_holds_the_token_or_the_address(mailing, keyspace):
    await mailing.product.sign_up("somebody", email=MIRA)
    events = await mailing.product.cypher(EVENTS)
    stored = str(await mailing.product.cypher(CONTENTS))
    token = await mailing.token(MIRA)
    assert "mail.requested" in events
    for secret in (token, "mira", "example.org"):
        assert secret not in events and secret not in stored
    names = await keyspace.command("KEYS", "*")
    assert not any(b"mira" in name or token.encode() in name for name in names)


async def test_of_many_who_follow_a_link_at_once_one_does(mailing):
    product = mailing.product
    await product.sign_up("mira")
    token = await mailing.token(MIRA)
    answers = await asyncio.gather(*(product.ask(VERIFY, input={"token": token}) for _ in range(8)))
    assert sorted(answer.refusal for answer in answers if answer.errors) == [BAD] * 7
    assert (await product.ask(VERIFY, input={"token": token})).refusal == BAD


async def test_a_link_that_ended_is_of_no_use(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    token = await mailing.token(MIRA)
    await product.cypher("MATCH (l:EmailLink) SET l.expiresAt = timestamp() RETURN 1")
    assert (await product.ask(VERIFY, input={"token": token})).refusal == BAD
    assert not (await account(mailing, mira))["emailVerified"]


async def test_who_is_signed_in_cannot_follow_a_link_of_somebody_else(mailing):
    product = mailing.product
    mira, jo = await product.people("mira", "jo2")
    token = token_of((await mailing.delivered())[MIRA])
    assert (await product.ask(VERIFY, jo, input={"token": token})).refusal == BAD
    assert not (await account(mailing, mira))["emailVerified"] and not (await account(mailing, jo))["emailVerified"]
    await product.run(VERIFY, mira, input={"token": token})
    assert (await account(mailing, mira))["emailVerified"] and not (await account(mailing, jo))["emailVerified"]


async def test_somebody_suspended_verifies_nothing(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    token = await mailing.token(MIRA)
    await product.suspend(mira)
    assert (await product.ask(VERIFY, input={"token": token})).refusal == BAD


async def test_a_link_can_be_asked_for_again_until_the_address_is_verified(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    first = await mailing.token(MIRA)
    ends = datetime.fromisoformat((await product.run(REQUEST, mira, input={}))["requestEmailVerification"]["endsAt"])
    assert timedelta(hours=23) < ends - datetime.now(UTC) < timedelta(hours=25)
    second = await mailing.token(MIRA)
    assert first != second
    await product.run(VERIFY, input={"token": first})
    assert (await product.ask(VERIFY, input={"token": second})).refusal == BAD
    assert (await product.ask(REQUEST, mira, input={})).code == "CONFLICT"
    assert (await product.ask(REQUEST, input={})).code == "UNAUTHENTICATED"


async def test_mailboxes_are_not_flooded(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    codes = [(await product.ask(REQUEST, mira, input={})).code for _ in range(6)]
    assert codes == [None] * 5 + ["RATE_LIMITED"]
    await mailing.settle()
    assert len(await mailing.send()) == 6  # that of the sign-up among them


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "é" * 43, "A" * 10_000])
async def test_what_is_no_token_is_refused(mailing, token):
    await mailing.product.sign_up("mira")
    assert (await mailing.product.ask(VERIFY, input={"token": token})).refusal == BAD


async def test_guessing_ends_and_following_good_links_does_not_count(mailing):
    product = mailing.product
    await product.sign_up("mira")
    token = await mailing.token(MIRA)
    for _ in range(3):
        await product.run(VERIFY, input={"token": token})
        await product.cypher("MATCH (l:EmailLink) SET l.usedAt = null RETURN count(*)")
    codes = [(await product.ask(VERIFY, input={"token": f"{number:043}"})).code for number in range(31)]
    assert codes == ["INVALID_INPUT"] * 30 + ["RATE_LIMITED"]


@pytest.mark.parametrize(
    ("header", "given", "language", "subject"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", {}, "DE", "Bitte bestätigen Sie Ihre E-Mail-Adresse"),
        ("de", {"language": "EN"}, "EN", "Confirm your e-mail address"),
        ("fr;q=0.8, tlh", {}, "EN", "Confirm your e-mail address"),
    ],
)
async def test_mails_are_in_the_language_of_who_gets_them(mailing, header, given, language, subject):
    served = mailing.product.served
    whole = {"username": "mira", "email": MIRA, "password": PASSWORD} | given
    body = {"query": SIGN_UP, "variables": {"input": whole}}
    headers = {"accept-language": header}
    answer = (await served.http.post(f"{served.url}/graphql", json=body, headers=headers)).json()
    assert answer["data"]["signUp"]
    (mail,) = (await mailing.delivered()).values()
    assert (mail["Subject"], mail["Content-Language"]) == (subject, language.lower())
    assert f'<html lang="{language.lower()}">' in html_of(mail)


async def test_a_language_is_chosen_later_as_well(mailing):
    product = mailing.product
    mira = await product.sign_up("mira")
    await mailing.delivered()
    await product.run(REQUEST, mira, input={"language": "DE"})
    (mail,) = (await mailing.delivered()).values()
    assert mail["Content-Language"] == "de" and (await account(mailing, mira))["language"] == "DE"


async def test_an_emptied_redis_loses_no_mail_and_no_link(mailing, keyspace):
    product = mailing.product
    await product.sign_up("mira")
    await keyspace.command("FLUSHALL")
    await product.cypher("MATCH (o:Outbox) DELETE o RETURN count(*)")  # as if a stream had been lost with them
    (mail,) = await mailing.send()
    await keyspace.command("FLUSHALL")
    await product.run(VERIFY, input={"token": token_of(mail)})
