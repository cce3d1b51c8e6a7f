"""The components of the follow graph: of how large a part everybody can reach everybody."""

from collections.abc import Iterable, Sequence, Sized
from typing import TYPE_CHECKING

from analytics.questions.fractions import with_fraction
from analytics.questions.parameters import Given
from analytics.questions.question import Column, ColumnType, Engine, Key, Merged, People, Plot, PlotKind, Question, Row
from analytics.questions.ranges import fraction, range_columns, ranges

if TYPE_CHECKING:
    import polars as pl

    from analytics.questions.copy import Copy

KIND = "kind"


def _count(copy: "Copy", _: Given) -> "pl.DataFrame":
    import polars as pl
    import rustworkx as rx

    from analytics.questions.follow_graph import FollowGraph

    graph = FollowGraph.of(copy).digraph()
    found: dict[str, Iterable[Sized]] = {
        "weak": rx.weakly_connected_components(graph),
        "strong": rx.strongly_connected_components(graph),
    }
    sizes = [(kind, len(component)) for kind, components in found.items() for component in components]
    frame = pl.DataFrame(sizes, schema={KIND: pl.String(), "size": pl.Int64()}, orient="row")
    return frame.with_columns(*ranges(pl.col("size"))).group_by(KIND, "from", "to").agg(pl.col("size").sum().alias("people"))


def _show(rows: Sequence[Row], _: Given) -> Sequence[Row]:
    return with_fraction(rows, within=KIND)


QUESTION = Question(
    name="components",
    text="How many people are in components of the follow graph of which size?",
    engine=Engine.RUSTWORKX,
    why="components are found by walking the whole graph, which is held in memory as numbers",
    columns=(
        Column(
            KIND,
            ColumnType.TEXT,
            "`weak`: connected by follows in either direction; `strong`: everybody reaches everybody along follows.",
            Key(),
        ),
        *range_columns("number of people in a component"),
        Column("people", ColumnType.INTEGER, "People in all components of such a size.", People(), "people"),
        fraction("The part that they are of all people."),
    ),
    plot=Plot(PlotKind.RANGES, "from", ("people",), by=KIND, label="people in the component", log=True),
    count=_count,
    show=_show,
    small=Merged(within=(KIND,)),
)
