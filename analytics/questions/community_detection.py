"""Finds communities in the follow graph by label propagation: everybody takes the label that most of their neighbours have.

Half of the people choose at a time, by the evenness of their numbers, or two groups could change places for ever. Who follows
somebody and is followed back counts twice. Of equally frequent labels one's own stays, else the smallest wins, so the same graph
always has the same communities.
"""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from analytics.questions.group_size import SHOWN_FROM, rounded

if TYPE_CHECKING:
    from analytics.questions.follow_graph import FollowGraph

ROUNDS = 20
"""Most rounds: nearly all graphs settle in fewer, and what still changes then are people between two communities."""
LABELS = 1 << 32
"""More than there are labels, which are the numbers of people."""
OTHERS = 0
"""The number for all communities that are too small to be shown."""


def labels(graph: "FollowGraph") -> pl.DataFrame:
    """Return the columns `node` and `label`."""
    found = graph.people["node"].cast(pl.UInt32).to_numpy(writable=True)
    halves = [_neighbours(graph.follows, half) for half in (0, 1)]
    for _ in range(ROUNDS):
        before = found.copy()
        for neighbours in halves:
            chosen = _chosen(neighbours, found)
            found[chosen["node"].to_numpy()] = chosen["label"].to_numpy()
        if np.array_equal(found, before):
            break
    return graph.people.select("node", pl.Series("label", found))


def _neighbours(follows: pl.DataFrame, half: int) -> pl.DataFrame:
    """Return the columns `node` and `neighbour` of half of the people, a row for each follow in either direction."""
    one_way = follows.select(node="source", neighbour="target")
    both = pl.concat([one_way, one_way.select(node="neighbour", neighbour="node")])
    return both.filter(pl.col("node") % 2 == half)


def _chosen(neighbours: pl.DataFrame, found: "np.ndarray") -> pl.DataFrame:
    """Return the columns `node` and `label`: what those who have neighbours choose.

    Votes, whether a label is one's own, and the label from the largest down are one number, of which the largest wins: so nothing
    has to be sorted.
    """
    labelled = neighbours.select("node", pl.Series("label", found[neighbours["neighbour"].to_numpy()]))
    votes = labelled.group_by("node", "label").len("votes")
    votes = votes.with_columns(pl.Series("own", found[votes["node"].to_numpy()]))
    is_own = (pl.col("label") == pl.col("own")).cast(pl.UInt64)
    score = pl.col("votes").cast(pl.UInt64) * (2 * LABELS) + is_own * LABELS + (LABELS - 1 - pl.col("label").cast(pl.UInt64))
    best = votes.group_by("node").agg(score.max().alias("best"))
    return best.select("node", (LABELS - 1 - pl.col("best") % LABELS).cast(pl.UInt32).alias("label"))


def communities(graph: "FollowGraph") -> pl.DataFrame:
    """Return the columns `node`, `person` and `community`: 1 is the largest, and OTHERS stands for all that are too small.

    The order is that of rounded sizes: by exact ones it would tell which of two communities of the same rounded size is larger.
    """
    found = labels(graph)
    sizes = found.group_by("label").len("size")
    told = pl.Series("told", [rounded(size) for size in sizes["size"]], pl.Int64)
    sizes = sizes.with_columns(told).sort("told", "label", descending=[True, False]).with_row_index("rank", offset=1)
    rank = pl.when(pl.col("size") < SHOWN_FROM).then(OTHERS).otherwise(pl.col("rank")).cast(pl.Int64).alias("community")
    return graph.people.join(found.join(sizes, on="label"), on="node").select("node", "person", rank)
