"""Sessions as clients meet them: going on, seeing where one is signed in, ending what should not be."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from clock import now_ms
from errors import Unavailable
from graph.driver import Graph
from graph.ids import new_id
from keyspace.pipelined import PipelinedConnection
from resolvers.authentication import TokenLookups
from resolvers.context import Context
from resolvers.sessions import refreshed as refreshed_of
from services.accounts.sessions import Sessions, mark_of
from tests.api.product import PASSWORD, POST, Person, Product
from tests.api.programs import program_of
from tests.api.test_failures import without
from tests.worlds.waiting import until

SESSION = "session { accessToken expiresAt refreshToken refreshExpiresAt viewer { id username } }"
SIGN_UP = f"mutation ($input: SignUpInput!) {{ signUp(input: $input) {{ {SESSION} }} }}"
LOG_IN = f"mutation ($input: LogInInput!) {{ logIn(input: $input) {{ {SESSION} }} }}"
REFRESH = f"mutation ($input: RefreshSessionInput!) {{ refreshSession(input: $input) {{ {SESSION} }} }}"
LOG_OUT = "mutation ($input: LogOutInput!) { logOut(input: $input) { endedSessionId } }"
SESSIONS = "{ sessions { id deviceName network createdAt lastSeenAt expiresAt isCurrent } }"
REVOKE = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { revokedSessionId } }"
REVOKE_OTHERS = "mutation ($input: RevokeOtherSessionsInput!) { revokeOtherSessions(input: $input) { revokedSessionIds } }"
VALIDATE = """mutation ($input: ValidateTokenInput!) { validateToken(input: $input) {
  validation { viewer { username } expiresAt scopes } } }"""
NODE = "query ($id: ID!) { node(id: $id) { ... on ActiveSession { deviceName } } }"
ME = "{ viewer { username } }"
HOME = "{ homeTimeline { edges { node { id text author { username } } } } }"
ENDED = {"code": "UNAUTHENTICATED", "reason": "SESSION_ENDED"}


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody is signed in: as whom, with which refresh token."""

    person: Person
    refresh: str


def device_of(session: dict[str, Any]) -> Device:
    viewer = session["viewer"]
    return Device(Person(viewer["id"], viewer["username"], session["accessToken"]), session["refreshToken"])


async def signed_in(product: Product, username: str = "mira", **more: Any) -> Device:
    answer = await product.run(LOG_IN, input={"login": username, "password": PASSWORD, **more})
    return device_of(answer["logIn"]["session"])


async def refreshed(product: Product, device: Device) -> Device:
    return device_of((await product.run(REFRESH, input={"refreshToken": device.refresh}))["refreshSession"]["session"])


async def extensions(product: Product, document: str, viewer: Person | None = None, /, **variables: Any) -> Any:
    """Return the extensions of the error that an operation gets, None where it gets none."""
    answer = await product.ask(document, viewer, **variables)
    return answer.errors[0]["extensions"] if answer.errors else None


async def of_sessions(product: Product, viewer: Person) -> list[dict[str, Any]]:
    return list((await product.run(SESSIONS, viewer))["sessions"])


async def test_a_session_goes_on_and_who_holds_an_old_token_ends_it_for_both(product):
    await product.sign_up("mira")
    first = await signed_in(product)
    second = await refreshed(product, first)
    assert await product.run(ME, second.person) == {"viewer": {"username": "mira"}}
    third = await refreshed(product, second)  # by the thief, or by the owner
    assert await extensions(product, REFRESH, input={"refreshToken": first.refresh}) == ENDED
    for each in (second, third):
        assert await extensions(product, REFRESH, input={"refreshToken": each.refresh}) == ENDED
        assert await extensions(product, ME, each.person) == ENDED
    assert "account.session_reused" in await product.event_types()
    await signed_in(product)


async def test_fifty_refreshes_at_once_go_on_as_one(product):
    await product.sign_up("mira")
    first = await signed_in(product)
    answers = await asyncio.gather(*(refreshed(product, first) for _ in range(50)))
    (token,) = {each.refresh for each in answers}
    assert await product.run(ME, answers[7].person) == {"viewer": {"username": "mira"}}
    await refreshed(product, Device(first.person, token))


