"""When mutes end: by the clock of who reads, so that nothing has to run at that moment."""

from datetime import datetime

from errors import InvalidInput


def until_of(expires_at: datetime | None, now: int) -> int | None:
    """Give the end of a mute in milliseconds since 1970 UTC, None for one without an end.

    Raises:
        InvalidInput: it has passed.

    """
    if expires_at is None:
        return None
    until = int(expires_at.timestamp() * 1000)
    if until <= now:
        raise InvalidInput("expiresAt", "This time has passed.")
    return until
