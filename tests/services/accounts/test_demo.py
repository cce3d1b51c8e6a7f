"""Accounts and tokens for the demo world and for developers."""

from collections.abc import Callable

import pytest

from errors import Conflict, Forbidden, InvalidInput, NotFound
from graph.driver import Graph
from graph.ids import new_id
from services.accounts.demo import DemoAccounts, token_for
from services.accounts.log_in import LogIn
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.sign_up import SignUp
from services.accounts.tokens import AccessTokens
from services.accounts.viewer import SignedIn
from services.events.command_writer import CommandWriter
from services.sealing import Sealing

Name = Callable[[], str]
PASSWORD = "correct horse"


@pytest.fixture
def demo(writer: CommandWriter, passwords: Passwords, emails: Sealing) -> DemoAccounts:
    """Give people passwords."""
    return DemoAccounts(writer, passwords, emails)


async def test_a_person_is_given_an_account_and_twice_is_once(
    demo: DemoAccounts, sign_up: SignUp, log_in: LogIn, name: Name
) -> None:
    username = name()
    user = (await sign_up.run(username, f"{username}@example.org", "first horse")).user
    for _ in range(2):
        await demo.set_password_account(user.id, username, f"demo.{username}@example.org", PASSWORD)
    for name_or_email in (username, f"demo.{username}@example.org"):
        back = await log_in.run(name_or_email, PASSWORD, "here")
        assert isinstance(back, SignedIn) and back.user == user


async def test_an_account_needs_a_person_an_own_address_and_a_password(
    demo: DemoAccounts, sign_up: SignUp, name: Name
) -> None:
    username, other = name(), name()
    user = (await sign_up.run(username, f"{username}@example.org", PASSWORD)).user
    await sign_up.run(other, f"{other}@example.org", PASSWORD)
    with pytest.raises(NotFound):
        await demo.set_password_account(new_id(), "nobody", f"{name()}@example.org", PASSWORD)
    with pytest.raises(Conflict) as taken:
        await demo.set_password_account(user.id, username, f"{other}@example.org", PASSWORD)
    assert taken.value.field == "email"
    with pytest.raises(InvalidInput):
        await demo.set_password_account(user.id, username, f"{username}@example.org", "short")


async def test_a_token_for_a_username_in_any_case(
    graph: Graph, sign_up: SignUp, tokens: AccessTokens, sessions: Sessions, name: Name
) -> None:
    username = name()
    user = (await sign_up.run(username, f"{username}@example.org", PASSWORD)).user
    viewer = tokens.verify((await token_for(graph, sessions, username.upper())).token)
    assert (viewer.id, viewer.key) == (user.id, user.key)


@pytest.mark.parametrize("nobody", ["nobody_at_all", "", "a\0", "\ud800", "x" * 1_000_000])
async def test_no_token_for_a_name_that_nobody_has(graph: Graph, sessions: Sessions, nobody: str) -> None:
    with pytest.raises(NotFound, match="There is no such person"):
        await token_for(graph, sessions, nobody)


async def test_no_token_for_the_suspended(
    graph: Graph, checks: Graph, sign_up: SignUp, sessions: Sessions, name: Name
) -> None:
    username = name()
    user = (await sign_up.run(username, f"{username}@example.org", PASSWORD)).user
    await checks.write("checks/set_state", id=user.id, state="SUSPENDED")
    with pytest.raises(Forbidden):
        await token_for(graph, sessions, username)
