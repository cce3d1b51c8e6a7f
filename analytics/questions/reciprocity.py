"""Reciprocity: how many follows are returned, and by whom."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.fractions import quotient
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Merged, People, Plot, PlotKind, Question, Row, Things
from analytics.questions.ranges import fraction, range_columns, ranges
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    follows = copy.table("follows").select("follower", "followed")
    back = follows.select(follower="followed", followed="follower", returned=pl.lit(1, pl.Int64))
    people = (
        follows.join(back, on=["follower", "followed"], how="left")
        .group_by("followed")
        .agg(pl.len().cast(pl.Int64).alias("follows"), pl.col("returned").sum())
    )
    counted = people.with_columns(*ranges(pl.col("follows"))).group_by("from", "to")
    return counted.agg(
        pl.len().alias("people"),
        *shares("follows"),
        (pl.col("returned") > 0).sum().alias("returners"),
        *shares("returned"),
    ).collect()


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    """Divide what is told; where all are returned, rounding alone may make the part larger than the whole."""
    fractions = [quotient(row["returned"], row["follows"]) for row in rows]
    return [{**row, "fraction": part and min(part, 1.0)} for row, part in zip(rows, fractions, strict=True)]


def _reading(rows: Sequence[Row]) -> str:
    follows, returned = (sum(int(row[name] or 0) for row in rows) for name in ("follows", "returned"))
    return f"Of all follows, {returned / max(follows, 1):.0%} are returned."


QUESTION = Question(
    name="reciprocity",
    text="How many follows are returned, by people with how many followers?",
    engine=Engine.POLARS,
    why="one join of the follows with themselves, which took the graph half a minute",
    columns=(
        *range_columns("number of followers"),
        Column("people", ColumnType.INTEGER, "People with so many followers.", People(), "people"),
        Column("follows", ColumnType.INTEGER, "Follows of these people by others.", Things(), "follows"),
        Column("returners", ColumnType.INTEGER, "Those of them who return at least one.", People(), "people"),
        Column("returned", ColumnType.INTEGER, "Follows that they return.", Things("returners"), "follows"),
        fraction("The part of these follows that is returned."),
    ),
    plot=Plot(PlotKind.RANGES, "from", ("fraction",), label="followers", percent=True),
    count=_count,
    show=_show,
    small=Merged(),
    reading=_reading,
)