@pytest.fixture
async def no_graph():
    """A graph that is away."""
    graph = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    yield graph
    await graph.close()


async def test_a_refresh_that_fails_without_the_graph_uses_up_no_token(product, no_graph):
    await product.sign_up("mira")
    device = await signed_in(product)
    await product.forget_caches()
    services = product.served.parts.services
    with pytest.raises(Unavailable):
        await refreshed_of(Context(replace(services, graph=no_graph), None, "127.0.0.1"), device.refresh)
    after_grace = replace(services.accounts.sessions, now=lambda: now_ms() + 11_000)
    services = replace(services, accounts=replace(services.accounts, sessions=after_grace))
    later = await refreshed_of(Context(services, None, "127.0.0.1"), device.refresh)
    assert await product.run(ME, replace(device.person, token=str(later.access_token))) == {"viewer": {"username": "mira"}}
    assert "account.session_reused" not in await product.event_types()


async def test_without_the_graph_sessions_that_ended_are_found_beside_tokens_of_programs(product, no_graph):
    await product.sign_up("mira")
    services = product.served.parts.services
    ended, goes_on = [
        product.served.parts.accounts.tokens.verify((await signed_in(product)).person.token).session for _ in range(2)
    ]
    await services.accounts.sessions.end(ended)
    lookups = TokenLookups(no_graph, services.cache, services.accounts.sessions)
    assert await lookups.revoked([new_id(), mark_of(goes_on), mark_of(ended)]) == [mark_of(ended)]


async def test_a_refresh_asks_redis_and_writes_nothing_to_the_graph(product):
    given = {"username": "mira", "email": "mira@example.org", "password": PASSWORD}
    device = await refreshed(product, device_of((await product.run(SIGN_UP, input=given))["signUp"]["session"]))
    product.round_trips.clear()
    await refreshed(product, device)
    assert (product.round_trips.graph, product.round_trips.redis[-1]) == ([], "session_refresh")
    assert len(product.round_trips.redis) <= 3


async def test_somebody_sees_their_sessions_and_nobody_elses(product):
    await product.sign_up("mira")
    jo = await product.sign_up("jo2")
    telephone = await signed_in(product, deviceName="Telephone")
    listed = await of_sessions(product, telephone.person)
    assert [(each["deviceName"], each["isCurrent"]) for each in listed] == [("Telephone", True), ("python-httpx", False)]
    assert {each["network"] for each in listed} == {"127.0.0.0/24"}
    for each in listed:
        assert (await product.run(NODE, telephone.person, id=each["id"]))["node"] == {"deviceName": each["deviceName"]}
        assert (await product.run(NODE, jo, id=each["id"]))["node"] is None
        assert await extensions(product, REVOKE, jo, input={"sessionId": each["id"]}) == {"code": "NOT_FOUND"}
    program, _ = await program_of(product, telephone.person, "WRITE")
    assert (await product.run(NODE, program, id=listed[0]["id"]))["node"] is None
    assert await extensions(product, SESSIONS, program) == {"code": "FORBIDDEN", "scope": None}
    assert len(await of_sessions(product, jo)) == 1


async def test_a_revoked_session_is_refused_at_once_over_http_before_anything_is_written(product):
    await product.sign_up("mira")
    here, there = await signed_in(product), await signed_in(product, deviceName="Elsewhere")
    await product.run(HOME, there.person)
    (id_,) = [each["id"] for each in await of_sessions(product, here.person) if each["deviceName"] == "Elsewhere"]
    assert await product.run(REVOKE, here.person, input={"sessionId": id_}) == {"revokeSession": {"revokedSessionId": id_}}
    for document, given in ((HOME, {}), (POST, {"input": {"text": "Hello."}}), (SESSIONS, {}), (ME, {})):
        assert await extensions(product, document, there.person, **given) == ENDED
    assert await product.cypher("MATCH (p:Post) RETURN count(p)") == 0
    headers = {"authorization": f"Bearer {there.person.token}"}
    response = await product.served.http.post(f"{product.served.url}/graphql", json={"query": ME}, headers=headers)
    assert response.status_code == 401
    await product.run(HOME, here.person)


