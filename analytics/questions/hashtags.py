"""Hashtags by time: the most used ones in each day, week or month."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import BY_MONTH, Span
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Row, Things

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

TOP = Whole("top", "How many hashtags to show, those that most people used.", 20, 1, 200)


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    span = Span.last(given["by"], given["buckets"], copy.mark)
    return copy.sql("hashtags", bucket=span.bucket.sql, since=span.since, until=span.until)


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    """Choose by what is shown: an order by exact counts would tell which of two equal counts is larger."""
    people: Counter[str] = Counter()
    for row in rows:
        people[str(row["hashtag"])] += int(row["people"] or 0)
    top = sorted(people, key=lambda hashtag: (-people[hashtag], hashtag))[: given["top"]]
    return [row for row in rows if row["hashtag"] in top]


QUESTION = Question(
    name="hashtags",
    text="Which hashtags are used in each day, week or month?",
    engine=Engine.DUCKDB,
    why="hashtags are joined with the posts for their authors, and the tables may be larger than memory",
    columns=(
        Column("start", ColumnType.DAY, "First day of the day, week or month.", Key()),
        Column("hashtag", ColumnType.TEXT, "The hashtag in lower case, without #.", Key()),
        Column("people", ColumnType.INTEGER, "People who used it.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts in which they used it.", Things(), "posts"),
    ),
    plot=Plot(PlotKind.LINE, "start", ("people",), by="hashtag"),
    count=_count,
    parameters=(BY_MONTH, Whole("buckets", "How many buckets, the newest that were over at the mark.", 12, 1, 120), TOP),
    show=_show,
)
