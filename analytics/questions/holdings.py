"""What a copy holds: how many people, and what of theirs, for the head of the overview."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Row, Things
from analytics.questions.shares import shares

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

KINDS = ("people", "posts", "follows", "likes", "reposts", "uses of hashtags")
"""What is counted, in the order in which it is told."""


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    posts = copy.table("posts")
    tags = copy.table("hashtags").select("post").join(posts.select("post", "author"), on="post")
    whose = (
        copy.table("people").select("person"),
        posts.select(person="author"),
        copy.table("follows").select(person="follower"),
        copy.table("likes").select("person"),
        copy.table("reposts").select("person"),
        tags.select(person="author"),
    )
    by_person = pl.concat(
        each.group_by("person").len("rows").with_columns(pl.lit(kind).alias("kind"))
        for kind, each in zip(KINDS, whose, strict=True)
    )
    return by_person.group_by("kind").agg(pl.len().alias("people"), *shares("rows")).collect()


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return sorted(rows, key=lambda row: KINDS.index(str(row["kind"])))


QUESTION = Question(
    name="holdings",
    text="What does the copy hold?",
    engine=Engine.POLARS,
    why="one scan of a column of each table",
    columns=(
        Column("kind", ColumnType.TEXT, "What is counted.", Key()),
        Column("people", ColumnType.INTEGER, "People who are it, or did it.", People(), "people"),
        Column("rows", ColumnType.INTEGER, "How many there are.", Things()),
    ),
    plot=Plot(PlotKind.BARS, "kind", ("rows",)),
    count=_count,
    show=_show,
)
"""It is asked for the overview alone, so it is no question of the catalogue."""
