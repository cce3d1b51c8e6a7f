"""Profiles: shown, changed, and seen everywhere at once."""

import asyncio

import pytest

from graph.ids import new_id
from resolvers.global_ids import encode

PROFILE = "query ($name: String!) { user(username: $name) { username displayName bio location website avatar { id } } }"
UPDATE = """
mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { viewer { displayName bio location website } } }
"""


async def update(product, viewer, **given):
    return (await product.run(UPDATE, viewer, input=given))["updateProfile"]["viewer"]


@pytest.mark.parametrize("name", ["mira", "Mira", "MIRA", "@mira"])
async def test_somebody_is_found_by_name_in_any_case(product, name):
    await product.sign_up("Mira")
    assert (await product.run(PROFILE, name=name))["user"]["username"] == "Mira"


@pytest.mark.parametrize("name", ["nobody", "", "@", "@@mira", "mira ", "\u212aim", "mira\x00", "x" * 10_000])
async def test_a_name_that_nobody_has_is_nobody(product, name):
    await product.people("mira", "kim")
    assert (await product.run(PROFILE, name=name))["user"] is None


async def test_what_is_given_is_changed_and_the_rest_stays(product):
    mira = await product.sign_up("mira")
    await update(product, mira, bio="Birds.\nAnd more.", location=" Lima,  Peru ", website="https://example.org/mira")
    assert await update(product, mira, displayName="Mira Lund") == {
        "displayName": "Mira Lund", "bio": "Birds.\nAnd more.", "location": "Lima, Peru", "website": "https://example.org/mira"
    }


async def test_null_clears(product):
    mira = await product.sign_up("mira")
    await update(product, mira, bio="Birds.", location="Lima", website="https://example.org")
    changed = await update(product, mira, bio=None, location=None, website=None)
    assert (changed["bio"], changed["location"], changed["website"]) == ("", None, None)


async def test_nothing_given_changes_nothing(product):
    mira = await product.sign_up("mira")
    assert (await update(product, mira))["displayName"] == "mira"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"displayName": None}, "displayName"), ({"displayName": "\u200b"}, "displayName"),
        ({"displayName": "x" * 51}, "displayName"),
        ({"bio": "x" * 301}, "bio"), ({"bio": "a\x00"}, "bio"), ({"location": "x" * 61}, "location"),
        ({"website": "example.org"}, "website"), ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "http://["}, "website"),
        ({"website": "https://"}, "website"), ({"website": "https://x.org/" + "x" * 200}, "website"),
        ({"avatarId": "nonsense"}, "avatarId"), ({"avatarId": encode("User", new_id())}, "avatarId"),
        ({"coverId": encode("Picture", new_id())}, "coverId"),
    ],
)
async def test_bad_input_of_a_profile_names_its_field_and_changes_nothing(product, given, field):
    mira = await product.sign_up("mira")
    assert (await product.ask(UPDATE, mira, input=given)).refusal == ("INVALID_INPUT", field)
    assert await product.event_types() == ["user.created"]


async def test_a_change_is_seen_at_once_wherever_the_person_is(product):
    mira, jo = await product.people("mira", "jo2")
    await product.post(mira)
    await product.follow(jo, mira)
    seen = """{
      user(username: "jo2") { following(first: 1) { edges { node { displayName } } } }
      homeTimeline(first: 1) { edges { node { author { displayName } } } }
    }"""
    for name in ("First", "Second"):
        await update(product, mira, displayName=name)
        found = await product.run(seen, jo)
        assert found["user"]["following"]["edges"][0]["node"]["displayName"] == name
        assert found["homeTimeline"]["edges"][0]["node"]["author"]["displayName"] == name


async def test_changes_of_different_fields_at_once_are_all_kept(product):
    mira = await product.sign_up("mira")
    given = [{"bio": "Birds."}, {"location": "Lima"}, {"website": "https://example.org"}, {"displayName": "Mira Lund"}] * 3
    await asyncio.gather(*(update(product, mira, **each) for each in given))
    user = (await product.run(PROFILE, name="mira"))["user"]
    assert (user["bio"], user["location"], user["website"], user["displayName"]) == (
        "Birds.", "Lima", "https://example.org", "Mira Lund"
    )