async def test_all_others_are_signed_out_and_then_this_one_as_well(product):
    mira = await product.sign_up("mira")
    here, there = await signed_in(product), await signed_in(product)
    ended = (await product.run(REVOKE_OTHERS, here.person, input={}))["revokeOtherSessions"]["revokedSessionIds"]
    assert len(ended) == 2
    for each in (mira, there.person):
        assert await extensions(product, ME, each) == ENDED
    assert [each["isCurrent"] for each in await of_sessions(product, here.person)] == [True]
    await product.run(REVOKE_OTHERS, here.person, input={"alsoThis": True})
    assert await extensions(product, ME, here.person) == ENDED


async def test_somebody_logs_out_by_either_token(product):
    await product.sign_up("mira")
    one, other = await signed_in(product), await signed_in(product)
    assert (await product.run(LOG_OUT, one.person, input={}))["logOut"]["endedSessionId"]
    assert await extensions(product, ME, one.person) == ENDED
    assert (await product.run(LOG_OUT, input={"refreshToken": other.refresh}))["logOut"]["endedSessionId"]
    assert (await product.run(LOG_OUT, input={"refreshToken": other.refresh}))["logOut"]["endedSessionId"] is None
    assert await extensions(product, ME, other.person) == ENDED
    assert await extensions(product, LOG_OUT, input={}) == {"code": "UNAUTHENTICATED"}
    assert await extensions(product, LOG_OUT, input={"refreshToken": "nonsense"}) == ENDED


async def test_a_token_is_validated_for_whoever_is_given_it(product):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "READ")

    async def proven(token: str) -> Any:
        return (await product.run(VALIDATE, input={"token": token}))["validateToken"]["validation"]

    by_session, by_program = await proven(mira.token), await proven(program.token)
    assert (by_session["viewer"]["username"], by_session["scopes"]) == ("mira", None)
    assert (by_program["viewer"]["username"], by_program["scopes"]) == ("mira", ["READ"])
    assert [await proven(wrong) for wrong in ("", "nonsense", f"{program.token}x", mira.token[:-3])] == [None] * 4
    await product.run(LOG_OUT, mira, input={})
    assert await proven(mira.token) is None
    assert await proven(program.token) is not None
    await product.suspend(mira)
    assert await proven(program.token) is None


async def test_a_session_does_not_outlast_a_suspension_nor_go_on_by_a_token_of_before(product):
    await product.sign_up("mira")
    device = await signed_in(product)
    suspension = product.served.parts.accounts.suspension
    await suspension.suspend("mira", "A test.")
    assert await extensions(product, ME, device.person) == ENDED
    await suspension.restore("mira", "A test.")
    assert await extensions(product, REFRESH, input={"refreshToken": device.refresh}) == ENDED
    await product.settle()
    assert await extensions(product, ME, (await signed_in(product)).person) is None


async def test_somebody_suspended_while_redis_was_away_is_signed_out_when_it_is_back(product, servers):
    await product.sign_up("mira")
    device = await signed_in(product)
    async with without(servers.redis.kill, servers.redis.start):
        await product.served.parts.accounts.suspension.suspend("mira", "A test.")
        assert (await product.run(ME, device.person))["viewer"] is None
    await product.settle_when_redis_is_back()
    assert await extensions(product, ME, device.person) == ENDED


async def test_while_redis_is_away_people_stay_signed_in_but_nothing_sensitive_is_done(product, servers):
    await product.sign_up("mira")
    device, other = await signed_in(product), await signed_in(product)
    id_ = next(each["id"] for each in await of_sessions(product, other.person) if each["isCurrent"])
    async with without(servers.redis.kill, servers.redis.start):
        assert await product.run(ME, device.person) == {"viewer": {"username": "mira"}}
        await product.post(device.person)
        for document, given in (
            (SESSIONS, {}), (REVOKE, {"input": {"sessionId": id_}}), (REVOKE_OTHERS, {"input": {}}),
            (REFRESH, {"input": {"refreshToken": device.refresh}}), (LOG_OUT, {"input": {}}),
            (VALIDATE, {"input": {"token": device.person.token}}),
        ):
            assert await extensions(product, document, device.person, **given) == {"code": "UNAVAILABLE"}, document
    await product.settle_when_redis_is_back()
    assert len(await of_sessions(product, device.person)) == 3  # a restart loses none
    await refreshed(product, device)


