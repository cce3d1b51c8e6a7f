"""`rookery suspend`, `rookery restore` and `rookery sign-out`: moderation of people by an operator."""

from commands.console import console
from parts import open_parts
from services.settings import Settings


async def suspend(settings: Settings, username: str, reason: str) -> None:
    """Hide a person from everybody and prevent their log-in.

    Raises:
        NotFound: nobody has this username.
        InvalidInput: the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        changed = await parts.accounts.suspension.suspend(username, reason)
    console.print(f"{username} is suspended." if changed else f"{username} was suspended already.", markup=False)


async def restore(settings: Settings, username: str, reason: str) -> None:
    """End a suspension.

    Raises:
        NotFound: nobody has this username.
        InvalidInput: the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        changed = await parts.accounts.suspension.restore(username, reason)
    console.print(f"{username} is restored." if changed else f"{username} was not suspended.", markup=False)


async def sign_out(settings: Settings, username: str, reason: str) -> None:
    """Sign a person out on all devices.

    Raises:
        NotFound: nobody has this username.
        InvalidInput: the reason is blank or too long.

    """
    async with open_parts(settings) as parts:
        await parts.accounts.signing_out.run_by_operator(username, reason)
    console.print(f"{username} is signed out everywhere.", markup=False)
