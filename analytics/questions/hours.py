"""The rhythm of a week: at which hours posts are written."""

from typing import TYPE_CHECKING

from analytics.questions.buckets import Bucket, Span
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Things

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    at = pl.col("at")
    posts = copy.table("posts").filter(at < Span.last(Bucket.WEEK, 1, copy.mark).end)
    hours = posts.group_by(at.dt.weekday().alias("weekday"), at.dt.hour().alias("hour"))
    counted = hours.agg(pl.col("author").n_unique().alias("people"), pl.len().alias("posts"))
    return counted.sort("weekday", "hour").collect()


QUESTION = Question(
    name="hours",
    text="At which hours of the week are posts written?",
    engine=Engine.POLARS,
    why="one scan of two columns",
    columns=(
        Column("weekday", ColumnType.INTEGER, "Day of the week in UTC: 1 is Monday, 7 is Sunday.", Key()),
        Column("hour", ColumnType.INTEGER, "Hour of the day in UTC, from 0 to 23.", Key()),
        Column("people", ColumnType.INTEGER, "People who ever wrote in this hour of the week.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts that they wrote in it.", Things(), "posts"),
    ),
    plot=Plot(PlotKind.HEAT, "hour", ("posts",)),
    count=_count,
)
