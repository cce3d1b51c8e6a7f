"""`rookery account`: help for people who do not get into their accounts, by order of the operator."""

from commands.console import console
from parts import open_parts
from services.settings import Settings


async def reset_factors(settings: Settings, username: str, reason: str) -> None:
    """Remove all second factors of a person.

    Raises:
        NotFound: nobody with an account has this username.
        InvalidInput: the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        had_any = await parts.accounts.factor_reset.run(username, reason)
    console.print(f"{username} has no second factors now." if had_any else f"{username} had no second factors.", markup=False)
