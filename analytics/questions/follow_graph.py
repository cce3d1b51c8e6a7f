"""The follow graph with whole numbers for its people, as algorithms want it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from analytics.questions.copy import Copy

if TYPE_CHECKING:
    import rustworkx as rx


@dataclass(frozen=True, slots=True)
class FollowGraph:
    """People numbered from 0 in the order of their pseudonyms, and who follows whom by these numbers.

    The order says nothing of people, since pseudonyms are keyed hashes; so the first so many are a sample of all.
    """

    people: pl.DataFrame
    """Columns `node` and `person`."""
    follows: pl.DataFrame
    """Columns `source` and `target`."""

    @classmethod
    def of(cls, copy: Copy) -> "FollowGraph":
        """Read it from a copy."""
        people = copy.table("people").select("person").sort("person").with_row_index("node").collect()
        nodes = people.lazy()
        follows = (
            copy.table("follows")
            .join(nodes.rename({"node": "source"}), left_on="follower", right_on="person")
            .join(nodes.rename({"node": "target"}), left_on="followed", right_on="person")
            .select("source", "target")
            .sort("source", "target")
        )
        return cls(people, follows.collect())

    def digraph(self) -> "rx.PyDiGraph[int, None]":
        """Return it as rustworkx knows it."""
        import rustworkx as rx

        graph: rx.PyDiGraph[int, None] = rx.PyDiGraph(multigraph=False, node_count_hint=self.people.height)
        graph.add_nodes_from(range(self.people.height))
        graph.add_edges_from_no_data(self.follows.rows())
        return graph
