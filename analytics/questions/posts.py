"""Posts by time: how much is written, and by how many."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import BUCKETS, BY, Span
from analytics.questions.fractions import quotient
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Derived, Engine, Key, People, Plot, PlotKind, Question, Row, Things
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    import polars as pl

    span = Span.last(given["by"], given["buckets"], copy.mark)
    posts = copy.table("posts").filter(pl.col("at") >= span.first_moment, pl.col("at") < span.end)
    start = pl.col("at").dt.truncate(span.bucket.every).dt.date().alias("start")
    by_author = posts.group_by(start, "author").agg(pl.len().alias("posts"), (pl.col("kind") == "REPLY").sum().alias("replies"))
    repliers = (pl.col("replies") > 0).sum().alias("repliers")
    counted = by_author.group_by("start").agg(pl.len().alias("people"), *shares("posts"), repliers, *shares("replies"))
    return counted.sort("start").collect()


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return [{**row, "per_person": quotient(row["posts"], row["people"], 2)} for row in rows]


QUESTION = Question(
    name="posts",
    text="How many posts are written each day, week or month?",
    engine=Engine.POLARS,
    why="one scan of three columns",
    columns=(
        Column("start", ColumnType.DAY, "First day of the day, week or month.", Key()),
        Column("people", ColumnType.INTEGER, "People who wrote.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts that they wrote, replies and quotes among them.", Things(), "posts"),
        Column("per_person", ColumnType.FLOAT, "Posts for each of these people.", Derived(), "posts"),
        Column("repliers", ColumnType.INTEGER, "People who wrote replies.", People(), "people"),
        Column("replies", ColumnType.INTEGER, "Replies that they wrote.", Things("repliers"), "posts"),
    ),
    plot=Plot(PlotKind.LINE, "start", ("posts", "replies")),
    count=_count,
    parameters=(BY, BUCKETS),
    show=_show,
)
