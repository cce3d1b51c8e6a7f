"""The figures of live streams, with their goals."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from bench.figures import Figure, Goal, at_least, at_most, exactly
from bench.sockets.side import Burst, Side
from bench.timing import quantile

OURS, BARE, STOCK = "rookery", "bare Starlette", "stock Strawberry"
OF_BARE, OF_STOCK = 0.33, 4
"""Deliveries a second in a burst beside bare, and beside stock."""
LATER = 3
"""Times of the p99 beside bare's."""
IDLE_KIB = 12
"""KiB of an idle socket above a bare one."""
JOIN_MS = 1
"""Milliseconds of CPU to join."""
CLIENT_BUSY = 95
"""Percent of a core from which the load generator is the limit, and not the server."""


def figures_of(sides: Mapping[str, Side], cold: Burst) -> list[Figure]:
    """Return what is compared, then what each took. `cold` is a burst of the product with posts that nobody has read."""
    ours, bare, stock = sides[OURS], sides[BARE], sides[STOCK]
    busiest = max(burst.received.busy for side in sides.values() for burst in side.bursts)
    return [
        Figure("deliveries a second in a burst beside bare Starlette", _beside(ours, bare), "times", at_least(OF_BARE)),
        Figure("deliveries a second in a burst beside stock Strawberry", _beside(ours, stock), "times", at_least(OF_STOCK)),
        Figure("p99 beside bare Starlette's", quantile(ours.times, 0.99) / quantile(bare.times, 0.99), "times", at_most(LATER)),
        Figure("an idle socket above a bare one", ours.idle_kib - bare.idle_kib, "KiB", at_most(IDLE_KIB)),
        Figure("CPU to join", ours.join_ms, "ms", at_most(JOIN_MS)),
        *_of_bursts("warm", ours.bursts, exactly(0)),
        *_of_bursts("cold", [cold], None),
        Figure("cold: deliveries a second", cold.throughput, "/s"),
        Figure("cold: CPU for a delivery", cold.core_us, "µs"),
        *(figure for name, side in sides.items() for figure in _of_side(name, side)),
        Figure("the load generator's core, at most", busiest * 100, "%", at_most(CLIENT_BUSY)),
    ]


def _beside(ours: Side, other: Side) -> float:
    return median(one.throughput / two.throughput for one, two in zip(ours.bursts, other.bursts, strict=True))


def _of_bursts(kind: str, bursts: Sequence[Burst], statements: Goal | None) -> list[Figure]:
    """Return what of a burst must not be; `statements` is the goal for those to Neo4j."""

    def each(trips: Callable[[Burst], int]) -> float:
        """Return round trips for an event that has come to all sockets."""
        return sum(map(trips, bursts)) / max(sum(burst.received.delivered for burst in bursts) / bursts[0].sockets, 1)

    return [
        Figure(f"{kind}: streams ended", sum(burst.ended for burst in bursts), "streams", exactly(0)),
        Figure(
            f"{kind}: posts lost, out of order or twice",
            sum(burst.received.lost + burst.received.misplaced for burst in bursts),
            "posts",
            exactly(0),
        ),
        Figure(f"{kind}: resyncs", sum(burst.received.resyncs for burst in bursts), "resyncs", exactly(0)),
        Figure(f"{kind}: delivered while watched", min(burst.arrived for burst in bursts), "%"),
        Figure(f"{kind}: Neo4j, for an event to all", each(lambda burst: burst.trips.cypher), "statements", statements),
        Figure(f"{kind}: Redis, for an event to all", each(lambda burst: burst.trips.redis), "round trips"),
    ]


def _of_side(name: str, side: Side) -> list[Figure]:
    return [
        Figure(f"{name}: deliveries a second in a burst", median(burst.throughput for burst in side.bursts), "/s"),
        Figure(f"{name}: CPU for a delivery", median(burst.core_us for burst in side.bursts), "µs"),
        *_quantiles(f"{name}: entry to arrival", side.times),
        *_quantiles(f"{name}: createPost to arrival", side.answered),
        Figure(f"{name}: CPU to join", side.join_ms, "ms"),
        Figure(f"{name}: an idle socket", side.idle_kib, "KiB"),
    ]


def _quantiles(name: str, times: Sequence[float]) -> list[Figure]:
    return [Figure(f"{name}, p{share * 100:.0f}", quantile(times, share), "ms") for share in (0.5, 0.99)]
