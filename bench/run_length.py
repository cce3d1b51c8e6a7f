"""How long and how often things are measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunLength:
    """The size of a run.

    `people`, `follows` and `posts` are of the made graph, `imported_posts` are written for a real one; `rounds` is how often
    the sides of a comparison take turns, `turn` the seconds of one turn under load, `warm` the answers that a server of `exec`
    gives before; `sample` is the number of people or timelines that stand for all, `fanned_out` the posts delivered in a turn,
    `operations` are mixed to see memory stay flat.
    """

    people: int
    follows: int
    posts: int
    imported_posts: int
    rounds: int
    turn: float
    warm: int
    sample: int
    timelines: int
    fanned_out: int
    operations: int


FULL = RunLength(
    20_000,
    400_000,
    100_000,
    400_000,
    rounds=6,
    turn=4.0,
    warm=2_000,
    sample=200,
    timelines=4_000,
    fanned_out=40,
    operations=100_000,
)
QUICK = RunLength(
    3_000, 45_000, 20_000, 400_000, rounds=3, turn=1.5, warm=1_000, sample=60, timelines=1_000, fanned_out=15, operations=20_000
)
