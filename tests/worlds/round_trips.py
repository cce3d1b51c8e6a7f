"""What an operation asked of Redis and of the graph: the names of the round trips, in order."""

from dataclasses import dataclass, field

from parts import Parts


@dataclass(slots=True)
class RoundTrips:
    """Round trips of a process since the last look."""

    redis: list[str] = field(default_factory=list)
    graph: list[str] = field(default_factory=list)

    def watch(self, parts: Parts) -> None:
        """Be told of every round trip from here on."""
        parts.keyspace.observe = lambda name, _: self.redis.append(name)
        # Frozen, and shared by every service that was made with it.
        object.__setattr__(parts.graph, "observe", lambda name, _: self.graph.append(name))

    def forget(self) -> None:
        """Begin anew."""
        self.redis.clear()
        self.graph.clear()
