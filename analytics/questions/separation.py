"""Degrees of separation: how many steps along follows it takes from one person to another, for a sample."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.fractions import with_fraction
from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Engine, Key, People, Plot, PlotKind, Question, Row, Things
from analytics.questions.ranges import fraction

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

STEP = 50
"""Samples grow by so many people at once: by one at a time, the difference of two answers would be of one person."""


def _count(copy: "Copy", given: Given) -> "pl.DataFrame":
    import numpy as np
    import polars as pl
    import rustworkx as rx

    from analytics.questions.follow_graph import FollowGraph

    follow_graph = FollowGraph.of(copy)
    graph, size = follow_graph.digraph(), follow_graph.people.height
    sources = follow_graph.follows["source"].unique().sort()[: given["sources"]].to_list()
    pairs: dict[int, int] = {}
    reached: dict[int, np.ndarray] = {}
    all_reached = np.zeros(size, dtype=np.int64)
    for source in sources:
        for distance, layer in enumerate(rx.digraph_bfs_layers(graph, [source])):
            all_reached[layer] += 1
            if distance:
                pairs[distance] = pairs.get(distance, 0) + len(layer)
                reached.setdefault(distance, np.zeros(size, dtype=np.bool_))[layer] = True
    rows: list[tuple[int | None, int, int]] = [(step, int(reached[step].sum()), pairs[step]) for step in sorted(pairs)]
    missed = len(sources) - all_reached
    if sources:
        rows.append((None, int((missed > 0).sum()), int(missed.sum())))
    return pl.DataFrame(rows, schema={"distance": pl.Int64(), "people": pl.Int64(), "pairs": pl.Int64()}, orient="row")


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return with_fraction(rows, of="pairs")


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
        Column("pairs", ColumnType.INTEGER, "Pairs of one of the sample and somebody at this distance.", Things(), "pairs"),
        fraction("The part that they are of all such pairs."),
    ),
    plot=Plot(PlotKind.COLUMNS, "distance", ("fraction",), label="steps", percent=True),
    count=_count,
    parameters=(Whole("sources", "How many people of those who follow anybody to begin from.", 100, STEP, 1_000, STEP),),
    show=_show,
    reading=_reading,
)
