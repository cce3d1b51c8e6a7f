"""Roles: who gives and takes them, that they hold and end at once, and the audit log."""

import asyncio

import pytest

from graph.rows.roles import AccountRole
from tests.api.administration import (
    ALL_ROLES,
    AUDIT,
    GRANT,
    REVOKE,
    ROLES,
    UNVERIFY,
    VERIFY,
    administrator,
    entries,
    granted,
)
from tests.api.relationships import done
from tests.api.test_failures import without

REASON = {"reason": "It was asked for."}


def refusal(answer):
    extensions = answer.errors[0]["extensions"]
    return extensions["code"], extensions.get("role")


NEEDS_ADMINISTRATOR = ("FORBIDDEN", "ADMINISTRATOR")


async def test_everybody_is_a_member_and_roles_are_for_their_holder_alone(product):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    assert (await product.run(ROLES, mira))["viewer"]["roles"] == ["MEMBER"]
    assert (await product.run(ROLES, boss))["viewer"]["roles"] == ["MEMBER", "ADMINISTRATOR"]
    seen = await product.run('{ viewer { roles } user(username: "boss") { roles } }', mira)
    assert seen == {"viewer": {"roles": ["MEMBER"]}, "user": {"roles": None}}
    assert await product.run('{ user(username: "boss") { roles } }') == {"user": {"roles": None}}


async def test_a_role_holds_at_once_and_is_gone_at_once(product):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    assert (await product.run(ROLES, mira))["viewer"]["roles"] == ["MEMBER"]  # cached from here on
    assert await granted(product, boss, mira, "MODERATOR") == ["MEMBER", "MODERATOR"]
    assert await granted(product, boss, mira, "ADMINISTRATOR") == ["MEMBER", "MODERATOR", "ADMINISTRATOR"]
    assert (await product.run(ROLES, mira))["viewer"]["roles"] == ["MEMBER", "MODERATOR", "ADMINISTRATOR"]
    assert await granted(product, mira, mira, "ANALYST") == ALL_ROLES
    taken = await product.run(REVOKE, boss, input={"userId": mira.id, "role": "ADMINISTRATOR", **REASON})
    assert taken["revokeRole"] == {"user": {"id": mira.id}, "roles": ["MEMBER", "MODERATOR", "ANALYST"]}
    assert (await product.run(ROLES, mira))["viewer"]["roles"] == ["MEMBER", "MODERATOR", "ANALYST"]
    refused = await product.ask(GRANT, mira, input={"userId": mira.id, "role": "ADMINISTRATOR", **REASON})
    assert refusal(refused) == NEEDS_ADMINISTRATOR


async def test_only_administrators_do_what_administrators_do(product):
    analyst = await administrator(product, "ana", AccountRole.ANALYST)
    mira = await product.sign_up("mira")
    given = {"userId": mira.id, **REASON}
    for viewer, expected in ((None, ("UNAUTHENTICATED", None)), (mira, NEEDS_ADMINISTRATOR), (analyst, NEEDS_ADMINISTRATOR)):
        answers = [
            await product.ask(GRANT, viewer, input={**given, "role": "ADMINISTRATOR"}),
            await product.ask(REVOKE, viewer, input={**given, "role": "ANALYST"}),
            await product.ask(VERIFY, viewer, input=given),
            await product.ask(UNVERIFY, viewer, input=given),
            await product.ask(AUDIT, viewer),
        ]
        assert [refusal(answer) for answer in answers] == [expected] * len(answers)
    assert (await product.run(ROLES, mira))["viewer"]["roles"] == ["MEMBER"]
    assert await product.cypher("MATCH (e:AuditEntry) RETURN count(e)") == 1  # the analyst's role


async def test_an_administrator_cannot_leave_nobody_and_roles_have_their_rules(product):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    own = {"userId": boss.id, "role": "ADMINISTRATOR", **REASON}
    assert (await product.ask(REVOKE, boss, input=own)).refusal == ("INVALID_INPUT", "userId")
    for document in (GRANT, REVOKE):
        member = await product.ask(document, boss, input={"userId": mira.id, "role": "MEMBER", **REASON})
        assert member.refusal == ("INVALID_INPUT", "role")
        for reason in (" ", "x" * 501):
            wrong = await product.ask(document, boss, input={"userId": mira.id, "role": "ANALYST", "reason": reason})
            assert wrong.refusal == ("INVALID_INPUT", "reason")
    await product.suspend(mira)
    gone = await product.ask(GRANT, boss, input={"userId": mira.id, "role": "ANALYST", **REASON})
    assert gone.code == "NOT_FOUND"
    assert await product.cypher("MATCH (e:AuditEntry) RETURN count(e)") == 1


