"""Records the round trips that an operation makes to Neo4j and to Redis; tests use it too."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from keyspace.sessions import CHECK
from parts import Parts

Operation = Callable[[], Awaitable[object]]
"""Runs one operation of the product."""
BESIDE = frozenset(
    {
        "events_add", "XRANGE", "XREVRANGE", "live_begin", "live_since", "limit_take", "limit_give_back", "fan_out_delivered",
        CHECK,
    }
)
"""Round trips that are not recorded: events on their way, limits, what the live hub asks meanwhile, once a second at most, and
whether a session stands, which goes together with what an operation asks first."""


@dataclass(slots=True)
class RoundTrips:
    """The names of the statements, and of the Redis commands and scripts but those `BESIDE`, since the last `clear`, in order."""

    graph: list[str] = field(default_factory=list)
    redis: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, parts: Parts) -> "RoundTrips":
        """Record the round trips of these parts from now on."""
        trips = cls()
        trips.record(parts)
        return trips

    def record(self, parts: Parts) -> None:
        """Record the round trips of these parts too."""
        for server in parts.redis.servers:
            server.keyspace.observe = lambda name, _: None if name in BESIDE else self.redis.append(name)
        # The graph is frozen, and all services share this instance.
        object.__setattr__(parts.graph, "observe", lambda name, _: self.graph.append(name))

    def clear(self) -> None:
        """Forget what was recorded."""
        self.graph.clear()
        self.redis.clear()

    async def count(self, operation: Operation) -> tuple[int, int]:
        """Run an operation; return how many statements and how many Redis round trips it made."""
        self.clear()
        await operation()
        return len(self.graph), len(self.redis)
