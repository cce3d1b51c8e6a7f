"""Clustering: how often the neighbours of somebody are neighbours themselves."""

from typing import TYPE_CHECKING

from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Merged, People, Plot, PlotKind, Question, Ratio
from analytics.questions.ranges import range_columns, ranges

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    people = copy.sql("clustering")
    possible = pl.col("neighbours") * (pl.col("neighbours") - 1) / 2
    local = people.with_columns(*ranges(pl.col("neighbours")), (pl.col("triangles") / possible).alias("clustering"))
    return local.group_by("from", "to").agg(pl.len().alias("people"), pl.col("clustering").mean())


QUESTION = Question(
    name="clustering",
    text="How often are two neighbours of somebody neighbours themselves?",
    engine=Engine.DUCKDB,
    why="there are many more triangles than follows, and DuckDB counts them without holding all of them",
    columns=(
        *range_columns("number of neighbours, who follow somebody or are followed by them,"),
        Column("people", ColumnType.INTEGER, "People with so many neighbours, at least two.", People(), "people"),
        Column("clustering", ColumnType.FLOAT, "Their local clustering coefficient, on average.", Ratio(digits=3)),
    ),
    plot=Plot(PlotKind.RANGES, "from", ("clustering",), label="neighbours", percent=True),
    count=_count,
    small=Merged(),
)
