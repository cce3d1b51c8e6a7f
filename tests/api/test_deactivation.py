"""Deactivating an account and coming back; being suspended and restored."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.accounts.own_password import OwnPassword
from tests.api.product import FOLLOW, LOG_IN, PASSWORD, POST
from tests.api.relationships import DEACTIVATE, done, edges, relationship
from tests.worlds.holding import hold_after

BACK = {"login": "mira", "password": PASSWORD}
ME = "{ viewer { id } }"
LOOK = """query ($id: ID!, $post: ID!) {
  user(username: "mira") { id } node(id: $id) { id } post(id: $post) { id } homeTimeline { edges { node { id } } }
  jo: user(username: "jo2") { followers { edges { node { username } } } }
}"""
LEFT = "MATCH (u:User {id: $id}) SET u.deactivatedAt = u.deactivatedAt - $earlier RETURN u.state"
STATE = "MATCH (u:User {id: $id}) RETURN [u.state, u.deactivatedAt IS NULL]"
MONTH = timedelta(days=30)


@pytest.fixture
async def pair(product):
    """mira and jo2 follow each other, and mira has a post."""
    mira, jo = await product.people("mira", "jo2")
    await product.follow(mira, jo)
    await product.follow(jo, mira)
    return mira, jo, await product.post(mira)


async def leave(product, user):
    """Deactivate somebody's account, and return until when they can come back."""
    answer = await product.run(DEACTIVATE, user, input={"password": PASSWORD})
    return datetime.fromisoformat(answer["deactivateAccount"]["reactivateUntil"])


async def test_who_leaves_is_hidden_at_once_everywhere_and_back_by_logging_in(product, pair):
    mira, jo, post = pair
    before = await product.run(LOOK, jo, id=mira.id, post=post)
    assert before["post"] and before["homeTimeline"]["edges"] and before["jo"]["followers"]["edges"]
    until = await leave(product, mira)
    assert abs(until - datetime.now(UTC) - MONTH) < timedelta(minutes=5)
    nothing: dict[str, list[object]] = {"edges": []}
    assert await product.run(LOOK, jo, id=mira.id, post=post) == {
        "user": None, "node": None, "post": None, "homeTimeline": nothing, "jo": {"followers": nothing}
    }
    assert (await product.run(LOG_IN, input=BACK))["logIn"]["session"]["viewer"]["id"] == mira.id
    assert await product.run(LOOK, jo, id=mira.id, post=post) == before
    assert await product.cypher(STATE, id=mira.own_id) == ["ACTIVE", True]
    assert await relationship(product, jo, mira) == {"viewerFollows", "followsViewer"}


async def test_who_left_is_no_viewer(product, pair):
    signed_in, jo, _ = pair
    mira = await product.outlasting(signed_in)
    await leave(product, mira)
    assert (await product.ask(ME, signed_in)).errors[0]["extensions"]["reason"] == "SESSION_ENDED"
    assert (await product.run(ME, mira))["viewer"] is None
    assert (await product.ask(POST, mira, input={"text": "Hello."})).code == "UNAUTHENTICATED"
    assert (await product.ask(FOLLOW, mira, input={"userId": jo.id})).code == "UNAUTHENTICATED"
    assert (await product.ask(DEACTIVATE, mira, input={"password": PASSWORD})).code == "UNAUTHENTICATED"
    assert (await product.ask(FOLLOW, jo, input={"userId": mira.id})).code == "NOT_FOUND"
    await product.run(LOG_IN, input=BACK)
    assert (await product.run(ME, mira))["viewer"] == {"id": mira.id}  # by the token of before


async def test_leaving_takes_the_password_which_may_be_wrong_only_so_often(product, pair):
    mira, *_ = pair
    for _ in range(5):
        wrong = await product.ask(DEACTIVATE, mira, input={"password": "not the passphrase"})
        assert wrong.refusal == ("INVALID_INPUT", "password")
    assert (await product.ask(DEACTIVATE, mira, input={"password": PASSWORD})).code == "RATE_LIMITED"
    assert (await product.run(ME, mira))["viewer"] == {"id": mira.id}


async def test_a_password_that_is_changed_while_it_is_checked_hides_nobody(product, pair, monkeypatch):
    mira, *_ = pair
    held = hold_after(monkeypatch, OwnPassword, "check")
    leaving = asyncio.create_task(product.ask(DEACTIVATE, mira, input={"password": PASSWORD}))
    await held.reached()
    await product.cypher("MATCH (a:Account {userId: $id}) SET a.passwordHash = 'another' RETURN 1", id=mira.own_id)
    held.go_on.set()
    assert (await leaving).refusal == ("INVALID_INPUT", "password")
    assert await product.cypher(STATE, id=mira.own_id) == ["ACTIVE", True]


