"""Degrees of separation: how many steps along follows it takes from one person to another, for a sample."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.fractions import with_fraction
from analytics.questions.group_size import MINIMUM
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import (
    Column,
    ColumnType,
    Engine,
    Key,
    People,
    Plot,
    PlotKind,
    Question,
    Row,
    Things,
    largest,
)
from analytics.questions.ranges import fraction

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

STEP = 50
"""Samples are of full steps of so many people, also where fewer follow anybody: of two samples that differ by one person, the
difference tells of this person. A sample of fewer is none."""


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    import numpy as np
    import polars as pl
    import rustworkx as rx

    from analytics.questions.follow_graph import FollowGraph

    follow_graph = FollowGraph.of(copy)
    graph, size = follow_graph.digraph(), follow_graph.people.height
    followers = follow_graph.follows["source"].unique().sort()
    sources = followers[: min(given["sources"], len(followers)) // STEP * STEP].to_list()
    # How many people each source finds at a distance, and, by None, how many it never reaches.
    shares: dict[int | None, list[int]] = {}
    reached: dict[int | None, np.ndarray] = {}
    for source in sources:
        missed = np.ones(size, dtype=np.bool_)
        for distance, layer in enumerate(rx.digraph_bfs_layers(graph, [source])):
            missed[layer] = False
            if distance:
                shares.setdefault(distance, []).append(len(layer))
                reached.setdefault(distance, np.zeros(size, dtype=np.bool_))[layer] = True
        if missed.any():
            shares.setdefault(None, []).append(int(missed.sum()))
            reached.setdefault(None, np.zeros(size, dtype=np.bool_))[missed] = True
    rows = [
        (distance, int(reached[distance].sum()), len(each), sum(each), sorted(each, reverse=True)[:MINIMUM])
        for distance, each in shares.items()
    ]
    whole = {name: pl.Int64() for name in ("distance", "people", "sources", "pairs")}
    frame = pl.DataFrame(rows, schema={**whole, largest("pairs"): pl.List(pl.Int64())}, orient="row")
    return frame.sort("distance", nulls_last=True)


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    """Leave out a distance at which only few of the sample find anybody: its figures would be theirs."""
    return with_fraction([row for row in rows if row["sources"] is not None], of="pairs")


def _reading(rows: Sequence[Row]) -> str:
    steps = [(int(row["distance"] or 0), int(row["pairs"] or 0)) for row in rows if row["distance"] is not None]
    pairs = sum(count for _, count in steps)
    if not pairs:
        return "Nobody of the sample reaches enough others."
    average = sum(distance * count for distance, count in steps) / pairs
    return f"Who reaches somebody does so in {average:.1f} steps on average."


QUESTION = Question(
    name="separation",
    text="In how many steps along follows does one person reach another?",
    engine=Engine.RUSTWORKX,
    why="each person of the sample walks the whole graph, which is held in memory as numbers",
    columns=(
        Column("distance", ColumnType.INTEGER, "Steps along follows; null where there is no way.", Key(), "steps"),
        Column("people", ColumnType.INTEGER, "People at this distance from at least one of the sample.", People(), "people"),
        Column("sources", ColumnType.INTEGER, "People of the sample who find somebody at it.", People(), "people"),
        Column("pairs", ColumnType.INTEGER, "Pairs of one of the sample and somebody at it.", Things("sources"), "pairs"),
        fraction("The part that they are of all such pairs."),
    ),
    plot=Plot(PlotKind.COLUMNS, "distance", ("fraction",), label="steps", percent=True),
    count=_count,
    parameters=(
        Whole("sources", "How many people who follow anybody to begin from, in full steps.", 100, STEP, 1_000, STEP),
    ),
    show=_show,
    reading=_reading,
)
