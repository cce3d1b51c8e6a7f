"""`rookery role`: who may do what beyond what everybody may, by order of the operator."""

from rich.table import Table

from commands.console import console, results
from graph.rows.roles import AccountRole
from parts import open_parts
from services.settings import Settings


async def grant(settings: Settings, username: str, role: AccountRole, reason: str) -> None:
    """Give a person a role.

    Raises:
        NotFound: nobody in use of an account has this username.
        InvalidInput: everybody is a member; or the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        given = await parts.accounts.roles.grant_by_operator(username, role, reason)
    console.print(f"{username} is {role} now." if given.is_new else f"{username} was {role} already.", markup=False)


async def revoke(settings: Settings, username: str, role: AccountRole, reason: str) -> None:
    """Take a role from a person.

    Raises:
        NotFound: nobody with an account has this username.
        InvalidInput: everybody is a member; or the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        left = await parts.accounts.roles.revoke_by_operator(username, role, reason)
    console.print(f"{username} is {role} no longer." if left.is_new else f"{username} was not {role}.", markup=False)


async def show(settings: Settings) -> None:
    """Print who holds a role."""
    async with open_parts(settings) as parts:
        holders = await parts.accounts.roles.holders()
    if not holders:
        results.print("Nobody holds a role.")
        return
    table = Table("username", "account", "roles")
    for username, state, roles in holders:
        table.add_row(username, state, ", ".join(roles))
    results.print(table)
