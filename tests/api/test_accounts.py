"""Signing up, logging in, and who the viewer is."""

import pytest

from tests.api.product import LOG_IN, PASSWORD, SIGN_UP, Person
from tests.mail.mailing import ACCOUNT, CHANGE, FORGOT, REQUEST, VERIFY

ME = "{ viewer { id username displayName bio followerCount followingCount postCount } }"


async def test_somebody_signs_up_and_is_the_viewer(product):
    mira = await product.sign_up("Mira", displayName="Mira Lund")
    assert (await product.run(ME, mira))["viewer"] == {
        "id": mira.id, "username": "Mira", "displayName": "Mira Lund", "bio": "",
        "followerCount": 0, "followingCount": 0, "postCount": 0,
    }


async def test_without_a_display_name_people_go_by_their_username(product):
    mira = await product.sign_up("Mira")
    assert (await product.run(ME, mira))["viewer"]["displayName"] == "Mira"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "x"}, "username"), ({"username": "mira lund"}, "username"), ({"username": "admin"}, "username"),
        ({"email": "mira"}, "email"), ({"password": "short"}, "password"), ({"displayName": " "}, "displayName"),
        ({"displayName": "a\u202eb"}, "displayName"),
    ],
)
async def test_bad_input_of_a_sign_up_names_its_field(product, given, field):
    whole = {"username": "mira", "email": "mira@example.org", "password": PASSWORD} | given
    assert (await product.ask(SIGN_UP, input=whole)).refusal == ("INVALID_INPUT", field)


@pytest.mark.parametrize(
    ("given", "field"), [({"email": "other@example.org"}, "username"), ({"username": "other"}, "email")]
)
async def test_what_is_taken_is_a_conflict_of_its_field(product, given, field):
    await product.sign_up("Mira", email="mira@example.org")
    whole = {"username": "mIRA", "email": "Mira@example.org", "password": PASSWORD} | given
    assert (await product.ask(SIGN_UP, input=whole)).refusal == ("CONFLICT", field)


@pytest.mark.parametrize("login", ["mira", "MIRA", "mira@example.org"])
async def test_somebody_logs_in_by_name_or_address(product, login):
    mira = await product.sign_up("Mira", email="mira@example.org")
    session = (await product.run(LOG_IN, input={"login": login, "password": PASSWORD}))["logIn"]["session"]
    assert session["viewer"]["id"] == mira.id
    assert (await product.run(ME, Person(mira.id, "", session["accessToken"])))["viewer"]["id"] == mira.id


async def test_a_wrong_password_and_an_unknown_name_read_the_same(product):
    await product.sign_up("mira")
    wrong = await product.ask(LOG_IN, input={"login": "mira", "password": "not the passphrase"})
    unknown = await product.ask(LOG_IN, input={"login": "nobody", "password": PASSWORD})
    assert wrong.code == unknown.code == "UNAUTHENTICATED"
    assert wrong.errors[0]["message"] == unknown.errors[0]["message"]


async def test_nobody_is_the_viewer_without_a_token(product):
    assert (await product.run(ME))["viewer"] is None


async def test_a_token_that_is_none_is_refused(product):
    assert (await product.ask(ME, Person("", "", "nonsense"))).code == "UNAUTHENTICATED"


async def test_a_server_without_mail_says_so_and_writes_none(product):
    mira = await product.sign_up("mira")
    assert await product.event_types() == ["user.created"]
    for document, viewer, given in (
        (FORGOT, None, {"email": "mira@example.org"}),
        (REQUEST, mira, {}),
        (CHANGE, mira, {"newEmail": "lund@example.org", "password": PASSWORD}),
        (VERIFY, None, {"token": "A" * 43}),
    ):
        assert (await product.ask(document, viewer, input=given)).code == "UNAVAILABLE"
    assert (await product.run(ACCOUNT, mira))["account"] == {
        "email": "mira@example.org", "emailVerified": False, "language": "EN",
    }
    assert await product.cypher("MATCH (n:Mail|EmailLink) RETURN count(n)") == 0


async def test_somebody_suspended_is_not_the_viewer(product):
    mira = await product.sign_up("mira")
    await product.suspend(mira)
    assert (await product.run(ME, mira))["viewer"] is None
