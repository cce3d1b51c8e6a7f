"""The end of a mute. Readers compare it with the clock, so nothing has to run at that moment."""

from datetime import datetime

from clock import milliseconds
from errors import InvalidInput


def until_of(expires_at: datetime | None, now: int) -> int | None:
    """Return the end of a mute in milliseconds since 1970 UTC, None for one without an end.

    Raises:
        InvalidInput: it has passed.

    """
    if expires_at is None:
        return None
    until = milliseconds(expires_at)
    if until <= now:
        raise InvalidInput("expiresAt", "This time has passed.")
    return until
