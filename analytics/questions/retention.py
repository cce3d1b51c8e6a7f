"""Retention: who came in a month, and is still active so many months later."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import Bucket, Span
from analytics.questions.fractions import quotient
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Row
from analytics.questions.ranges import fraction

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    span = Span.last(Bucket.MONTH, given["months"], copy.mark)
    return copy.sql("retention", since=span.since, until=span.until)


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return [{**row, "fraction": quotient(row["people"], row["joined"])} for row in rows]


QUESTION = Question(
    name="retention",
    text="How many of those who came in a month were still active so many months later?",
    engine=Engine.DUCKDB,
    why="people are counted once by cohort and month over four tables, which may be larger than memory",
    columns=(
        Column("cohort", ColumnType.DAY, "First day of the month of signing up.", Key()),
        Column("after", ColumnType.INTEGER, "Calendar months since then; 0 is that month itself.", Key(), "months"),
        Column("joined", ColumnType.INTEGER, "People who signed up in that month and are here now.", People(), "people"),
        Column("people", ColumnType.INTEGER, "Those of them who did something in the later month.", People(), "people"),
        fraction("The part that they are of those who signed up."),
    ),
    plot=Plot(PlotKind.MATRIX, "after", ("fraction",), by="cohort", label="months after signing up", percent=True),
    count=_count,
    parameters=(Whole("months", "How many cohorts to show, the newest.", 12, 1, 60),),
    show=_show,
)
