"""Growth: who came in which month."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics.questions.buckets import Bucket, Span
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Derived, Engine, Key, People, Plot, PlotKind, Question, Row

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

MOST_MONTHS = 240


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    until = Span.last(Bucket.MONTH, 1, copy.mark).until
    people = copy.table("people").filter(pl.col("joined") < until)
    return people.group_by(pl.col("joined").alias("month")).len("people").sort("month").collect()


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    totals = accumulate(int(row["people"] or 0) for row in rows)
    return [{**row, "total": total} for row, total in zip(rows, totals, strict=True)][-given["months"] :]


def _reading(rows: Sequence[Row]) -> str:
    newest = rows[-1]
    return f"About {newest['people']:,} came in the last month that was over, and about {newest['total']:,} up to then."


QUESTION = Question(
    name="growth",
    text="How many of those who are here now came in which month?",
    engine=Engine.POLARS,
    why="one scan of a column",
    columns=(
        Column("month", ColumnType.DAY, "First day of the month of signing up.", Key()),
        Column("people", ColumnType.INTEGER, "People who signed up in it and are here now.", People(), "people"),
        Column("total", ColumnType.INTEGER, "They and those of all shown months before.", Derived(), "people"),
    ),
    plot=Plot(PlotKind.COLUMNS, "month", ("people",)),
    count=_count,
    parameters=(Whole("months", "How many months to show, the newest.", 36, 1, MOST_MONTHS),),
    show=_show,
    reading=_reading,
)
