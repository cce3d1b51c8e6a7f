"""Changing a username: who may have which name when, and many at once."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from clock import now_ms
from errors import Conflict, RateLimited, Unauthenticated, Unavailable
from graph.driver import Graph
from graph.ids import new_id
from graph.rows.users import UserRow
from services.accounts.lookalikes import skeleton_of
from services.accounts.sign_up import SignUp
from services.accounts.username_change import UsernameChange
from services.accounts.viewer import SignedIn, Viewer
from services.events.turns import Turns
from tests.worlds.waiting import until

PASSWORD = "correct horse"
DAYS = 86_400
"""Seconds."""
Name = Callable[[], str]


async def joined(sign_up: SignUp, username: str) -> Viewer:
    """Sign somebody up, by whatever address."""
    return (await sign_up.run(username, f"{new_id()}@example.org", PASSWORD)).tokens.access.viewer


def verified(username: str) -> dict[str, object]:
    """Return the properties of somebody verified."""
    return {"id": new_id(), "username": username, "usernameKey": username.lower(), "verifiedAt": 1, "state": "ACTIVE"}


async def outcome(work: object) -> object:
    """Return the class of what comes of it."""
    try:
        return type(await work)  # type: ignore[misc] # any coroutine
    except (Conflict, RateLimited) as error:
        return type(error)


async def test_a_change_is_one_statement_and_the_name_of_before_stays_theirs(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    old, new = name(), name()
    viewer = await joined(sign_up, old)
    counted = replace(username_change, writer=replace(username_change.writer, graph=graph))
    row = await counted.run(viewer, new.upper())
    assert (row.id, row.username) == (viewer.id, new.upper())
    assert names == ["accounts/change_username"]
    person = await checks.read("checks/person_of", id=viewer.id)
    assert (person["username"], person["usernameKey"]) == (new.upper(), new)
    [(_, owner, until)] = await checks.read("checks/former_usernames", names=[old, new])
    assert owner == viewer.id
    assert 29 * DAYS < (until - now_ms()) / 1_000 <= 30 * DAYS


async def test_nobody_else_takes_the_name_of_before_until_its_time_is_over(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old, new = name(), name()
    viewer, other = await joined(sign_up, old), await joined(sign_up, name())
    await username_change.run(viewer, new)
    for attempt in (username_change.run(other, old), sign_up.run(old.upper(), f"{name()}@example.org", PASSWORD)):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.field == "username"
    await checks.write("checks/end_quarantine", name=old)
    newcomer = await joined(sign_up, old)
    await checks.write("checks/age_username", id=viewer.id)
    with pytest.raises(Conflict):
        await username_change.run(viewer, old)
    # Who has it now may give it up as well, and then it is theirs.
    await username_change.run(newcomer, name())
    assert [row[1] for row in await checks.read("checks/former_usernames", names=[old])] == [newcomer.id]


async def test_a_name_whose_time_is_over_is_taken_by_a_change_as_well(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old = name()
    viewer, other = await joined(sign_up, old), await joined(sign_up, name())
    await username_change.run(viewer, name())
    await checks.write("checks/end_quarantine", name=old)
    assert (await username_change.run(other, old)).id == other.id


async def test_a_second_change_waits_and_says_for_how_long(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    viewer = await joined(sign_up, name())
    await username_change.run(viewer, name())
    wanted = name()
    with pytest.raises(RateLimited) as refused:
        await username_change.run(viewer, wanted)
    assert 29 * DAYS < refused.value.retry_after <= 30 * DAYS
    assert "can change again on 2" in refused.value.message
    assert await checks.read("checks/former_usernames", names=[wanted]) == []
    await checks.write("checks/age_username", id=viewer.id)
    assert (await username_change.run(viewer, wanted)).username == wanted


async def test_who_regrets_goes_back_at_once_and_only_once(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old, new = name(), name()
    viewer = await joined(sign_up, old)
    await username_change.run(viewer, new)
    assert (await username_change.run(viewer, old)).username == old
    former = {row[0]: row[2] for row in await checks.read("checks/former_usernames", names=[old, new])}
    assert former[old] <= now_ms() < former[new]
    for wanted in (new, name()):
        with pytest.raises(RateLimited):
            await username_change.run(viewer, wanted)
    await checks.write("checks/age_username", id=viewer.id)
    assert (await username_change.run(viewer, new)).username == new
    assert (await username_change.run(viewer, old)).username == old


async def test_the_same_name_changes_nothing_and_its_spelling_changes_at_any_time(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old = name()
    viewer = await joined(sign_up, old)
    events = await checks.read("checks/events_of", userId=viewer.id)
    assert (await username_change.run(viewer, old)).username == old
    assert await checks.read("checks/events_of", userId=viewer.id) == events
    for spelled in (old.upper(), old):
        assert (await username_change.run(viewer, spelled)).username == spelled
    assert await checks.read("checks/former_usernames", names=[old]) == []
    assert "usernameChangedAt" not in await checks.read("checks/person_of", id=viewer.id)
    assert (await username_change.run(viewer, name())).id == viewer.id


async def test_what_is_refused_leaves_nothing_behind(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    one, other = name(), name()
    viewer, _ = await joined(sign_up, one), await joined(sign_up, other)
    with pytest.raises(Conflict):
        await username_change.run(viewer, other)
    with pytest.raises(Conflict):
        await joined(sign_up, other)
    assert await checks.read("checks/former_usernames", names=[one, other]) == []
    assert "usernameChangedAt" not in await checks.read("checks/person_of", id=viewer.id)


async def test_who_is_gone_or_suspended_changes_nothing(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    viewer = await joined(sign_up, name())
    await checks.write("checks/set_state", id=viewer.id, state="SUSPENDED")
    for each in (viewer, replace(viewer, id=new_id())):
        with pytest.raises(Unauthenticated):
            await username_change.run(each, name())


async def test_without_the_graph_nothing_changes(username_change: UsernameChange, sign_up: SignUp, name: Name) -> None:
    viewer = await joined(sign_up, name())
    gone = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    with pytest.raises(Unavailable):
        await replace(username_change, writer=replace(username_change.writer, graph=gone)).run(viewer, name())
    await gone.close()


async def test_of_many_who_want_one_name_exactly_one_gets_it(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    wanted = name()
    people = await asyncio.gather(*(joined(sign_up, name()) for _ in range(8)))
    works = [username_change.run(each, wanted) for each in people]
    works += [sign_up.run(wanted, f"{name()}@example.org", PASSWORD) for _ in range(8)]  # type: ignore[misc] # of both
    random.Random(15).shuffle(works)
    came = Counter(await asyncio.gather(*map(outcome, works)))
    assert came[Conflict] == 15
    assert came[UserRow] + came[SignedIn] == 1
    assert len(await checks.read("checks/holders", name=wanted)) == 1


async def test_a_name_that_is_given_up_is_nobodys_for_a_moment(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    for _ in range(4):
        old = name()
        viewer, other = await joined(sign_up, old), await joined(sign_up, name())
        change, *rest = await asyncio.gather(
            outcome(username_change.run(viewer, name())),
            *(outcome(sign_up.run(old, f"{name()}@example.org", PASSWORD)) for _ in range(4)),
            outcome(username_change.run(other, old)),
        )
        assert (change, rest) == (UserRow, [Conflict] * 5)
        assert await checks.read("checks/holders", name=old) == []


async def blocked(graph: Graph) -> int:
    """Return how many transactions wait for a lock."""
    count = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*) AS waiting"
    async with graph.driver.session() as session:
        record = await (await session.run(count)).single()
    return 0 if record is None else int(record["waiting"])


async def test_whoever_signs_up_by_a_name_holds_it_before_they_look_whether_it_is_free(
    username_change: UsernameChange, sign_up: SignUp, graph: Graph, checks: Graph, name: Name
) -> None:
    old = name()
    viewer = await joined(sign_up, old)
    async with graph.driver.session() as session, await session.begin_transaction() as held, asyncio.TaskGroup() as group:
        # A sign-up stops at the counter of keys, behind its look at the name and before it makes anybody.
        await (await held.run("MATCH (s:Sequence {name: 'userKey'}) SET s.value = s.value")).consume()
        late = group.create_task(outcome(sign_up.run(old, f"{name()}@example.org", PASSWORD)))
        await until(lambda: blocked(graph))
        change = group.create_task(outcome(username_change.run(viewer, name())))

        async def stands() -> bool:
            return change.done() or await blocked(graph) > 1

        await until(stands)
        await held.rollback()
        assert (await change, await late) == (UserRow, Conflict)
    assert await checks.read("checks/holders", name=old) == []


async def test_who_goes_back_wins_against_all_others(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    for _ in range(4):
        old = name()
        viewer, other = await joined(sign_up, old), await joined(sign_up, name())
        await username_change.run(viewer, name())
        *rest, back = await asyncio.gather(
            *(outcome(sign_up.run(old, f"{name()}@example.org", PASSWORD)) for _ in range(4)),
            outcome(username_change.run(other, old)),
            outcome(username_change.run(viewer, old)),
        )
        assert (back, rest) == (UserRow, [Conflict] * 5)
        assert await checks.read("checks/holders", name=old) == [viewer.id]


async def test_when_the_time_is_over_the_owner_of_before_and_others_are_alike(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old = name()
    viewer = await joined(sign_up, old)
    await username_change.run(viewer, name())
    await checks.write("checks/end_quarantine", name=old)
    await checks.write("checks/age_username", id=viewer.id)
    came = Counter(
        await asyncio.gather(
            outcome(username_change.run(viewer, old)),
            *(outcome(sign_up.run(old, f"{name()}@example.org", PASSWORD)) for _ in range(5)),
        )
    )
    assert came[Conflict] == 5
    assert len(await checks.read("checks/holders", name=old)) == 1


async def test_two_changes_of_one_person_at_once_are_one(
    username_change: UsernameChange, sign_up: SignUp, checks: Graph, name: Name
) -> None:
    old, wanted = name(), [name() for _ in range(5)]
    viewer = await joined(sign_up, old)
    # Each as a process of its own, so that nothing but the graph holds them apart.
    alone = [replace(username_change, writer=replace(username_change.writer, turns=Turns())) for _ in wanted]
    came = Counter(await asyncio.gather(*(outcome(each.run(viewer, new)) for each, new in zip(alone, wanted, strict=True))))
    assert came == {UserRow: 1, RateLimited: 4}
    assert [row[0] for row in await checks.read("checks/former_usernames", names=[old, *wanted])] == [old]


async def test_two_who_want_each_others_names_are_both_refused(
    username_change: UsernameChange, sign_up: SignUp, name: Name
) -> None:
    one, other = name(), name()
    first, second = await joined(sign_up, one), await joined(sign_up, other)
    came = await asyncio.gather(outcome(username_change.run(first, other)), outcome(username_change.run(second, one)))
    assert [*came] == [Conflict, Conflict]


async def test_the_graph_knows_what_names_look_like_as_the_rules_do(graph: Graph, checks: Graph) -> None:
    rng = random.Random(15)
    names = ["".join(rng.choices("0O1lIiLmMrnRNwWvV_xX8", k=30)) for _ in range(200)]
    people = [verified(each) for each in names]
    await graph.write("world/add_people", people=people)
    rows = await checks.read("checks/skeletons", ids=[each["id"] for each in people])
    assert len(rows) == 200
    assert [skeleton for _, skeleton in rows] == [skeleton_of(each) for each, _ in rows]


async def test_nobody_takes_a_name_that_looks_like_that_of_somebody_verified(
    username_change: UsernameChange, sign_up: SignUp, graph: Graph, name: Name
) -> None:
    known = f"{name()[:20]}_Ian"
    alike = known.replace("I", "l")
    viewer = await joined(sign_up, name())
    await graph.write("world/add_people", people=[verified(known)])
    with pytest.raises(Conflict, match="verified"):
        await joined(sign_up, alike)
    with pytest.raises(Conflict, match="verified"):
        await username_change.run(viewer, alike)
    assert (await username_change.run(viewer, known.replace("I", "J"))).id == viewer.id


async def test_who_looked_like_somebody_verified_before_stays_and_goes_back(
    username_change: UsernameChange, sign_up: SignUp, graph: Graph, name: Name
) -> None:
    known = f"{name()[:20]}_Ian"
    alike = known.replace("I", "l")
    viewer = await joined(sign_up, alike)
    await graph.write("world/add_people", people=[verified(known)])
    await username_change.run(viewer, name())
    assert (await username_change.run(viewer, alike)).username == alike
