"""Round trips of an operation, counted where the product makes them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from parts import Parts

BESIDE = frozenset({"PUBLISH", "XRANGE", "XREVRANGE", "limit_take", "limit_give_back"})
"""Round trips that are not counted: nudges, limits, and what the live hub reads of its stream meanwhile."""


@dataclass(slots=True)
class Counted:
    """The names of the statements and of the Redis round trips since the last `forget`."""

    cypher: list[str] = field(default_factory=list)
    redis: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew."""
        self.cypher.clear()
        self.redis.clear()


def counting(parts: Parts) -> Counted:
    """Count from now on, wherever the parts are used."""
    counted = Counted()
    parts.keyspace.observe = lambda name, _: None if name in BESIDE else counted.redis.append(name)
    # The graph is frozen, and each service has it already.
    object.__setattr__(parts.graph, "observe", lambda name, _: counted.cypher.append(name))
    return counted


Act = Callable[[], Awaitable[object]]
"""Runs an operation."""


async def round_trips(counted: Counted, act: Act) -> tuple[int, int]:
    """Run an operation, and return the numbers of statements and of Redis round trips that it made."""
    counted.forget()
    await act()
    return len(counted.cypher), len(counted.redis)
