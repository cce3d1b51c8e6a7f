"""Changing a username, as clients see it: what the names of before lead to, and that nothing cached is older than the change."""

import pytest

from keyspace.usernames import USERNAMES
from tests.api.administration import UNVERIFY, VERIFY, administrator, entries
from tests.api.product import LOG_IN, PASSWORD, SIGN_UP, Person
from tests.api.programs import program_of
from tests.api.relationships import done

CHANGE = "mutation ($input: ChangeUsernameInput!) { changeUsername(input: $input) { viewer { id username } } }"
BY_NAME = "query ($name: String!) { user(username: $name) { id username } }"
MENTIONS = "query ($id: ID!) { post(id: $id) { text mentions { username user { id username } } } }"


async def change(product, viewer: Person, username: str) -> None:
    answer = await product.run(CHANGE, viewer, input={"username": username})
    assert answer["changeUsername"]["viewer"] == {"id": viewer.id, "username": username}


async def refused(product, viewer: Person | None, username: str):
    return (await product.ask(CHANGE, viewer, input={"username": username})).refusal


async def found(product, name: str, viewer: Person | None = None):
    """Return who is found by a name; twice, so that the second answer is from what is cached."""
    first, again = [(await product.run(BY_NAME, viewer, name=name))["user"] for _ in range(2)]
    assert first == again
    return None if first is None else (first["id"], first["username"])


async def end_quarantines(product) -> None:
    """Let the time be over for all names of before; what is cached of them goes, as it does within an hour."""
    names = await product.cypher("MATCH (f:FormerUsername) SET f.until = 1 RETURN collect(f.usernameKey)")
    await product.served.parts.keyspace.command("UNLINK", *(USERNAMES.key(name) for name in names))


async def test_both_names_lead_to_the_person_at_once(product):
    mira, jo = await product.people("mira", "jo2")
    await product.post(mira)
    await product.follow(jo, mira)
    seen = """{ user(username: "jo2") { following { edges { node { username } } } }
      homeTimeline { edges { node { author { username } } } } }"""
    assert await found(product, "mira") == (mira.id, "mira")
    assert await found(product, "Mira_Lund") is None  # which is cached from here on
    await product.run(seen, jo)
    await change(product, mira, "Mira_Lund")
    for name in ("mira_lund", "@MIRA_LUND", "mira", "@Mira"):
        assert await found(product, name) == (mira.id, "Mira_Lund")
    page = await product.run(seen, jo)
    assert page["user"]["following"]["edges"][0]["node"]["username"] == "Mira_Lund"
    assert page["homeTimeline"]["edges"][0]["node"]["author"]["username"] == "Mira_Lund"
    assert (await product.run("{ viewer { username } }", mira))["viewer"]["username"] == "Mira_Lund"


async def test_a_name_of_before_is_cached_as_any_other(product):
    mira = await product.sign_up("mira")
    await change(product, mira, "mira_lund")
    assert await found(product, "mira") == (mira.id, "mira_lund")
    product.round_trips.clear()
    await product.run(BY_NAME, None, name="mira")
    assert (len(product.round_trips.graph), len(product.round_trips.redis)) == (0, 1)


async def test_after_its_time_a_name_leads_to_nobody_and_then_to_whoever_takes_it(product):
    mira = await product.sign_up("mira")
    await change(product, mira, "mira_lund")
    whole = {"username": "mira", "email": "other@example.org", "password": PASSWORD}
    assert (await product.ask(SIGN_UP, input=whole)).refusal == ("CONFLICT", "username")
    await end_quarantines(product)
    assert await found(product, "mira") is None
    other = await product.sign_up("mira", email="other@example.org")
    assert await found(product, "mira") == (other.id, "mira")
    assert await found(product, "mira_lund") == (mira.id, "mira_lund")


async def test_what_is_cached_of_a_name_whose_time_is_over_ends_when_somebody_takes_it(product):
    mira = await product.sign_up("mira")
    await change(product, mira, "mira_lund")
    assert await found(product, "mira") == (mira.id, "mira_lund")
    await product.cypher("MATCH (f:FormerUsername) SET f.until = 1 RETURN count(f)")
    other = await product.sign_up("mira", email="other@example.org")
    assert await found(product, "mira") == (other.id, "mira")


async def test_who_goes_back_has_the_name_again_and_the_other_one_leads_to_them(product):
    mira = await product.sign_up("mira")
    await change(product, mira, "mira_lund")
    assert await found(product, "mira") == (mira.id, "mira_lund")
    await change(product, mira, "mira")
    assert await found(product, "mira") == (mira.id, "mira")
    assert await found(product, "mira_lund") == (mira.id, "mira")