async def test_wrong_passwords_are_forgotten_by_the_right_one(product, pair):
    mira = await product.outlasting(pair[0])
    for _ in range(2):
        for _ in range(4):
            await product.ask(DEACTIVATE, mira, input={"password": "not the passphrase"})
        await leave(product, mira)
        await product.run(LOG_IN, input=BACK)


async def test_who_logs_in_many_times_at_once_is_back_each_time(product, pair):
    mira, *_ = pair
    await leave(product, mira)
    before = (await product.event_types()).count("user.updated")
    answers = await asyncio.gather(*(product.ask(LOG_IN, input=BACK) for _ in range(5)))
    assert [answer.code for answer in answers] == [None] * 5
    assert (await product.event_types()).count("user.updated") == before + 1


async def test_a_wrong_password_brings_nobody_back(product, pair):
    mira, *_ = pair
    await leave(product, mira)
    wrong = await product.ask(LOG_IN, input={**BACK, "password": "not the passphrase"})
    assert wrong.code == "UNAUTHENTICATED"
    assert await product.cypher(STATE, id=mira.own_id) == ["DEACTIVATED", False]


@pytest.mark.parametrize(("days", "code"), [(29, None), (31, "FORBIDDEN")])
async def test_nobody_comes_back_after_the_window(product, pair, days, code):
    mira, *_ = pair
    await leave(product, mira)
    await product.cypher(LEFT, id=mira.own_id, earlier=days * 86_400_000)
    assert (await product.ask(LOG_IN, input=BACK)).code == code
    assert (await product.cypher(STATE, id=mira.own_id))[0] == ("ACTIVE" if code is None else "DEACTIVATED")


async def test_leaving_and_coming_back_many_times_at_once_ends_as_one_of_the_two(product, pair):
    mira, jo, post = pair
    await asyncio.gather(
        *(product.ask(DEACTIVATE, mira, input={"password": PASSWORD}) for _ in range(5)),
        *(product.ask(LOG_IN, input=BACK) for _ in range(5)),
    )
    state, no_time = await product.cypher(STATE, id=mira.own_id)
    assert (state == "ACTIVE") == no_time
    found = await product.run(LOOK, jo, id=mira.id, post=post)
    assert (found["user"] is not None) == (found["post"] is not None) == (state == "ACTIVE")


async def test_somebody_suspended_is_hidden_at_once_and_restored_as_they_were(product, pair):
    mira, jo, post = pair
    suspension = product.served.parts.accounts.suspension
    before = await product.run(LOOK, jo, id=mira.id, post=post)
    assert [await suspension.suspend("MIRA", "A test."), await suspension.suspend("@mira", "A test.")] == [True, False]
    assert (await product.run(LOOK, jo, id=mira.id, post=post))["user"] is None
    assert (await product.ask(LOG_IN, input=BACK)).code == "FORBIDDEN"
    assert [await suspension.restore("mira", "A test."), await suspension.restore("mira", "A test.")] == [True, False]
    assert await product.run(LOOK, jo, id=mira.id, post=post) == before
    assert (await product.ask(LOG_IN, input=BACK)).code is None
    assert await edges(product, mira, jo) == ["FOLLOWS<", "FOLLOWS>"]


async def test_a_suspension_outlasts_leaving_and_ends_where_it_began(product, pair):
    mira, *_ = pair
    suspension = product.served.parts.accounts.suspension
    await leave(product, mira)
    await suspension.suspend("mira", "A test.")
    assert (await product.ask(LOG_IN, input=BACK)).code == "FORBIDDEN"
    await suspension.restore("mira", "A test.")
    assert (await product.cypher(STATE, id=mira.own_id))[0] == "DEACTIVATED"
    assert (await product.ask(LOG_IN, input=BACK)).code is None


async def test_requests_outlast_leaving(product):
    mira, jo = await product.people("mira", "jo2")
    mira = await product.outlasting(mira)
    update = "mutation ($input: UpdatePrivacyInput!) { updatePrivacy(input: $input) { viewer { id } } }"
    await product.run(update, mira, input={"private": True})
    await done(product, "follow", jo, mira)
    await leave(product, mira)
    await product.run(LOG_IN, input=BACK)
    await done(product, "acceptFollowRequest", mira, jo)
    assert await edges(product, jo, mira) == ["FOLLOWS>"]
