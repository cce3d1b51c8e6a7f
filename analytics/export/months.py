"""Calendar months (UTC), such as `2026-10`, by which the files of the copy are divided; ids carry their time."""

from collections.abc import Iterable
from datetime import UTC, datetime

from graph.ids import FIRST, milliseconds_of

HOUR = 3_600_000
"""Milliseconds of an hour."""
_BEGINNING = 6
"""Digits of the beginning of an id, by which `analytics_export/of_person` tells of when things are."""


def month_at(milliseconds: int) -> str:
    """Return the month of a moment."""
    return f"{datetime.fromtimestamp(milliseconds / 1_000, UTC):%Y-%m}"


def month_of(id_: str) -> str:
    """Return the month of what has this id."""
    return month_at(milliseconds_of(id_))


def months_of_beginnings(beginnings: Iterable[str]) -> set[str]:
    """Return the months of ids that begin so. Five hours may lie in two months."""
    ends = (each.ljust(12, digit) for each in beginnings for digit in "0f")
    return {month_at(int(digits, 16)) for digits in ends}


def first_ms(month: str) -> int:
    """Return when a month begins, in milliseconds since 1970 UTC."""
    return int(datetime.strptime(f"{month}+0000", "%Y-%m%z").timestamp() * 1_000)


def after(month: str) -> str:
    """Return the month after another."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def between(first: str, last: str) -> list[str]:
    """Return the months from one to another, both included; none where the first is later."""
    found = []
    while first <= last:
        found.append(first)
        first = after(first)
    return found


def ids_of(month: str) -> tuple[str, str]:
    """Return between which ids lie those of a month: the first is below all of them, the second above."""
    return _below(first_ms(month)), _below(first_ms(after(month)))


def _below(milliseconds: int) -> str:
    """Return what is below the ids of a moment and above those before it."""
    time = f"{milliseconds:012x}"
    return f"{time[:8]}-{time[8:]}{FIRST[13:]}"