async def test_mentions_lead_to_the_person_whom_they_meant(product):
    mira, jo = await product.people("mira", "jo2")
    before = await product.post(jo, "Hello @Mira.")
    await change(product, mira, "mira_lund")
    after = await product.post(jo, "Hello @mira and @Mira_Lund.")
    hers = {"id": mira.id, "username": "mira_lund"}
    assert (await product.run(MENTIONS, id=before))["post"]["mentions"] == [{"username": "Mira", "user": hers}]
    assert (await product.run(MENTIONS, id=after))["post"]["mentions"] == [
        {"username": "mira", "user": hers}, {"username": "Mira_Lund", "user": hers},
    ]
    assert await product.cypher("MATCH (:Post)-[:MENTIONS]->(u:User) RETURN collect(u.id)") == [mira.own_id] * 2
    await end_quarantines(product)
    other = await product.sign_up("mira", email="other@example.org")
    late = await product.post(jo, "Hello @mira.")
    assert (await product.run(MENTIONS, id=before))["post"]["mentions"] == [{"username": "Mira", "user": hers}]
    assert (await product.run(MENTIONS, id=late))["post"]["mentions"] == [
        {"username": "mira", "user": {"id": other.id, "username": "mira"}}
    ]


async def test_who_is_mentioned_by_a_name_of_before_sees_the_post(product):
    mira, jo = await product.people("mira", "jo2")
    await change(product, mira, "mira_lund")
    post = await product.post(jo, "For you, @mira.", audience="MENTIONED")
    assert (await product.run(MENTIONS, mira, id=post))["post"] is not None


async def test_a_name_of_before_hides_who_is_hidden(product):
    mira, jo = await product.people("mira", "jo2")
    await change(product, mira, "mira_lund")
    await done(product, "block", mira, jo)
    assert await found(product, "mira", jo) is None
    assert await found(product, "mira") == (mira.id, "mira_lund")
    await product.suspend(mira)
    assert await found(product, "mira") is None


async def test_logging_in_is_by_the_name_of_now(product):
    mira = await product.sign_up("mira")
    await change(product, mira, "mira_lund")
    session = (await product.run(LOG_IN, input={"login": "Mira_Lund", "password": PASSWORD}))["logIn"]["session"]
    assert session["viewer"] == {"id": mira.id, "username": "mira_lund"}
    assert (await product.ask(LOG_IN, input={"login": "mira", "password": PASSWORD})).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("username", ["x", "mira lund", "\u043cira", "admin", "r00t", "adrnin", "mira\x00"])
async def test_a_name_that_breaks_the_rules_is_refused_at_its_field(product, username):
    mira = await product.sign_up("mira")
    assert await refused(product, mira, username) == ("INVALID_INPUT", "username")
    assert await product.event_types() == ["user.created"]


async def test_a_taken_name_and_a_second_change_are_refused(product):
    mira, _ = await product.people("mira", "jo2")
    assert await refused(product, mira, "JO2") == ("CONFLICT", "username")
    await change(product, mira, "mira_lund")
    again = await product.ask(CHANGE, mira, input={"username": "mira_castellane"})
    assert again.code == "RATE_LIMITED"
    assert 29 * 86_400 < again.errors[0]["extensions"]["retryAfter"] <= 30 * 86_400


async def test_only_the_person_changes_their_name(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "WRITE")
    assert await refused(product, program, "mira_lund") == ("FORBIDDEN", None)
    assert await refused(product, None, "mira_lund") == ("UNAUTHENTICATED", None)
    await product.suspend(mira)
    assert await refused(product, mira, "mira_lund") == ("UNAUTHENTICATED", None)


async def test_nobody_takes_a_name_that_looks_like_that_of_somebody_verified(product):
    boss = await administrator(product)
    mira, kim, lou = await product.people("mira", "kim", "lou")
    judged = {"userId": kim.id, "reason": "It was asked for."}
    await product.run(VERIFY, boss, input=judged)
    assert await refused(product, mira, "kirn") == ("CONFLICT", "username")
    whole = {"username": "Kirn", "email": "kirn@example.org", "password": PASSWORD}
    assert (await product.ask(SIGN_UP, input=whole)).refusal == ("CONFLICT", "username")
    await change(product, lou, "kim_fan")
    await change(product, kim, "Kim_1")
    assert await refused(product, mira, "kirn_l") == ("CONFLICT", "username")
    await product.run(UNVERIFY, boss, input=judged)
    await change(product, mira, "kirn_l")


async def test_a_change_is_told_and_in_the_audit_log(product):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    await change(product, mira, "MIRA")
    await change(product, mira, "Mira_Lund")
    assert (await product.event_types())[-2:] == ["user.renamed"] * 2
    [entry] = await entries(product, boss, subject=mira.id)
    assert (entry["action"], entry["actorUsername"], entry["subjectUsername"]) == ("USERNAME_CHANGED", "Mira_Lund", "Mira_Lund")
    assert entry["details"] == [{"name": "former", "value": "MIRA"}, {"name": "username", "value": "Mira_Lund"}]
    await product.settle()
    assert await found(product, "mira") == (mira.id, "Mira_Lund")
