"""`rookery suspend` and `rookery restore`, for operators."""

from commands.console import console
from parts import open_parts
from services.settings import Settings


async def suspend(settings: Settings, username: str) -> None:
    """Hide somebody from everybody, and prevent them from signing in.

    Raises:
        NotFound: nobody has this username.

    """
    parts = open_parts(settings)
    try:
        is_new = await parts.suspension.suspend(username)
    finally:
        await parts.close()
    console.print(f"{username} is suspended." if is_new else f"{username} was suspended already.", markup=False)


async def restore(settings: Settings, username: str) -> None:
    """End a suspension.

    Raises:
        NotFound: nobody has this username.

    """
    parts = open_parts(settings)
    try:
        was_suspended = await parts.suspension.restore(username)
    finally:
        await parts.close()
    console.print(f"{username} is restored." if was_suspended else f"{username} was not suspended.", markup=False)