async def test_an_emptied_redis_asks_everybody_to_sign_in_again_and_makes_nobody_somebody_else(product, keyspace):
    people = await product.people("mira", "jo2", "kim")
    devices = [await signed_in(product, each.username) for each in people]
    asking, seen = True, set[tuple[str, str]]()

    async def ask(device: Device) -> None:
        while asking:
            answer = await product.ask(ME, device.person)
            said = answer.errors[0]["extensions"].get("reason") if answer.errors else answer.data["viewer"]["username"]
            seen.add((device.person.username, said))

    tasks = [asyncio.create_task(ask(each)) for each in devices]
    await until(lambda: len(seen) == len(people))
    await keyspace.command("FLUSHALL")
    for device in devices:
        assert await extensions(product, REFRESH, input={"refreshToken": device.refresh}) == ENDED
        assert await extensions(product, ME, device.person) == ENDED
    again = [await signed_in(product, each.username) for each in people]
    await until(lambda: len(seen) == 2 * len(people))
    asking = False
    await asyncio.gather(*tasks)
    assert seen == {(each.username, said) for each in people for said in (each.username, "SESSION_ENDED")}
    assert [(await product.run(ME, each.person))["viewer"]["username"] for each in again] == ["mira", "jo2", "kim"]


@pytest.mark.parametrize("document", [HOME, ME, '{ user(username: "mira") { followers { edges { node { id } } } } }'])
async def test_the_check_of_a_session_costs_a_warm_operation_no_round_trip(product, monkeypatch, document):
    mira = await product.sign_up("mira")
    await product.post(mira)
    without_session = await product.outlasting(mira)
    written, send = list[int](), PipelinedConnection._send

    def send_observed(connection: PipelinedConnection) -> None:
        written.append(len(connection._unsent))
        send(connection)

    monkeypatch.setattr(PipelinedConnection, "_send", send_observed)
    runs: dict[str, list[Any]] = {without_session.token: [], mira.token: []}
    for _ in range(6):
        for viewer in (without_session, mira):
            product.round_trips.clear()
            written.clear()
            await product.run(document, viewer)
            runs[viewer.token].append((list(product.round_trips.graph), list(product.round_trips.redis), list(written)))
    # Warm, and without what the hub asks now and then.
    asked = [min(each[2:], key=lambda run: sum(run[2])) for each in runs.values()]
    (graph, redis, plain), (same_graph, same_redis, with_session) = asked
    assert (graph, redis) == (same_graph, same_redis)
    assert with_session == [plain[0] + 1, *plain[1:]]


async def test_when_a_session_was_last_used_is_written_behind(product):
    await product.sign_up("mira")
    device = await signed_in(product)
    parts = product.served.parts
    viewer = parts.accounts.tokens.verify(device.person.token)
    before = await parts.accounts.sessions.store.one(viewer.session)
    await product.run(ME, device.person)
    parts.accounts.last_uses._seen[viewer.session] = before.seen_at + 120_000  # as two minutes later
    await parts.accounts.last_uses.write()
    after = await parts.accounts.sessions.store.one(viewer.session)
    assert after.seen_at == before.seen_at + 120_000
    await product.run(LOG_OUT, device.person, input={})
    parts.accounts.last_uses.note_session(viewer)
    await parts.accounts.last_uses.write()
    assert await parts.accounts.sessions.store.one(viewer.session) is None  # noting brings nothing back


async def test_nobody_signs_up_without_a_session(product, monkeypatch):
    async def away(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(Sessions, "start", away)
    given = {"username": "mira", "email": "mira@example.org", "password": PASSWORD}
    assert await extensions(product, SIGN_UP, input=given) == {"code": "OUTCOME_UNKNOWN"}
    monkeypatch.undo()
    await signed_in(product)
