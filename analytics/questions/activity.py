"""Activity: how many people did something by day, week or month."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.buckets import BUCKETS, BY, Span
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Row

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    span = Span.last(given["by"], given["buckets"], copy.mark)
    return copy.sql("activity", bucket=span.bucket.sql, since=span.since, until=span.until)


def _reading(rows: Sequence[Row]) -> str:
    last = rows[-1]
    wrote = "" if last["writers"] is None else f", and {last['writers']:,} of them wrote"
    return f"About {last['people']:,} people did something in the last one{wrote}."


def _people(name: str, text: str) -> Column:
    return Column(name, ColumnType.INTEGER, text, People(), "people")


QUESTION = Question(
    name="activity",
    text="How many people did something each day, week or month?",
    engine=Engine.DUCKDB,
    why="people are counted once over four tables, which may be larger than memory",
    columns=(
        Column("start", ColumnType.DAY, "First day of the day, week or month.", Key()),
        _people("people", "People who wrote, reposted, liked or followed."),
        _people("writers", "People who wrote a post."),
        _people("reposters", "People who reposted."),
        _people("likers", "People who liked."),
        _people("followers", "People who followed somebody."),
    ),
    plot=Plot(PlotKind.LINE, "start", ("people", "writers", "likers", "followers")),
    count=_count,
    parameters=(BY, BUCKETS),
    reading=_reading,
)
