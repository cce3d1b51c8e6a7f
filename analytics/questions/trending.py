"""Trending hashtags: those that more people used in the last bucket of time than in those before it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import BY, Span
from analytics.questions.group_size import SHOWN_FROM
from analytics.questions.hashtags import TOP
from analytics.questions.parameters import Given
from analytics.questions.question import (
    PEOPLE,
    Column,
    ColumnType,
    Derived,
    Engine,
    Key,
    People,
    Plot,
    PlotKind,
    Question,
    Row,
    Things,
)
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

BEFORE = 4
"""Buckets before the last one, from whose average a number of people is expected."""
CERTAINTY = 5.0
"""People who are added to the expected number, so that a handful of people is no trend by chance alone."""


FEW = SHOWN_FROM - 1
"""People who are expected of a bucket that is not shown: as many as it may have, or a hashtag that seven people used each week
would be a trend as soon as it is eight."""


def _before(buckets: int) -> str:
    """Return the name of the column about the bucket that is so many before the last one, which is 0 itself."""
    return f"before_{buckets}" if buckets else PEOPLE


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    import polars as pl

    span = Span.last(given["by"], BEFORE + 1, copy.mark)
    used = copy.table("hashtags").filter(pl.col("at") >= span.first_moment, pl.col("at") < span.end)
    start = pl.col("at").dt.truncate(span.bucket.every).dt.date().alias("start")
    authors = copy.table("posts").select("post", "author")
    starts = [span.bucket.before(span.until, ago + 1) for ago in range(BEFORE + 1)]

    def was_in(ago: int) -> pl.Expr:
        return pl.col("start") == starts[ago]

    by_author = (
        used.join(authors, on="post")
        .with_columns(start)
        .group_by("hashtag", "author")
        .agg(
            pl.col("post").filter(was_in(0)).n_unique().alias("posts"),
            *(was_in(ago).any().alias(_before(ago)) for ago in range(BEFORE + 1)),
        )
    )
    people = [pl.col(_before(ago)).sum() for ago in range(BEFORE + 1)]
    counted = by_author.group_by("hashtag").agg(pl.lit(starts[0]).alias("start"), *people, *shares("posts"))
    return counted.sort("hashtag").collect()


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    """Compare what is shown: a bucket of few people counts as one of FEW."""
    found = [_trend(row) for row in rows]
    rising = [row for row in found if float(row["score"] or 0) > 0]
    return sorted(rising, key=lambda row: (-float(row["score"] or 0), str(row["hashtag"])))[: given["top"]]


def _trend(row: Row) -> Row:
    people = int(row["people"] or 0)
    before = [row[_before(ago)] for ago in range(1, BEFORE + 1)]
    expected = sum(FEW if count is None else int(count) for count in before) / BEFORE
    return {**row, "expected": round(expected, 1), "score": round((people - expected) / (expected + CERTAINTY) ** 0.5, 2)}


QUESTION = Question(
    name="trending",
    text="Which hashtags are used by more people than before?",
    engine=Engine.POLARS,
    why="one join of a few buckets of time",
    columns=(
        Column("hashtag", ColumnType.TEXT, "The hashtag in lower case, without #.", Key()),
        Column("start", ColumnType.DAY, "First day of the last day, week or month that was over at the mark.", Key()),
        Column("people", ColumnType.INTEGER, "People who used it then.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts in which they used it.", Things(), "posts"),
        *(
            Column(_before(ago), ColumnType.INTEGER, f"People who used it {ago} before that.", People(), "people")
            for ago in range(1, BEFORE + 1)
        ),
        Column("expected", ColumnType.FLOAT, f"The average of those before; {FEW} where none are told.", Derived(), "people"),
        Column("score", ColumnType.FLOAT, "How far the people are above that, in about its standard deviations.", Derived()),
    ),
    plot=Plot(PlotKind.BARS, "hashtag", ("people",), label="people"),
    count=_count,
    parameters=(BY, TOP),
    show=_show,
)
