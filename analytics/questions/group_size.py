"""Leaves out or merges what tells of few people, and rounds every count: the one way from counts to what is shown.

No group below MINIMUM people is shown. Counts are multiples of ROUNDED_TO, so that the difference of two of them never is a group
of one to four. A row is shown from SHOWN_FROM people: the absence of one then says "at most seven", and whoever finds by a
difference that it is not empty still cannot tell whether it is below the minimum. Of what people did, nobody's share counts for
more than the fifth largest, and the sum is rounded to five such shares (`docs/decisions/group-size.md`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from analytics.questions.question import PEOPLE, Column, Merged, People, Question, Ratio, Row, Things, Value, largest

Exact: TypeAlias = Mapping[str, Any]
"""A row as it was counted, with the largest shares beside each count of things."""

MINIMUM = 5
"""The smallest group that is shown."""
ROUNDED_TO = 5
"""Counts are rounded to the nearest multiple of this."""
SHOWN_FROM = 8
"""People from which a group is shown: those whose count is rounded to more than ROUNDED_TO."""


def rounded(count: int) -> int:
    """Return the nearest multiple of ROUNDED_TO. There is always one nearest, since it is odd."""
    return _rounded(count, ROUNDED_TO)


def capped(count: int, shares: Sequence[int]) -> int:
    """Return what is told of a count of things, of which `shares` are the largest of single people, the largest first.

    Nobody counts for more than the fifth largest share, so that no figure is of one person, or of four. The sum is rounded to
    five of such shares, in one digit, as a count of people is rounded to five people: what few of them did is in no difference.
    """
    fifth = shares[MINIMUM - 1]
    told = count - sum(share - fifth for share in shares[:MINIMUM])
    return _rounded(told, ROUNDED_TO * _one_digit(fifth))


def _rounded(count: int, unit: int) -> int:
    return (count + unit // 2) // unit * unit


def _one_digit(number: int) -> int:
    """Return the least number that is not smaller, and has but one digit before its zeros."""
    size: int = 10 ** (len(str(number)) - 1)
    return -(-number // size) * size


def shown(rows: Iterable[Exact], question: Question) -> Sequence[Row]:
    """Return what of exact rows may be shown."""
    merged = rows if question.small is None else _merged(rows, question.small, question.columns)
    return [_shown(row, question.columns) for row in merged if _number(row[PEOPLE]) >= SHOWN_FROM]


def _shown(row: Exact, columns: Sequence[Column]) -> Row:
    return {column.name: _value(row, column) for column in columns if column.name in row}


def _value(row: Exact, column: Column) -> Value:
    value: Value = row[column.name]
    match column.figure:
        case People():
            return None if _number(value) < SHOWN_FROM else rounded(_number(value))
        case Things(of=of):
            few = value is None or _number(row[of]) < SHOWN_FROM
            return None if few else capped(_number(value), row[largest(column.name)])
        case Ratio(of=of, digits=digits):
            return None if value is None or _number(row[of]) < SHOWN_FROM else round(float(value), digits)
        case _:
            return value


def _merged(rows: Iterable[Exact], small: Merged, columns: Sequence[Column]) -> Iterator[Exact]:
    """Merge ranges of few people with the range below, and the lowest ones with the range above."""

    def group(row: Exact) -> tuple[Value, ...]:
        return tuple(row[name] for name in small.within)

    def place(row: Exact) -> tuple[tuple[str, ...], int]:
        return tuple(map(str, group(row))), _number(row[small.low])

    for _, ranges in groupby(sorted(rows, key=place), group):
        yield from _ranges([*ranges], lambda low, high: _joined(low, high, small, columns))


def _ranges(ranges: Sequence[Exact], join: Callable[[Exact, Exact], Exact]) -> Sequence[Exact]:
    found: list[Exact] = []
    for row in reversed(ranges):
        if found and _number(found[-1][PEOPLE]) < SHOWN_FROM:
            found[-1] = join(row, found[-1])
        else:
            found.append(row)
    if len(found) > 1 and _number(found[-1][PEOPLE]) < SHOWN_FROM:
        lowest = found.pop()
        found[-1] = join(lowest, found[-1])
    return found[::-1]


def _joined(low: Exact, high: Exact, small: Merged, columns: Sequence[Column]) -> Exact:
    """Return two neighbouring ranges as one: counts are added, and ratios weighted by the people behind them."""
    row = {**low, small.high: high[small.high]}
    for column in columns:
        one, other = low.get(column.name), high.get(column.name)
        match column.figure:
            case People():
                row[column.name] = _number(one) + _number(other)
            case Things():
                row[column.name] = _number(one) + _number(other)
                both = (*low[largest(column.name)], *high[largest(column.name)])
                row[largest(column.name)] = sorted(both, reverse=True)[:MINIMUM]
            case Ratio(of=of):
                people = _number(low[of]), _number(high[of])
                row[column.name] = (_exact(one) * people[0] + _exact(other) * people[1]) / max(sum(people), 1)
    return row


def _number(value: Value) -> int:
    return 0 if value is None else int(value)


def _exact(value: Value) -> float:
    return 0.0 if value is None else float(value)
