"""The degrees of the follow graph: how many people have how many followers, and follow how many."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics.questions.fractions import with_fraction
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, Merged, People, Plot, PlotKind, Question, Row
from analytics.questions.ranges import fraction, range_columns, ranges

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

DIRECTION = "direction"


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    people, follows = copy.table("people").select("person"), copy.table("follows")
    found = [
        people.join(follows.group_by(pl.col(end).alias("person")).len("degree"), on="person", how="left")
        .with_columns(*ranges(pl.col("degree").fill_null(0).cast(pl.Int64)))
        .group_by("from", "to")
        .len("people")
        .with_columns(pl.lit(direction).alias(DIRECTION))
        for direction, end in (("followers", "followed"), ("following", "follower"))
    ]
    return pl.concat(found).collect()


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return with_fraction(rows, within=DIRECTION)


def _reading(rows: Sequence[Row]) -> str:
    """Say up to how many followers half of all people have: the end of the range in which the middle one is."""
    ranges_ = [(int(row["to"] or 0), int(row["people"] or 0)) for row in rows if row[DIRECTION] == "followers"]
    so_far = accumulate(people for _, people in ranges_)
    half = sum(people for _, people in ranges_) / 2
    most = next((to for (to, _), people in zip(ranges_, so_far, strict=True) if people >= half), None)
    return "" if most is None else f"Half of all people have {most:,} followers or fewer."


QUESTION = Question(
    name="degrees",
    text="How many followers do people have, and how many do they follow?",
    engine=Engine.POLARS,
    why="one scan of the follows, counted by person",
    columns=(
        Column(DIRECTION, ColumnType.TEXT, "`followers` or `following`.", Key()),
        *range_columns("number of followers, or of people followed,"),
        Column("people", ColumnType.INTEGER, "People with so many.", People(), "people"),
        fraction("The part that they are of all people of this direction."),
    ),
    plot=Plot(PlotKind.RANGES, "from", ("people",), by=DIRECTION, label="followers, or people followed", log=True),
    count=_count,
    show=_show,
    small=Merged(within=(DIRECTION,)),
    reading=_reading,
)
