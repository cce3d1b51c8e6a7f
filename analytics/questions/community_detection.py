"""Finds communities in the follow graph by label propagation: everybody takes the label that most of their neighbours have.

Half of the people choose at a time, by the evenness of their numbers, or two groups could change places for ever. Who follows
somebody and is followed back counts twice. Of equally frequent labels one's own stays, else the smallest wins, so the same graph
always has the same communities.
"""

from typing import TYPE_CHECKING

import polars as pl

from analytics.questions.group_size import SHOWN_FROM

if TYPE_CHECKING:
    from analytics.questions.follow_graph import FollowGraph

ROUNDS = 20
"""Most rounds: nearly all graphs settle in fewer, and what still changes then are people between two communities."""
OTHERS = 0
"""The number for all communities that are too small to be shown."""


def labels(graph: "FollowGraph") -> pl.DataFrame:
    """Return the columns `node` and `label`."""
    one_way = graph.follows.select(node="source", neighbour="target")
    neighbours = pl.concat([one_way, one_way.select(node="neighbour", neighbour="node")])
    found = graph.people.select("node", label="node")
    for _ in range(ROUNDS):
        before = found
        for half in (0, 1):
            chosen = _chosen(neighbours.filter(pl.col("node") % 2 == half), found)
            found = found.join(chosen, on="node", how="left").select("node", pl.coalesce("chosen", "label").alias("label"))
        if found.equals(before):
            break
    return found


def _chosen(neighbours: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return the columns `node` and `chosen` for those who have neighbours."""
    counted = neighbours.join(found, left_on="neighbour", right_on="node").group_by("node", "label").len("votes")
    own = found.rename({"label": "own"})
    is_own = pl.col("label") == pl.col("own")
    ordered = counted.join(own, on="node").sort("votes", is_own, "label", descending=[True, True, False])
    return ordered.unique("node", keep="first", maintain_order=True).select("node", chosen="label")


def communities(graph: "FollowGraph") -> pl.DataFrame:
    """Return the columns `node`, `person` and `community`: 1 is the largest, and OTHERS stands for all that are too small."""
    found = labels(graph)
    sizes = found.group_by("label").len("size").sort("size", "label", descending=[True, False]).with_row_index("rank", offset=1)
    rank = pl.when(pl.col("size") < SHOWN_FROM).then(OTHERS).otherwise(pl.col("rank")).cast(pl.Int64).alias("community")
    return graph.people.join(found.join(sizes, on="label"), on="node").select("node", "person", rank)
