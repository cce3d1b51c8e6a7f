"""Fractions of what is shown: made of rounded counts, so that they tell no more."""

from collections.abc import Sequence

from analytics.questions.question import PEOPLE, Row

DIGITS = 4
"""Digits behind the point: a fraction of rounded counts has no more meaning than these."""


def with_fraction(rows: Sequence[Row], within: str | None = None, of: str = PEOPLE) -> Sequence[Row]:
    """Return the rows with the fraction that each is of all rows, or of those with the same value of `within`."""
    totals: dict[object, int] = {}
    for row in rows:
        group = None if within is None else row[within]
        totals[group] = totals.get(group, 0) + int(row[of] or 0)
    return [{**row, "fraction": quotient(row[of], totals[None if within is None else row[within]])} for row in rows]


def quotient(part: object, whole: object, digits: int = DIGITS) -> float | None:
    """Return a part of a whole, or None where one of them is not known or the whole is nothing."""
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return None
    return round(part / whole, digits)
