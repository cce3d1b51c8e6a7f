"""Generates a follow graph with power laws of followers and followed; the same size gives the same graph."""

from itertools import accumulate
from pathlib import Path
from random import Random

FOLLOWED_STEEPNESS = 3.0
"""Exponent of the power law of fame: the person at fraction x of the order has followers in proportion to x^(1 / this - 1)."""
FOLLOWING_EXPONENT = 1.6
"""Exponent of the Pareto distribution of how many people one follows: most few, some very many."""


def write_edges(path: Path, people: int, follows: int) -> None:
    """Write about `follows` lines of `src dst`. People without any follow do not appear."""
    rng = Random(f"{people} {follows}")
    weights = list(accumulate(rng.paretovariate(FOLLOWING_EXPONENT) for _ in range(people)))
    edges: dict[tuple[int, int], None] = {}
    while len(edges) < follows:
        missing = follows - len(edges)
        for source in rng.choices(range(people), cum_weights=weights, k=missing):
            target = int(people * rng.random() ** FOLLOWED_STEEPNESS)
            if source != target:
                edges[source, target] = None
    path.write_text("".join(f"{source} {target}\n" for source, target in edges), "ascii")
