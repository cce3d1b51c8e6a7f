"""The end of a mute. Readers compare it with the clock, so nothing has to run at that moment."""

from datetime import UTC, datetime, timedelta

from errors import InvalidInput


def until_of(expires_at: datetime | None, now: int) -> int | None:
    """Return the end of a mute in milliseconds since 1970 UTC, None for one without an end.

    Raises:
        InvalidInput: it has passed.

    """
    if expires_at is None:
        return None
    # In integers: a float of seconds may round up, and out of the last year.
    until = (expires_at - _EPOCH) // timedelta(milliseconds=1)
    if until <= now:
        raise InvalidInput("expiresAt", "This time has passed.")
    return until


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
