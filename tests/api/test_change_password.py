"""Changing one's password: it takes the old one, and ends every other session."""

import asyncio

import pytest

from tests.api.product import CHANGE_PASSWORD, LOG_IN, PASSWORD, Person
from tests.api.programs import program_of

NEW = "seven otters in a lamp"
ME = "{ viewer { username } }"


async def change(product, viewer, current=PASSWORD, new=NEW):
    return await product.ask(CHANGE_PASSWORD, viewer, input={"currentPassword": current, "newPassword": new})


async def another_device(product, person, password=PASSWORD):
    session = (await product.run(LOG_IN, input={"login": person.username, "password": password}))["logIn"]["session"]
    return Person(person.id, person.username, session["accessToken"])


async def test_the_new_password_is_the_only_one_and_other_devices_are_signed_out(product):
    mira = await product.sign_up("mira")
    tablet = await another_device(product, mira)
    answer = await change(product, mira)
    assert len(answer.data["changePassword"]["revokedSessionIds"]) == 1
    assert (await product.run(ME, mira))["viewer"] == {"username": "mira"}
    assert (await product.ask(ME, tablet)).code == "UNAUTHENTICATED"
    assert (await product.ask(LOG_IN, input={"login": "mira", "password": PASSWORD})).code == "UNAUTHENTICATED"
    assert (await product.run(ME, await another_device(product, mira, NEW)))["viewer"] == {"username": "mira"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"current": "not the passphrase"}, "currentPassword"), ({"new": "short"}, "newPassword"),
        ({"new": "password2026!"}, "newPassword"), ({"new": "mira@example.org"}, "newPassword"),
        ({"new": "Mira-1990-1990"}, "newPassword"),
    ],
)
async def test_a_wrong_password_and_a_weak_one_change_nothing(product, given, field):
    mira = await product.sign_up("mira")
    tablet = await another_device(product, mira)
    events = await product.event_types()
    assert (await change(product, mira, **given)).refusal == ("INVALID_INPUT", field)
    assert await product.event_types() == events
    for device in (mira, tablet, await another_device(product, mira)):
        assert (await product.run(ME, device))["viewer"] == {"username": "mira"}


async def test_guesses_of_the_present_password_are_limited(product):
    mira = await product.sign_up("mira")
    for _ in range(5):
        assert (await change(product, mira, "not the passphrase")).refusal == ("INVALID_INPUT", "currentPassword")
    assert (await change(product, mira)).code == "RATE_LIMITED"


async def test_of_two_changes_at_once_one_is_made(product):
    mira = await product.sign_up("mira")
    tablet = await another_device(product, mira)
    news = [f"{NEW}, and number {n}" for n in range(4)]
    answers = await asyncio.gather(*(change(product, who, new=new) for who, new in zip([mira, tablet] * 2, news, strict=True)))
    [made] = [new for new, answer in zip(news, answers, strict=True) if not answer.errors]
    assert (await product.run(ME, await another_device(product, mira, made)))["viewer"] == {"username": "mira"}


async def test_only_a_person_who_is_signed_in_changes_it(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "WRITE")
    assert (await change(product, program)).code == "FORBIDDEN"
    assert (await change(product, None)).code == "UNAUTHENTICATED"


async def test_where_redis_forgot_to_end_them_the_worker_ends_other_sessions(product, monkeypatch):
    mira = await product.sign_up("mira")
    tablet = await another_device(product, mira)
    sessions = type(product.served.parts.accounts.sessions)

    async def nothing(*_):
        return []

    with monkeypatch.context() as patch:
        patch.setattr(sessions, "end_others", nothing)
        assert not (await change(product, mira)).errors
    assert (await product.run(ME, tablet))["viewer"] == {"username": "mira"}
    await product.settle()
    assert (await product.ask(ME, tablet)).code == "UNAUTHENTICATED"
    assert (await product.run(ME, mira))["viewer"] == {"username": "mira"}
