"""Logging in: who gets in, what a stranger learns, and how guessing ends."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import Parameters, Type
from argon2.low_level import ARGON2_VERSION
from argon2.profiles import CHEAPEST

from errors import Forbidden, RateLimited, RookeryError, Unauthenticated, Unavailable
from graph.driver import Graph
from services.accounts.log_in import WRONG, LogIn
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.sign_up import SignUp
from services.accounts.tokens import AccessTokens
from services.accounts.viewer import SignedIn
from services.factors.second_step import SecondStep
from tests.services.accounts.conftest import RedisServer, log_in_limits
from tests.worlds.holding import hold_after

PASSWORD, WRONG_PASSWORD = "correct horse", "wrong horse"
HERE = "192.0.2.1"
Name = Callable[[], str]


async def signed_up(sign_up: SignUp, username: str) -> SignedIn:
    return await sign_up.run(username, f"{username}@example.org", PASSWORD, "Ana")


async def answer(log_in: LogIn, name: str, password: str = WRONG_PASSWORD, address: str = HERE) -> object:
    """Give how a log-in ends: the class of its error, or of what it gives."""
    try:
        return type(await log_in.run(name, password, address))
    except RookeryError as error:
        return type(error)


async def device_token(log_in: LogIn, username: str) -> str:
    """Log in, and return the token of the device."""
    signed_in = await log_in.run(username, PASSWORD, HERE)
    assert isinstance(signed_in, SignedIn) and signed_in.device is not None
    return signed_in.device.token


def watched(log_in: LogIn, graph: Graph) -> LogIn:
    """Give the same, whose statements are seen."""
    writer = replace(log_in.writer, graph=graph)
    signing_in = replace(log_in.signing_in, history=replace(log_in.signing_in.history, writer=writer))
    return replace(log_in, writer=writer, signing_in=signing_in)


async def test_a_person_logs_in_by_username_or_address_in_any_case(
    sign_up: SignUp, log_in: LogIn, tokens: AccessTokens, name: Name
) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    for spelled in (username, username.upper(), f" {username} ", f"{username}@example.org", f"{username.upper()}@Example.ORG"):
        back = await log_in.run(spelled, PASSWORD, HERE)
        assert isinstance(back, SignedIn) and back.user == made.user
        viewer = tokens.verify(back.tokens.access.token)
        assert (viewer.id, viewer.key) == (made.user.id, made.user.key)


async def test_logging_in_is_a_statement_looks_for_factors_and_whether_it_still_holds_and_a_row_of_the_history(
    sign_up: SignUp, log_in: LogIn, second_step: SecondStep, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    username = name()
    await signed_up(sign_up, username)
    counted, writer = watched(log_in, graph), replace(log_in.writer, graph=graph)
    asking = replace(second_step, proving=replace(second_step.proving, writer=writer))
    await replace(counted, ask_for_factor=asking.needed).run(username, PASSWORD, HERE)
    assert names == ["accounts/for_log_in", "factors/of_person", "accounts/password_hash", "sign_ins/note"]


@pytest.mark.parametrize(
    "nobody", ["nobody_at_all", "nobody@example.org", "", "@", "a\0b", "\ud800", "\u212aim", "x" * 10_000_000, "a@b", "*", "%"]
)
async def test_a_name_that_nobody_has_reads_and_works_like_a_wrong_password(
    log_in: LogIn, statements: tuple[Graph, list[str]], nobody: str
) -> None:
    graph, names = statements
    with pytest.raises(Unauthenticated) as refused:
        await replace(log_in, writer=replace(log_in.writer, graph=graph)).run(nobody, PASSWORD, HERE)
    assert refused.value.message == WRONG
    assert names == ["accounts/for_log_in"]


@pytest.mark.parametrize("password", ["wrong horse", "", "\0", "\ud800", "x" * 10_000_000])
async def test_a_wrong_password_is_wrong(sign_up: SignUp, log_in: LogIn, name: Name, password: str) -> None:
    username = name()
    await signed_up(sign_up, username)
    with pytest.raises(Unauthenticated) as refused:
        await log_in.run(username, password, HERE)
    assert refused.value.message == WRONG


async def test_an_account_without_a_password_has_no_right_one(
    sign_up: SignUp, log_in: LogIn, checks: Graph, name: Name
) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    await checks.write("checks/set_password_hash", userId=made.user.id, hash=None)
    assert await answer(log_in, username, PASSWORD) is Unauthenticated


async def test_a_name_is_limited_and_then_even_the_right_password_waits(
    sign_up: SignUp, log_in: LogIn, name: Name
) -> None:
    username = name()
    await signed_up(sign_up, username)
    answers = [await answer(log_in, username, address=f"192.0.2.{n}") for n in range(12)]
    assert answers == [Unauthenticated] * 10 + [RateLimited] * 2
    with pytest.raises(RateLimited) as limited:
        await log_in.run(username.upper(), PASSWORD, "192.0.2.99")
    assert 290 < limited.value.retry_after <= 300


async def test_a_name_that_nobody_has_is_limited_the_same_way(log_in: LogIn, name: Name) -> None:
    username = name()
    answers = [await answer(log_in, username, address=f"192.0.2.{n}") for n in range(12)]
    assert answers == [Unauthenticated] * 10 + [RateLimited] * 2


async def test_spellings_of_a_name_count_together_and_nothing_tells_that_an_address_is_of_the_same_account(
    sign_up: SignUp, log_in: LogIn, name: Name
) -> None:
    username, nobody = name(), name()
    await signed_up(sign_up, username)
    by_address = [f"{username}@example.org", f"{username.upper()}@Example.ORG"]
    answers = [await answer(log_in, by_address[n % 2], address=f"192.0.2.{n}") for n in range(12)]
    assert answers == [Unauthenticated] * 10 + [RateLimited] * 2
    assert [await answer(log_in, each) for each in (username, nobody)] == [Unauthenticated] * 2
    answers = [await answer(log_in, (username, username.upper())[n % 2], address=f"192.0.2.{n}") for n in range(12)]
    assert answers == [Unauthenticated] * 9 + [RateLimited] * 3
    for spelled in (username, *by_address):
        assert await answer(log_in, spelled, PASSWORD, "192.0.2.99") is RateLimited


async def test_all_known_devices_of_an_account_have_so_many_guesses_together(sign_up: SignUp, log_in: LogIn, name: Name) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    narrow = replace(log_in, allowed=replace(log_in.allowed, of_devices_a_day=12))
    devices = [await device_token(narrow, username) for _ in range(4)]

    async def guessed(device: str, password: str = WRONG_PASSWORD) -> str | None:
        try:
            await narrow.run(username, password, HERE, device_token=device)
        except RookeryError as error:
            return getattr(error, "scope", type(error).__name__)
        return None

    assert [await guessed(devices[n % 3]) for n in range(14)] == ["Unauthenticated"] * 12 + ["devices"] * 2
    assert await guessed(devices[3], PASSWORD) == "devices"
    assert await answer(narrow, username, PASSWORD) is SignedIn  # counted by name and place
    await narrow.forget_failures(made.user.id, username, [])
    assert await guessed(devices[3], PASSWORD) is None


async def test_attempts_that_are_refused_for_an_account_are_not_counted_for_an_address(
    sign_up: SignUp, log_in: LogIn, name: Name
) -> None:
    username = name()
    await signed_up(sign_up, username)
    for n in range(10):
        await answer(log_in, username, address=f"192.0.2.{n}")
    assert [await answer(log_in, username) for _ in range(20)] == [RateLimited] * 20
    assert await answer(log_in, name()) is Unauthenticated


async def test_who_used_up_an_address_costs_the_graph_nothing(
    log_in: LogIn, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    counted = replace(log_in, writer=replace(log_in.writer, graph=graph))
    for _ in range(20):
        await answer(counted, name())
    assert len(names) == 15


async def test_guesses_made_at_once_are_all_counted(sign_up: SignUp, log_in: LogIn, name: Name) -> None:
    username = name()
    await signed_up(sign_up, username)
    answers = await asyncio.gather(*(answer(log_in, username, address=f"192.0.2.{n}") for n in range(40)))
    assert Counter(answers) == {Unauthenticated: 10, RateLimited: 30}


async def test_an_address_is_limited_over_all_names(log_in: LogIn, name: Name) -> None:
    answers = [await answer(log_in, name(), address=f"2001:db8::{n:x}") for n in range(17)]
    assert answers == [Unauthenticated] * 15 + [RateLimited] * 2
    assert await answer(log_in, name(), address="2001:db8:0:1::1") is Unauthenticated


async def test_success_forgets_the_failures_of_a_name_but_not_of_an_address(
    sign_up: SignUp, log_in: LogIn, name: Name
) -> None:
    username = name()
    await signed_up(sign_up, username)
    failing = [await answer(log_in, username) for _ in range(9)]
    assert failing == [Unauthenticated] * 9
    assert await answer(log_in, username, PASSWORD) is SignedIn
    assert [await answer(log_in, username) for _ in range(7)] == [Unauthenticated] * 6 + [RateLimited]


async def test_success_costs_no_attempt(sign_up: SignUp, log_in: LogIn, name: Name) -> None:
    username = name()
    await signed_up(sign_up, username)
    assert [await answer(log_in, username, PASSWORD) for _ in range(30)] == [SignedIn] * 30


@pytest.mark.parametrize(("state", "said"), [("SUSPENDED", "suspended"), ("DEACTIVATED", "deactivated")])
async def test_who_may_not_sign_in_is_told_only_with_the_right_password(
    sign_up: SignUp, log_in: LogIn, checks: Graph, name: Name, state: str, said: str
) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    await checks.write("checks/set_state", id=made.user.id, state=state)
    assert await answer(log_in, username) is Unauthenticated
    with pytest.raises(Forbidden, match=f"This account is {said}"):
        await log_in.run(username, PASSWORD, HERE)


async def test_without_redis_nobody_logs_in_and_no_password_is_checked(
    sign_up: SignUp, log_in: LogIn, redis_server: RedisServer, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    username = name()
    await signed_up(sign_up, username)
    await answer(log_in, username)
    redis_server.kill()
    assert await answer(replace(log_in, writer=replace(log_in.writer, graph=graph)), username, PASSWORD) is Unavailable
    assert names == []


async def test_without_the_graph_an_attempt_is_not_counted(log_in: LogIn, name: Name) -> None:
    username = name()
    gone = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    broken = replace(log_in, writer=replace(log_in.writer, graph=gone), allowed=log_in_limits(attempts=1, per_address=1))
    assert [await answer(broken, username) for _ in range(3)] == [Unavailable] * 3
    await gone.close()


async def test_too_many_at_once_are_not_counted(sign_up: SignUp, log_in: LogIn, name: Name) -> None:
    username = name()
    await signed_up(sign_up, username)
    narrow = Passwords(CHEAPEST, threads=1, queue=0)
    narrow._places.acquire()  # as a hash does that takes long
    full = replace(log_in, passwords=narrow, allowed=log_in_limits(attempts=1, per_address=1))
    assert await answer(full, username) is Unavailable
    narrow._places.release()
    assert await answer(full, username) is Unauthenticated
    narrow.close()


async def test_an_old_hash_is_renewed_at_the_next_log_in(
    sign_up: SignUp, log_in: LogIn, checks: Graph, statements: tuple[Graph, list[str]], name: Name
) -> None:
    graph, names = statements
    username = name()
    made = await signed_up(sign_up, username)
    newer = Passwords(Parameters(Type.ID, ARGON2_VERSION, 16, 32, time_cost=2, memory_cost=64, parallelism=1))
    renewing = replace(watched(log_in, graph), passwords=newer)
    await renewing.run(username, PASSWORD, HERE)
    assert names == ["accounts/for_log_in", "accounts/rehash", "accounts/password_hash", "sign_ins/note"]
    account = await checks.read("checks/account_of", userId=made.user.id)
    assert "m=64,t=2" in account["passwordHash"]
    await renewing.run(username, PASSWORD, HERE)
    assert names[4:] == ["accounts/for_log_in", "accounts/password_hash", "sign_ins/note"]
    newer.close()


async def test_of_many_who_renew_a_hash_at_once_all_are_let_in(sign_up: SignUp, log_in: LogIn, name: Name) -> None:
    username = name()
    await signed_up(sign_up, username)
    newer = Passwords(Parameters(Type.ID, ARGON2_VERSION, 16, 32, time_cost=2, memory_cost=64, parallelism=1))
    renewing = replace(log_in, passwords=newer)
    assert await asyncio.gather(*(answer(renewing, username, PASSWORD) for _ in range(6))) == [SignedIn] * 6
    newer.close()


@pytest.mark.parametrize("change", ["password", "state"])
async def test_a_password_that_is_being_checked_while_it_is_replaced_lets_nobody_in(
    sign_up: SignUp, log_in: LogIn, sessions: Sessions, checks: Graph, monkeypatch: pytest.MonkeyPatch, name: Name, change: str
) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    held = hold_after(monkeypatch, Passwords, "verify")
    thief = asyncio.create_task(answer(log_in, username, PASSWORD))
    await held.reached()
    if change == "password":
        another = await log_in.passwords.hash("another long passphrase")
        await checks.write("checks/set_password_hash", userId=made.user.id, hash=another)
    else:
        await checks.write("checks/set_state", id=made.user.id, state="SUSPENDED")
    await sessions.end_all(made.user.key)
    held.go_on.set()
    assert await thief is Unauthenticated
    assert await sessions.all(made.tokens.access.viewer) == []


async def test_a_log_in_that_nobody_can_confirm_leaves_no_session(
    sign_up: SignUp, log_in: LogIn, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, name: Name
) -> None:
    username = name()
    made = await signed_up(sign_up, username)
    await sessions.end_all(made.user.key)
    gone = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    monkeypatch.setattr(Graph, "from_leader", lambda _: gone)
    assert await answer(log_in, username, PASSWORD) is Unavailable
    assert await sessions.all(made.tokens.access.viewer) == []
    await gone.close()


async def test_a_renewed_hash_does_not_undo_a_changed_password(graph: Graph, sign_up: SignUp, checks: Graph, name: Name) -> None:
    made = await signed_up(sign_up, name())
    done = await graph.write("accounts/rehash", userId=made.user.id, stored="another", renewed="old")
    assert done is None
    account = await checks.read("checks/account_of", userId=made.user.id)
    assert account["passwordHash"] != "old"
