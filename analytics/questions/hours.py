"""The rhythm of a week: at which hours posts are written."""

from typing import TYPE_CHECKING

from analytics.questions.buckets import last_year
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Things
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    at, span = pl.col("at"), last_year(copy.mark)
    posts = copy.table("posts").filter(at >= span.first_moment, at < span.end)
    by_author = posts.group_by(at.dt.weekday().alias("weekday"), at.dt.hour().alias("hour"), "author").len("posts")
    counted = by_author.group_by("weekday", "hour").agg(pl.len().alias("people"), *shares("posts"))
    return counted.sort("weekday", "hour").collect()


QUESTION = Question(
    name="hours",
    text="At which hours of the week are posts written, over the last twelve months?",
    engine=Engine.POLARS,
    why="one scan of two columns",
    columns=(
        Column("weekday", ColumnType.INTEGER, "Day of the week in UTC: 1 is Monday, 7 is Sunday.", Key()),
        Column("hour", ColumnType.INTEGER, "Hour of the day in UTC, from 0 to 23.", Key()),
        Column("people", ColumnType.INTEGER, "People who wrote in this hour of any week.", People(), "people"),
        Column("posts", ColumnType.INTEGER, "Posts that they wrote in it.", Things(), "posts"),
    ),
    plot=Plot(PlotKind.HEAT, "hour", ("posts",)),
    count=_count,
)
