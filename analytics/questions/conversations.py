"""The depth of conversations: how far replies go below a first post."""

from typing import TYPE_CHECKING

from analytics.questions.buckets import last_year
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Things
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

DEPTHS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 49), (50, None))
"""Ranges of depths; the last one has no end. They are fixed, since one person begins conversations of several."""


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    span = last_year(copy.mark)
    begun = copy.sql("conversations", since=span.since, until=span.until)
    ranges = pl.DataFrame(DEPTHS, schema={"from": pl.Int64(), "to": pl.Int64()}, orient="row")
    placed = begun.sort("depth").join_asof(ranges.sort("from"), left_on="depth", right_on="from", coalesce=False)
    by_person = placed.group_by("from", "to", "person").len("conversations")
    return by_person.group_by("from", "to").agg(pl.len().alias("people"), *shares("conversations")).sort("from")


QUESTION = Question(
    name="conversations",
    text="How deep did the conversations of the last twelve months go?",
    engine=Engine.DUCKDB,
    why="replies are followed level by level, by a recursive join that may be larger than memory",
    columns=(
        Column("from", ColumnType.INTEGER, "The least depth of the row: 0 is a post without a reply.", Key(), "replies"),
        Column("to", ColumnType.INTEGER, "The most depth of the row; null where it has no end.", Key(), "replies"),
        Column("people", ColumnType.INTEGER, "People who began such a conversation.", People(), "people"),
        Column("conversations", ColumnType.INTEGER, "Conversations whose longest chain has so many replies.", Things(), "posts"),
    ),
    plot=Plot(PlotKind.COLUMNS, "from", ("conversations",), label="replies in the longest chain", log=True),
    count=_count,
)
