"""Round trips: what an operation asked of Neo4j and of Redis."""

from dataclasses import dataclass, field

from bench.counted import BESIDE


@dataclass(slots=True)
class Rounds:
    """The names of the statements and of the commands and scripts, in order. Limits, nudges and streams are not among them."""

    graph: list[str] = field(default_factory=list)
    redis: list[str] = field(default_factory=list)

    def graph_asked(self, name: str, _seconds: float) -> None:
        """Record a statement."""
        self.graph.append(name)

    def redis_asked(self, name: str, _seconds: float) -> None:
        """Record a command or a script."""
        if name not in BESIDE:
            self.redis.append(name)

    def forget(self) -> None:
        """Clear both lists."""
        self.graph.clear()
        self.redis.clear()
