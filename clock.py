"""The one clock: times are integers, milliseconds since 1970 UTC, and become `datetime` where people read them."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_ms() -> int:
    """Return the present time in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def moment(at: int) -> datetime:
    """Return the time of a property: milliseconds since 1970 UTC."""
    # In integers: a float of seconds loses the milliseconds of distant years.
    return _EPOCH + timedelta(0, 0, 0, at)


def moment_or_none(at: int | None) -> datetime | None:
    """Return the time of a property that may be absent."""
    return None if at is None else moment(at)


def milliseconds(at: datetime) -> int:
    """Return a time as a property: whole milliseconds since 1970 UTC, the inverse of `moment`."""
    # In integers: a float of seconds may round up, and out of the last year.
    return (at - _EPOCH) // timedelta(milliseconds=1)


def in_milliseconds(time: timedelta) -> int:
    """Return how many whole milliseconds a time lasts."""
    return time // timedelta(milliseconds=1)
