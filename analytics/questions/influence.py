"""Influence: the people of most PageRank among those who are widely followed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.questions.parameters import Given, Whole
from analytics.questions.question import Column, ColumnType, Derived, Engine, Key, People, Plot, PlotKind, Question, Ratio, Row

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

FOLLOWERS_LEAST = 50
"""Followers from which a person may be in a ranking: their own page says that they are followed by many."""
DAMPING, TOLERANCE, ROUNDS = 0.85, 1e-11, 200
"""PageRank: the chance to go on, the change of all scores at which it ends, and the most rounds."""


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl
    import rustworkx as rx

    from analytics.questions.follow_graph import FollowGraph

    graph = FollowGraph.of(copy)
    people = graph.people
    scores = rx.pagerank(graph.digraph(), alpha=DAMPING, tol=TOLERANCE, max_iter=ROUNDS) if people.height else {}
    followers = graph.follows.group_by(pl.col("target").alias("node")).len("people")
    ranked = people.with_columns(pl.Series("score", [scores[node] * people.height for node in range(people.height)], pl.Float64))
    notable = ranked.join(followers, on="node").filter(pl.col("people") >= FOLLOWERS_LEAST)
    return notable.select("person", "people", "score").sort("score", "person", descending=[True, False])


def _show(rows: Sequence[Row], given: Given) -> Sequence[Row]:
    known = [row for row in rows if int(row["people"] or 0) >= given["followers"]]
    ordered = sorted(known, key=lambda row: (-float(row["score"] or 0), str(row["person"])))
    return [{**row, "rank": rank} for rank, row in enumerate(ordered[: given["top"]], 1)]


QUESTION = Question(
    name="influence",
    text="Which widely followed people are followed by people who are themselves followed?",
    engine=Engine.RUSTWORKX,
    why="PageRank passes over all follows dozens of times, which are held in memory as numbers",
    columns=(
        Column("rank", ColumnType.INTEGER, "Place in the order of the scores.", Derived()),
        Column("person", ColumnType.TEXT, "Pseudonym of the epoch.", Key()),
        Column("people", ColumnType.INTEGER, "Their followers.", People(), "people"),
        Column("score", ColumnType.FLOAT, "PageRank, as a multiple of the average of all people.", Ratio(digits=1)),
    ),
    plot=Plot(PlotKind.BARS, "person", ("score",), label="times the average PageRank"),
    count=_count,
    parameters=(
        Whole("top", "How many people to show.", 20, 1, 200),
        Whole("followers", "Least number of followers of who is shown.", 100, FOLLOWERS_LEAST, 1_000_000),
    ),
    show=_show,
)
