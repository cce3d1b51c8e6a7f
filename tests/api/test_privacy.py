"""What people choose for their privacy, and what others then see."""

import asyncio

import pytest

from tests.api.product import FOLLOW
from tests.api.relationships import PRIVACY, UPDATE, choose, done

ALL = f"{{ privacy {{ {PRIVACY} }} }}"
DEFAULTS = {
    "private": False, "discoverable": True, "hideFollowers": False, "hideFollowing": False, "hideCounts": False,
    "defaultAudience": "PUBLIC", "defaultReplies": "EVERYONE", "defaultQuotes": "EVERYONE",
}
OTHERS = {
    "private": True, "discoverable": False, "hideFollowers": True, "hideFollowing": True, "hideCounts": True,
    "defaultAudience": "CLOSE_FRIENDS", "defaultReplies": "MENTIONED", "defaultQuotes": "FOLLOWERS",
}


async def test_somebody_new_is_open(product):
    mira = await product.sign_up("mira")
    assert (await product.run(ALL, mira))["privacy"] == DEFAULTS


@pytest.mark.parametrize("name", OTHERS)
async def test_each_choice_is_changed_alone_and_back(product, name):
    mira = await product.sign_up("mira")
    for value in (OTHERS[name], DEFAULTS[name]):
        assert await choose(product, mira, **{name: value}) == {**DEFAULTS, name: value}
        assert (await product.run(ALL, mira))["privacy"] == {**DEFAULTS, name: value}


async def test_what_is_null_stays(product):
    mira = await product.sign_up("mira")
    await choose(product, mira, **OTHERS)
    assert await choose(product, mira, **dict.fromkeys(OTHERS)) == OTHERS


async def test_the_choices_of_one_person_are_not_those_of_another(product):
    mira, jo = await product.people("mira", "jo2")
    await choose(product, mira, **OTHERS)
    assert (await product.run(ALL, jo))["privacy"] == DEFAULTS


async def test_others_see_at_once_that_somebody_is_private(product):
    mira, jo = await product.people("mira", "jo2")
    document = '{ user(username: "mira") { private } }'
    assert not (await product.run(document, jo))["user"]["private"]
    await choose(product, mira, private=True)
    assert (await product.run(document, jo))["user"]["private"]


async def test_changes_at_once_all_stand_and_opening_is_told_for_each_time_it_happened(product):
    mira = await product.sign_up("mira")
    await choose(product, mira, private=True)
    given = [{"private": False}, {"hideCounts": True}, {"private": False}, {"discoverable": False}]
    await asyncio.gather(*(product.run(UPDATE, mira, input=each) for each in given))
    changed = {"hideCounts": True, "discoverable": False}
    assert (await product.run(ALL, mira))["privacy"] == {**DEFAULTS, **changed}
    assert (await product.event_types()).count("user.opened") == 1


async def test_somebody_suspended_chooses_nothing(product):
    mira = await product.sign_up("mira")
    await product.suspend(mira)
    assert (await product.ask(UPDATE, mira, input={"private": True})).code == "UNAUTHENTICATED"
    assert (await product.ask(ALL, mira)).code == "UNAUTHENTICATED"


async def test_the_posts_of_somebody_private_are_for_followers(product):
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    post = await product.post(mira)
    await product.run(FOLLOW, jo, input={"userId": mira.id})
    await choose(product, mira, private=True)
    await done(product, "follow", kim, mira)
    document = "query ($id: ID!) { post(id: $id) { id } }"
    shown = [(await product.run(document, viewer, id=post))["post"] for viewer in (mira, jo, kim, None)]
    assert shown == [{"id": post}, {"id": post}, None, None]
