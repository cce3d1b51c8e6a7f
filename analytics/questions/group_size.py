"""Leaves out or merges what tells of few people, and rounds every count: the one way from counts to what is shown.

No group below MINIMUM people is shown. Counts are multiples of ROUNDED_TO, so that the difference of two of them never is a group
of one to four. A row is shown from SHOWN_FROM people: the absence of one then says "at most seven", and whoever finds by a
difference that it is not empty still cannot tell whether it is below the minimum (`docs/decisions/group-size.md`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from analytics.questions.question import PEOPLE, Column, Merged, People, Question, Ratio, Row, Things, Value

MINIMUM = 5
"""The smallest group that is shown."""
ROUNDED_TO = 5
"""Counts are rounded to the nearest multiple of this."""
SHOWN_FROM = 8
"""People from which a group is shown: those whose count is rounded to more than ROUNDED_TO."""


def rounded(count: int) -> int:
    """Return the nearest multiple of ROUNDED_TO. There is always one nearest, since it is odd."""
    return (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def shown(rows: Iterable[Row], question: Question) -> Sequence[Row]:
    """Return what of exact rows may be shown."""
    merged = rows if question.small is None else _merged(rows, question.small, question.columns)
    return [_shown(row, question.columns) for row in merged if _number(row[PEOPLE]) >= SHOWN_FROM]


def _shown(row: Row, columns: Sequence[Column]) -> Row:
    return {column.name: _value(row, column) for column in columns if column.name in row}


def _value(row: Row, column: Column) -> Value:
    value, figure = row[column.name], column.figure
    behind = column.name if isinstance(figure, People) else figure.of if isinstance(figure, Things | Ratio) else None
    if behind is None:
        return value
    if value is None or _number(row[behind]) < SHOWN_FROM:
        return None
    return round(float(value), figure.digits) if isinstance(figure, Ratio) else rounded(_number(value))


def _merged(rows: Iterable[Row], small: Merged, columns: Sequence[Column]) -> Iterator[Row]:
    """Merge ranges of few people with the range below, and the lowest ones with the range above."""

    def group(row: Row) -> tuple[Value, ...]:
        return tuple(row[name] for name in small.within)

    def place(row: Row) -> tuple[tuple[str, ...], int]:
        return tuple(map(str, group(row))), _number(row[small.low])

    for _, ranges in groupby(sorted(rows, key=place), group):
        yield from _ranges([*ranges], lambda low, high: _joined(low, high, small, columns))


def _ranges(ranges: Sequence[Row], join: Callable[[Row, Row], Row]) -> Sequence[Row]:
    found: list[Row] = []
    for row in reversed(ranges):
        if found and _number(found[-1][PEOPLE]) < SHOWN_FROM:
            found[-1] = join(row, found[-1])
        else:
            found.append(row)
    if len(found) > 1 and _number(found[-1][PEOPLE]) < SHOWN_FROM:
        lowest = found.pop()
        found[-1] = join(lowest, found[-1])
    return found[::-1]


def _joined(low: Row, high: Row, small: Merged, columns: Sequence[Column]) -> Row:
    """Return two neighbouring ranges as one: counts are added, and ratios weighted by the people behind them."""
    row: dict[str, Value] = {**low, small.high: high[small.high]}
    for column in columns:
        one, other = low.get(column.name), high.get(column.name)
        match column.figure:
            case People() | Things():
                row[column.name] = _number(one) + _number(other)
            case Ratio(of=of):
                people = _number(low[of]), _number(high[of])
                row[column.name] = (_exact(one) * people[0] + _exact(other) * people[1]) / max(sum(people), 1)
    return row


def _number(value: Value) -> int:
    return 0 if value is None else int(value)


def _exact(value: Value) -> float:
    return 0.0 if value is None else float(value)
