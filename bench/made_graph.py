"""A follow graph for those without a real one: a power law at both ends, the same for the same size."""

from itertools import accumulate
from pathlib import Path
from random import Random

FOLLOWED_STEEPNESS = 3.0
"""Of people in order of fame, the one at the share x of it is followed in proportion to x to the power 1 / this - 1."""
FOLLOWING_SHAPE = 1.6
"""Shape of the Pareto law by which people follow: most few, some very many."""


def write_edges(path: Path, people: int, follows: int) -> None:
    """Write about so many lines of `src dst`; nobody is named who neither follows nor is followed."""
    rng = Random(f"{people} {follows}")
    weights = list(accumulate(rng.paretovariate(FOLLOWING_SHAPE) for _ in range(people)))
    edges: dict[tuple[int, int], None] = {}
    while len(edges) < follows:
        missing = follows - len(edges)
        for source in rng.choices(range(people), cum_weights=weights, k=missing):
            target = int(people * rng.random() ** FOLLOWED_STEEPNESS)
            if source != target:
                edges[source, target] = None
    path.write_text("".join(f"{source} {target}\n" for source, target in edges), "ascii")
