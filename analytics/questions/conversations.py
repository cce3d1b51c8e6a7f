"""The depth of conversations: how far replies go below a first post."""

from typing import TYPE_CHECKING

from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Things

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

DEPTHS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 49), (50, 1_000_000))
"""Ranges of depths. They are fixed, since one person begins conversations of several."""


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    begun = copy.sql("conversations")
    ranges = pl.DataFrame(DEPTHS, schema={"from": pl.Int64(), "to": pl.Int64()}, orient="row")
    placed = begun.sort("depth").join_asof(ranges.sort("from"), left_on="depth", right_on="from", coalesce=False)
    counted = placed.group_by("from", "to").agg(pl.col("person").n_unique().alias("people"), pl.len().alias("conversations"))
    return counted.sort("from")


QUESTION = Question(
    name="conversations",
    text="How deep do conversations go?",
    engine=Engine.DUCKDB,
    why="replies are followed level by level, by a recursive join that may be larger than memory",
    columns=(
        Column("from", ColumnType.INTEGER, "The least depth of the row: 0 is a post without a reply.", Key(), "replies"),
        Column("to", ColumnType.INTEGER, "The most depth of the row.", Key(), "replies"),
        Column("people", ColumnType.INTEGER, "People who began such a conversation.", People(), "people"),
        Column("conversations", ColumnType.INTEGER, "Conversations whose longest chain has so many replies.", Things(), "posts"),
    ),
    plot=Plot(PlotKind.COLUMNS, "from", ("conversations",), label="replies in the longest chain", log=True),
    count=_count,
)