async def test_who_is_suspended_holds_no_role_and_loses_none(product):
    boss = await product.outlasting(await administrator(product))
    parts = product.served.parts
    assert await entries(product, boss)
    await parts.accounts.suspension.suspend("boss", "A test.")
    assert (await product.ask(AUDIT, boss)).code == "UNAUTHENTICATED"
    await parts.accounts.suspension.restore("boss", "A test.")
    assert [each["action"] for each in await entries(product, boss)] == ["USER_RESTORED", "USER_SUSPENDED", "ROLE_GRANTED"]


async def test_of_two_who_take_the_role_from_each_other_one_keeps_it(product):
    first = await administrator(product, "first")
    second = await administrator(product, "second")
    for _ in range(3):
        answers = await asyncio.gather(
            *(
                product.ask(REVOKE, by, input={"userId": of.id, "role": "ADMINISTRATOR", **REASON})
                for by, of in ((first, second), (second, first))
            )
        )
        assert sorted(str(answer.code) for answer in answers) == ["FORBIDDEN", "None"]
        left = [each for each in (first, second) if "ADMINISTRATOR" in (await product.run(ROLES, each))["viewer"]["roles"]]
        assert len(left) == 1
        other = second if left == [first] else first
        await granted(product, left[0], other, "ADMINISTRATOR")


async def test_what_is_changed_while_a_role_is_taken_was_allowed_or_is_refused(product):
    boss, mate = await administrator(product), await administrator(product, "mate")
    people = await product.people(*(f"name{at}" for at in range(6)))
    answers = await asyncio.gather(
        *(product.ask(VERIFY, mate, input={"userId": each.id, **REASON}) for each in people[:3]),
        product.ask(REVOKE, boss, input={"userId": mate.id, "role": "ADMINISTRATOR", **REASON}),
        *(product.ask(VERIFY, mate, input={"userId": each.id, **REASON}) for each in people[3:]),
    )
    verified = await product.cypher("MATCH (u:User) WHERE u.verifiedAt IS NOT NULL RETURN collect(u.id)")
    allowed = [each.own_id for each, answer in zip(people, answers[:3] + answers[4:], strict=True) if answer.code is None]
    assert sorted(verified) == sorted(allowed)
    log = await entries(product, boss)
    assert [each["action"] for each in log].count("USER_VERIFIED") == len(allowed)
    late = await product.ask(VERIFY, mate, input={"userId": people[0].id, **REASON})
    assert refusal(late) == NEEDS_ADMINISTRATOR


async def test_a_verified_mark_is_seen_at_once_and_goes_at_once(product):
    boss = await administrator(product)
    mira, jo = await product.people("mira", "jo2")
    look = '{ user(username: "mira") { verifiedAt createdAt } }'
    assert (await product.run(look, jo))["user"]["verifiedAt"] is None
    given = {"userId": mira.id, **REASON}
    since = (await product.run(VERIFY, boss, input=given))["verifyUser"]["user"]["verifiedAt"]
    assert since is not None
    assert (await product.run(look, jo))["user"]["verifiedAt"] == since
    assert (await product.run(VERIFY, boss, input=given))["verifyUser"]["user"]["verifiedAt"] == since
    for _ in range(2):
        assert (await product.run(UNVERIFY, boss, input=given))["unverifyUser"]["user"]["verifiedAt"] is None
    assert (await product.run(look, jo))["user"]["verifiedAt"] is None
    assert [each["action"] for each in await entries(product, boss)] == ["USER_UNVERIFIED", "USER_VERIFIED", "ROLE_GRANTED"]
    await product.suspend(mira)
    assert (await product.ask(VERIFY, boss, input=given)).code == "NOT_FOUND"


async def test_who_is_blocked_by_the_verified_learns_nothing_more_of_them(product):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    await done(product, "block", mira, boss)
    answer = await product.run(VERIFY, boss, input={"userId": mira.id, **REASON})
    assert answer["verifyUser"]["user"] is None
    (entry, *_) = await entries(product, boss)
    assert (entry["subject"], entry["subjectUsername"], entry["subjectId"]) == (None, "mira", mira.id)


