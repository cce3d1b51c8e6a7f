"""What arrives at sockets that watch counts: how often each is told of each post, in whatever order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.sockets.arrivals import Socket


@dataclass(slots=True)
class Tally:
    """How often each socket was told of each post, how many were told to read anew, and the streams that ended, by reason."""

    told: Counter[tuple[int, bytes]] = field(default_factory=Counter)
    resyncs: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    def take(self, socket: Socket, post: bytes, message: bytes, now: float) -> None:  # noqa: ARG002 - as `Arrivals`
        """Note that a socket was told of a post."""
        self.told[id(socket), post] += 1

    def end(self, socket: Socket, why: str) -> None:  # noqa: ARG002 - as `Arrivals`
        """Note that a stream has ended."""
        self.ended[why] += 1

    def summed(self) -> Mapping[str, int]:
        """Return how much has come, and how much of one post to one socket at most."""
        most = max(self.told.values(), default=0)
        return {"events": self.told.total(), "most": most, "resyncs": self.resyncs, "ended": self.ended.total()}
