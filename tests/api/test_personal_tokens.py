"""Tokens of programs: what they open, whose they are, and that they end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from graph.ids import new_id
from graph.rows.roles import AccountRole
from keyspace.pipelined import PipelinedConnection
from schema.access import Access
from services.accounts.personal_token_text import PersonalTokenText
from tests.api.administration import AUDIT, REVOKE, administrator
from tests.api.product import PASSWORD, POST, Person
from tests.api.programs import ALL_SCOPES, CREATE, REVOKE_TOKEN, TOKENS, operations, program_of
from tests.api.relationships import DEACTIVATE
from tests.api.test_failures import without
from tests.api.test_prices import PAGES
from tests.schema.test_access import asked

ME = "{ viewer { username } }"
HOME = "{ homeTimeline { edges { node { id text author { username } } } } }"


def refusal(answer):
    """Return the code of the first error, and the scope and the role that are missing."""
    extensions = answer.errors[0]["extensions"] if answer.errors else {}
    return extensions.get("code"), extensions.get("scope"), extensions.get("role")


async def status_of(product, program):
    """Return the HTTP status of a request of a program."""
    headers = {"authorization": f"Bearer {program.token}", "accept": "application/graphql-response+json"}
    answer = await product.served.http.post(f"{product.served.url}/graphql", json={"query": ME}, headers=headers)
    return answer.status_code


async def test_a_program_acts_as_who_made_its_token_which_is_shown_once(product):
    mira = await product.sign_up("mira")
    made = (await product.run(CREATE, mira, input={"name": " My  backup ", "scopes": ["WRITE"]}))["createPersonalToken"]
    program, shown = Person(mira.id, "mira", made["token"]), made["personalToken"]
    assert (await product.run(ME, program))["viewer"] == {"username": "mira"}
    post = await product.post(program)
    assert (await product.run("query ($id: ID!) { post(id: $id) { author { id } } }", id=post))["post"]["author"]["id"] == mira.id
    assert (shown["name"], shown["scopes"], shown["lastUsedAt"]) == ("My backup", ["WRITE"], None)
    assert made["token"].startswith(shown["start"]) and len(shown["start"]) == 34
    life = datetime.fromisoformat(shown["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=89) < life <= timedelta(days=90)
    (stored,) = await product.cypher("MATCH (t:PersonalToken) RETURN collect(properties(t))")
    text = PersonalTokenText.of(made["token"])
    assert text is not None
    assert stored["secretHash"] == text.secret_hash
    assert not any(made["token"][34:77] in str(value) or text.secret.hex() in str(value) for value in stored.values())
    (listed,) = (await product.run(TOKENS, mira))["personalTokens"]
    assert listed == shown
    node = "query ($id: ID!) { node(id: $id) { ... on PersonalToken { name } } }"
    assert (await product.run(node, mira, id=shown["id"]))["node"] == {"name": "My backup"}
    assert (await product.run(node, program, id=shown["id"]))["node"] is None
    assert (await product.run(node, await product.sign_up("jo2"), id=shown["id"]))["node"] is None


async def test_the_last_use_is_written_behind_by_the_minute(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "READ")
    await product.run(ME, program)
    await product.served.parts.accounts.last_uses.write()
    (listed,) = (await product.run(TOKENS, mira))["personalTokens"]
    used = datetime.fromisoformat(listed["lastUsedAt"])
    assert used.second == 0
    assert timedelta(0) <= datetime.now(UTC) - used < timedelta(minutes=3)


async def test_each_scope_opens_what_it_names_and_nothing_else(product):
    boss = await administrator(product)
    access: dict[str, Access] = dict(asked())
    for scope in ("READ", "WRITE", "ADMIN"):
        for kind in ("query", "mutation"):
            program, _ = await program_of(product, boss, scope)
            for name, document, variables in operations(kind):
                needed = access[f"{kind.capitalize()}.{name}"].scope
                found = refusal(await product.ask(document, program, **variables))
                opened = needed is not None and needed in (scope, "READ")
                assert (found[0] == "FORBIDDEN") != opened, (scope, name, found)
                if not opened:
                    assert found == ("FORBIDDEN", needed, None), (scope, name)


async def test_a_program_cannot_decide_who_gets_in(product):
    boss = await administrator(product)
    await product.served.parts.accounts.roles.grant_by_operator("boss", AccountRole.ANALYST, "A test.")
    program, id_ = await program_of(product, boss, *ALL_SCOPES)
    for document, given in (
        (CREATE, {"name": "more", "scopes": ["READ"]}),
        (REVOKE_TOKEN, {"tokenId": id_}),
        (DEACTIVATE, {"password": PASSWORD}),
    ):
        assert refusal(await product.ask(document, program, input=given)) == ("FORBIDDEN", None, None)
    assert refusal(await product.ask(TOKENS, program)) == ("FORBIDDEN", None, None)
    assert (await product.run(ME, program))["viewer"] == {"username": "boss"}


async def test_scopes_of_a_role_are_for_who_holds_it_and_while_they_do(product):
    boss, mate = await administrator(product), await administrator(product, "mate")
    mira = await product.sign_up("mira")
    for scope, role in (("ADMIN", "ADMINISTRATOR"), ("ANALYTICS", "ANALYST")):
        refused = await product.ask(CREATE, mira, input={"name": "x", "scopes": ["READ", scope]})
        assert refusal(refused) == ("FORBIDDEN", None, role)
    assert (await product.run(TOKENS, mira))["personalTokens"] == []
    program, _ = await program_of(product, mate, "ADMIN")
    assert (await product.run(AUDIT, program))["auditLog"]["edges"]
    await product.run(REVOKE, boss, input={"userId": mate.id, "role": "ADMINISTRATOR", "reason": "A test."})
    assert refusal(await product.ask(AUDIT, program)) == ("FORBIDDEN", None, "ADMINISTRATOR")
    assert (await product.run(ME, program))["viewer"] == {"username": "mate"}


async def test_a_revoked_token_is_refused_at_once_and_only_its_owner_revokes_it(product):
    mira, jo = await product.people("mira", "jo2")
    program, id_ = await program_of(product, mira, "READ")
    assert await status_of(product, program) == 200
    assert (await product.ask(REVOKE_TOKEN, jo, input={"tokenId": id_})).code == "NOT_FOUND"
    post = {"text": "Hello."}
    writing, writing_id = await program_of(product, mira, "WRITE")
    await product.run(POST, writing, input=post)
    await product.run(REVOKE_TOKEN, mira, input={"tokenId": writing_id})
    assert (await product.ask(POST, writing, input=post)).code == "UNAUTHENTICATED"
    assert await product.cypher("MATCH (p:Post) RETURN count(p)") == 1
    assert await status_of(product, program) == 200
    assert await product.run(REVOKE_TOKEN, mira, input={"tokenId": id_}) == {"revokePersonalToken": {"revokedTokenId": id_}}
    assert await status_of(product, program) == 401
    assert (await product.ask(ME, program)).code == "UNAUTHENTICATED"
    assert (await product.ask(REVOKE_TOKEN, mira, input={"tokenId": id_})).code == "NOT_FOUND"
    assert (await product.run(TOKENS, mira))["personalTokens"] == []


async def test_whose_token_was_revoked_is_told_that_also_of_what_costs_too_much(product):
    mira = await product.sign_up("mira")
    program, id_ = await program_of(product, mira, "READ")
    assert (await product.ask(PAGES, program, first=100)).code == "QUERY_TOO_EXPENSIVE"
    await product.run(REVOKE_TOKEN, mira, input={"tokenId": id_})
    headers = {"authorization": f"Bearer {program.token}", "accept": "application/graphql-response+json"}
    body = {"query": PAGES, "variables": {"first": 100}}
    answer = await product.served.http.post(f"{product.served.url}/graphql", json=body, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_what_is_no_token_of_ours_is_refused(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "READ")
    text = PersonalTokenText.of(program.token)
    assert text is not None
    product.round_trips.clear()
    for wrong in (program.token[:-1], f"{program.token}x", program.token[:40] + "0000" + program.token[44:], "rookery_pat_"):
        assert await status_of(product, Person(mira.id, "mira", wrong)) == 401
    assert (product.round_trips.graph, product.round_trips.redis) == ([], [])  # the checksum tells
    for guessed in (PersonalTokenText.new(text.id), PersonalTokenText.new(new_id())):
        assert await status_of(product, Person(mira.id, "mira", str(guessed))) == 401
    assert await status_of(product, program) == 200


async def test_a_token_ends_by_itself(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "READ")
    await product.cypher("MATCH (t:PersonalToken) SET t.expiresAt = timestamp() RETURN 1")
    await product.forget_caches()
    assert await status_of(product, program) == 401
    assert len((await product.run(TOKENS, mira))["personalTokens"]) == 1
    await program_of(product, mira, "READ")
    assert len((await product.run(TOKENS, mira))["personalTokens"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"scopes": []}, "scopes"),
        ({"expiresAt": "2020-01-01T00:00:00.000Z"}, "expiresAt"),
        ({"expiresAt": "2999-01-01T00:00:00.000Z"}, "expiresAt"),
    ],
)
async def test_what_a_token_cannot_be(product, given, field):
    mira = await product.sign_up("mira")
    answer = await product.ask(CREATE, mira, input={"name": "x", "scopes": ["READ"], **given})
    assert answer.refusal == ("INVALID_INPUT", field)


async def test_a_time_in_another_form_is_refused_with_the_form_that_it_should_have(product):
    mira = await product.sign_up("mira")
    answer = await product.ask(CREATE, mira, input={"name": "x", "scopes": ["READ"], "expiresAt": "2027-06-01T00:00:00Z"})
    assert answer.code == "INVALID_INPUT"
    assert answer.errors[0]["message"].endswith(
        'at "input.expiresAt": expected a value of type "DateTime": A moment, to the millisecond: 2026-11-23T01:05:00.250Z.'
    )


async def test_nobody_has_more_tokens_than_fit_however_many_are_made_at_once(product):
    mira = await product.sign_up("mira")
    await product.cypher(
        """UNWIND range(1, 45) AS at
        CREATE (:PersonalToken {id: 'id' + at, userId: $id, name: 'x', scopes: ['READ'], createdAt: 1, expiresAt: 9999999999999})
        RETURN count(*)""",
        id=mira.own_id,
    )
    given = {"name": "x", "scopes": ["READ"]}
    answers = await asyncio.gather(*(product.ask(CREATE, mira, input=given) for _ in range(10)))
    assert sorted(str(answer.code) for answer in answers) == ["CONFLICT"] * 5 + ["None"] * 5
    assert await product.cypher("MATCH (t:PersonalToken) RETURN count(t)") == 50


async def test_without_redis_tokens_are_looked_up_in_the_graph_and_end_at_once(product, servers):
    mira = await product.sign_up("mira")
    program, id_ = await program_of(product, mira, "READ")
    other, _ = await program_of(product, mira, "READ")
    lasting = await product.outlasting(mira)
    await product.run(ME, program)
    async with without(servers.redis.kill, servers.redis.start):
        assert await status_of(product, program) == 200
        assert (await product.ask(REVOKE_TOKEN, mira, input={"tokenId": id_})).code == "UNAVAILABLE"  # not on trust
        await product.run(REVOKE_TOKEN, lasting, input={"tokenId": id_})
        assert await status_of(product, program) == 401
    await product.settle_when_redis_is_back()
    assert await status_of(product, program) == 401
    assert await status_of(product, other) == 200


async def test_an_emptied_redis_changes_nothing(product, keyspace):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "READ")
    gone, gone_id = await program_of(product, mira, "READ")
    await product.run(REVOKE_TOKEN, mira, input={"tokenId": gone_id})
    await keyspace.command("FLUSHALL")
    assert [await status_of(product, each) for each in (program, gone)] == [200, 401]


async def test_a_session_costs_what_it_did_and_a_program_a_lookup_beside_the_first(product, monkeypatch):
    mira = await product.sign_up("mira")
    await product.post(mira)
    program, _ = await program_of(product, mira, "READ")
    asked_by, written, send = [], list[int](), PipelinedConnection._send

    def send_observed(connection: PipelinedConnection) -> None:
        written.append(len(connection._unsent))
        send(connection)

    monkeypatch.setattr(PipelinedConnection, "_send", send_observed)
    for viewer in (mira, program):
        await product.run(HOME, viewer)
        await product.run(HOME, viewer)
        product.round_trips.clear()
        written.clear()
        await product.run(HOME, viewer)
        assert product.round_trips.graph == []
        assert len(written) == 1  # all of it in one round trip
        asked_by.append(sorted(product.round_trips.redis))
    assert asked_by == [["home_page"], ["home_page", "lease_rows"]]
