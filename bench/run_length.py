"""How long and how often the benchmarks measure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunLength:
    """The size of a run.

    `people`, `follows` and `posts` are the size of the generated graph; a real graph gets `imported_posts`. `rounds` is how
    often the sides of a comparison take turns, `turn` the seconds of one turn under load, and `warm` the number of responses
    before a server of `exec` is measured. `sample` is the number of people in a sample, `timelines` the number of timelines
    whose memory is measured, `crowd` the followers of a celebrity, `fanned_out` the posts delivered in a turn, `mixed` the
    seconds of reads with writes among them (and of as many reads without), `operations` how many are mixed to check that memory
    does not grow, `sockets` the numbers of open sockets that are measured one after the other, `burst` the deliveries of a
    burst: posts times sockets, and `held` the seconds for which as many sockets as there are are held open. `page_turn` is the
    seconds of one turn of `peers`, `connections` how many ask at a time there and in `writes`, `cold_connections` the same
    where Redis is empty, and `pages` what is measured there, everything where it is empty.
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
    crowd: int
    fanned_out: int
    mixed: float
    operations: int
    sockets: tuple[int, ...]
    burst: int
    held: float
    page_turn: float
    connections: tuple[int, ...]
    cold_connections: tuple[int, ...]
    pages: tuple[str, ...] = ()


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
    crowd=80_000,
    fanned_out=40,
    mixed=120.0,
    operations=100_000,
    sockets=(1_000, 5_000),
    burst=1_000_000,
    held=600.0,
    page_turn=0.8,
    connections=(1, 8, 32),
    cold_connections=(8, 32),
)
QUICK = RunLength(
    3_000,
    45_000,
    20_000,
    400_000,
    rounds=3,
    turn=1.5,
    warm=1_000,
    sample=60,
    timelines=1_000,
    crowd=8_000,
    fanned_out=15,
    mixed=20.0,
    operations=20_000,
    sockets=(200,),
    burst=20_000,
    held=60.0,
    page_turn=0.4,
    connections=(8, 32),
    cold_connections=(8,),
)
