"""What a named analytic is: a question, its parameters, the engine that answers it, the columns of its answer, and its plot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from analytics.questions.parameters import Given, Parameter

if TYPE_CHECKING:  # an engine costs up to a second and much memory
    import polars as pl

    from analytics.questions.copy import Copy

PEOPLE = "people"
"""The column that every question counts: the people behind a row, each once."""
ROWS_MAX = 5_000
"""Most rows of an answer: more are no table that somebody reads, and an answer is sent as a whole."""
Value: TypeAlias = str | int | float | None
"""A value of an answer. Days are text, such as `2026-11-01`."""
Row: TypeAlias = Mapping[str, Value]
"""A row by the names of its columns."""


class Engine(StrEnum):
    """What answers a question."""

    POLARS = "POLARS"
    DUCKDB = "DUCKDB"
    RUSTWORKX = "RUSTWORKX"

    @property
    def label(self) -> str:
        """Return its name as it spells it."""
        return {"POLARS": "Polars", "DUCKDB": "DuckDB", "RUSTWORKX": "rustworkx"}[self.value]


class ColumnType(StrEnum):
    """The type of a column."""

    TEXT = "TEXT"
    DAY = "DAY"
    INTEGER = "INTEGER"
    FLOAT = "FLOAT"


@dataclass(frozen=True, slots=True)
class Key:
    """Says what a row is about, such as a month or a hashtag, and counts nothing."""


@dataclass(frozen=True, slots=True)
class People:
    """Counts people, each once."""


@dataclass(frozen=True, slots=True)
class Things:
    """Counts what exactly the people of the column `of` did: each of them at least one.

    Beside it, a count gives the largest shares of single people (`shares.py`).
    """

    of: str = PEOPLE


@dataclass(frozen=True, slots=True)
class Ratio:
    """An average, or a fraction, over the people of the column `of`, told with so many digits behind the point."""

    of: str = PEOPLE
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Derived:
    """Made of the other columns after these were rounded, so that it tells no more than they do."""


Figure: TypeAlias = Key | People | Things | Ratio | Derived


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its type, what it means, how it tells of people, and its unit."""

    name: str
    type: ColumnType
    text: str
    figure: Figure
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """Rows are ranges `low` to `high`, in order, of people who are in one of them each: small ones join their neighbours.

    `within` are the columns by which there are several such rows of ranges.
    """

    within: Sequence[str] = ()
    low: str = "from"
    high: str = "to"


class PlotKind(StrEnum):
    """How an answer is drawn."""

    LINE = "LINE"
    COLUMNS = "COLUMNS"
    BARS = "BARS"
    RANGES = "RANGES"
    """A value for each range of numbers that double: the axis is logarithmic."""
    HEAT = "HEAT"
    """A cell for each hour of the week."""
    MATRIX = "MATRIX"
    """A cell for each pair of `by` and `over`."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn of an answer: `values` over `over`, a series for each value of `by`, if any. `log` is of the values."""

    kind: PlotKind
    over: str
    values: Sequence[str]
    by: str | None = None
    label: str = ""
    """What `over` is, where that is no time."""
    log: bool = False
    percent: bool = False


def largest(things: str) -> str:
    """Return the name of the column with the largest shares of single people in a column of `Things`."""
    return f"{things}_largest"


def as_counted(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    """Return the rows as they are, where a question makes nothing more of its counts."""
    return rows


def nothing_read(_: Sequence[Row]) -> str:
    """Say nothing of rows."""
    return ""


@dataclass(frozen=True, slots=True)
class Question:
    """A named analytic.

    `count` gives a frame with every column but the derived ones, exact. `show` gets its rows after small groups were left out and
    all counts rounded, and returns the rows of the answer: it chooses, orders, and fills the derived columns.
    """

    name: str
    text: str
    engine: Engine
    why: str
    """Why this engine."""
    columns: Sequence[Column]
    plot: Plot
    count: "Callable[[Copy, Given], pl.DataFrame]"
    parameters: Sequence[Parameter] = ()
    show: Callable[[Sequence[Row], Given], Sequence[Row]] = as_counted
    small: Merged | None = None
    """How rows of few people are merged; None leaves them out."""
    reading: Callable[[Sequence[Row]], str] = nothing_read
    """Says in a sentence or two what the rows of an answer tell, for a page; it gets at least one row."""

    def __post_init__(self) -> None:
        """Refuse a question that does not say who is behind its rows.

        Raises:
            TypeError: it does not.

        """
        counts = {column.name for column in self.columns if isinstance(column.figure, People)}
        named = {column.figure.of for column in self.columns if isinstance(column.figure, Things | Ratio)}
        if PEOPLE not in counts or not named <= counts:
            raise TypeError(f"{self.name}: a column has to count the people behind what is told")

    def column(self, name: str) -> Column:
        """Return the column of a name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question was answered: rows in the order of its columns, as of a mark in milliseconds since 1970 UTC."""

    question: Question
    given: Given
    rows: Sequence[Sequence[Value]]
    mark: int
    epoch: str
    seconds: float
    """What the count took, also where the answer comes from a cache."""

    @property
    def named(self) -> Sequence[Row]:
        """Return the rows by the names of their columns."""
        names = [column.name for column in self.question.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]
