"""The communities of the follow graph: groups that follow each other more than others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.fractions import with_fraction
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Ratio, Row
from analytics.questions.ranges import fraction

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl

    from analytics.questions.community_detection import communities
    from analytics.questions.follow_graph import FollowGraph

    graph = FollowGraph.of(copy)
    found = communities(graph)
    ends = [found.select(pl.col("node").alias(end), pl.col("community").alias(f"{end}s")) for end in ("source", "target")]
    follows = graph.follows.join(ends[0], on="source").join(ends[1], on="target")
    # Each person counts once, however many they follow.
    stays = pl.col("sources") == pl.col("targets")
    each = follows.group_by("source", community="sources").agg(stays.mean().alias("inside"))
    inside = each.group_by("community").agg(pl.len().alias("following"), pl.col("inside").mean())
    counted = found.group_by("community").len("people").join(inside, on="community", how="left")
    return counted.with_columns(pl.col("following").fill_null(0)).sort("community")


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    found = [{**row, "inside": None} if row["community"] == 0 else row for row in with_fraction(rows)]
    return sorted(found, key=lambda row: (row["community"] == 0, row["community"]))[: given["top"]]


QUESTION = Question(
    name="communities",
    text="Which groups follow each other more than others, and how large are they?",
    engine=Engine.POLARS,
    why="label propagation is a join and a count of all follows for each round",
    columns=(
        Column("community", ColumnType.INTEGER, "Its place by rounded size, from 1; 0 is everybody in small ones.", Key()),
        Column("people", ColumnType.INTEGER, "People in it.", People(), "people"),
        Column("following", ColumnType.INTEGER, "Those of them who follow somebody.", People(), "people"),
        Column("inside", ColumnType.FLOAT, "The part of their follows that stays in it, on average.", Ratio("following")),
        fraction("The part that its people are of all."),
    ),
    plot=Plot(PlotKind.BARS, "community", ("people",), label="people"),
    count=_count,
    parameters=(Whole("top", "How many communities to show, the largest.", 20, 1, 500),),
    show=_show,
)
