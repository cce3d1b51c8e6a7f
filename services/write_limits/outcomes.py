"""What limits refused, or could not count: for the metrics of operators."""

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter

from errors import RateLimited


class WriteLimit(StrEnum):
    """What is limited, by the name that clients read. Whatever else is written of a kind counts against the same limit."""

    POSTS = "posts"
    FOLLOWS = "follows"
    LIKES = "likes"

    @property
    def of_token(self) -> str:
        """The name of the limit of one token of a program."""
        return f"{self}-token"


FOLLOWING = "following"
"""How the ceiling of the people whom somebody follows is named beside the limits."""


class WriteOutcome(StrEnum):
    """How a write ended that was not simply counted: refused, or let through uncounted while Redis was away."""

    REFUSED = "refused"
    UNCOUNTED = "uncounted"


class WriteOutcomes:
    """Counts the writes of a process that limits refused or could not count. Nobody's name is in it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._counter: Counter | None = None

    def publish(self, registry: CollectorRegistry, prefix: str) -> None:
        """Tell the counts in a registry, those of what never was as zero."""
        self._counter = Counter(
            f"{prefix}_limited_writes", "Writes that a limit refused or could not count.", ("limit", "outcome"), registry=registry
        )
        for limit in WriteLimit:
            self._counter.labels(limit.value, WriteOutcome.UNCOUNTED.value)
            self._counter.labels(limit.value, WriteOutcome.REFUSED.value)
            self._counter.labels(limit.of_token, WriteOutcome.REFUSED.value)
        self._counter.labels(FOLLOWING, WriteOutcome.REFUSED.value)

    def refused(self, limit: str) -> None:
        """Count a write that a limit refused."""
        self._add(limit, WriteOutcome.REFUSED)

    def ended(self, limit: WriteLimit, refusal: RateLimited | None) -> None:
        """Count an attempt that was refused, or with None one that could not be counted."""
        if refusal is None:
            self._add(limit.value, WriteOutcome.UNCOUNTED)
        else:
            self.refused(refusal.scope)

    def _add(self, limit: str, outcome: WriteOutcome) -> None:
        if self._counter is not None:
            self._counter.labels(limit, outcome.value).inc()