async def test_the_audit_log_says_who_did_what_to_whom_and_why(product):
    boss = await administrator(product)
    mira, jo = await product.people("mira", "jo2")
    await granted(product, boss, mira, "MODERATOR")
    await granted(product, boss, mira, "MODERATOR")  # changes nothing, so it is no entry
    await granted(product, boss, jo, "ANALYST")
    await product.run(VERIFY, boss, input={"userId": mira.id, "reason": "Saw the passport."})
    log = await entries(product, boss)
    assert [(each["action"], each["actorUsername"], each["subjectUsername"]) for each in log] == [
        ("USER_VERIFIED", "boss", "mira"), ("ROLE_GRANTED", "boss", "jo2"), ("ROLE_GRANTED", "boss", "mira"),
        ("ROLE_GRANTED", None, "boss"),
    ]
    assert (log[0]["reason"], log[0]["details"]) == ("Saw the passport.", [])
    assert log[1]["details"] == [{"name": "role", "value": "ANALYST"}]
    assert (log[1]["actor"], log[1]["subject"], log[3]["actor"]) == ({"id": boss.id}, {"id": jo.id}, None)
    assert [each["at"] for each in log] == sorted((each["at"] for each in log), reverse=True)
    about = await entries(product, boss, subject=mira.id)
    assert [each["action"] for each in about] == ["USER_VERIFIED", "ROLE_GRANTED"]
    assert await entries(product, boss, subject=mira.id, action="USER_VERIFIED") == about[:1]
    assert await entries(product, boss, action="USER_VERIFIED") == about[:1]


async def test_the_audit_log_has_pages(product):
    boss = await administrator(product)
    people = await product.people("mira", "jo2", "kim")
    for each in people:
        await granted(product, boss, each, "ANALYST")
    names, after = [], None
    for _ in range(4):
        found = (await product.run(AUDIT, boss, first=1, after=after))["auditLog"]
        names += [edge["node"]["subjectUsername"] for edge in found["edges"]]
        after = found["pageInfo"]["endCursor"]
    assert names == ["kim", "jo2", "mira", "boss"]
    assert not found["pageInfo"]["hasNextPage"]


async def test_a_page_of_the_audit_log_asks_once_for_the_role_and_once_for_the_entries(product):
    boss = await administrator(product)
    await entries(product, boss)
    product.round_trips.clear()
    await entries(product, boss)
    assert product.round_trips.graph == ["audit/page"]
    assert len(product.round_trips.redis) <= 2


@pytest.mark.parametrize("emptied", [True, False])
async def test_roles_do_not_depend_on_what_is_cached(product, emptied):
    boss = await administrator(product)
    mira = await product.sign_up("mira")
    if emptied:
        await product.forget_caches()
    assert (await product.run(ROLES, boss))["viewer"]["roles"] == ["MEMBER", "ADMINISTRATOR"]
    assert refusal(await product.ask(AUDIT, mira)) == NEEDS_ADMINISTRATOR


async def test_a_role_that_is_taken_while_redis_is_away_is_gone_at_once_and_stays_gone(product, servers):
    boss, mate = await administrator(product), await administrator(product, "mate")
    await entries(product, mate)
    async with without(servers.redis.kill, servers.redis.start):
        assert (await product.run(ROLES, mate))["viewer"]["roles"] == ["MEMBER", "ADMINISTRATOR"]
        await product.run(REVOKE, boss, input={"userId": mate.id, "role": "ADMINISTRATOR", **REASON})
        assert refusal(await product.ask(AUDIT, mate)) == NEEDS_ADMINISTRATOR
    await product.settle_when_redis_is_back()
    assert refusal(await product.ask(AUDIT, mate)) == NEEDS_ADMINISTRATOR


def test_no_statement_changes_or_removes_an_entry_of_the_audit_log(catalogue):
    writing = {name for name, each in catalogue.items() if "AuditEntry" in each.text and "CREATE (entry:AuditEntry)" in each.text}
    assert writing == {
        *("accounts/change_username", "accounts/end_sessions", "accounts/restore", "accounts/suspend", "factors/reset"),
        *("roles/grant", "roles/revoke", "users/set_verified"),
    }
    reading = {name for name, each in catalogue.items() if "AuditEntry" in each.text} - writing
    for name in reading:
        assert not any(word in catalogue[name].text for word in ("SET ", "DELETE", "REMOVE", "MERGE", "CREATE")), name
    for name in writing:
        assert catalogue[name].text.count("AuditEntry") == 1 and "DELETE entry" not in catalogue[name].text, name
