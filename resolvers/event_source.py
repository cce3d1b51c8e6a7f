"""Sources of events: what a subscription reads, and what the executor offers to those that serve many subscribers at once."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Hashable, Sequence
from typing import Protocol, TypeVar


class EventOutcome(Protocol):
    """How an event was executed: a response in JSON, or errors."""

    @property
    def json(self) -> bytes | None:
        """The whole response, if it has no errors."""

    @property
    def errors(self) -> Sequence[Exception]:
        """What failed."""


OutcomeT = TypeVar("OutcomeT", bound=EventOutcome)
OutcomeT_co = TypeVar("OutcomeT_co", bound=EventOutcome, covariant=True)


class EventExecution(Protocol[OutcomeT_co]):
    """One subscription, compiled; what of it is equal for two subscriptions can be executed once for both."""

    @property
    def selection(self) -> Hashable:
        """What is selected: the same for all whose results can be shared."""

    @property
    def learned(self) -> set[str]:
        """Notes on the selection, for the next event."""

    @property
    def shareable(self) -> bool:
        """Whether what is selected depends on the viewer by lookups alone."""

    def run(self, context: object, event: object, /) -> Awaitable[OutcomeT_co]:
        """Execute an event in a context of its own."""

    def outcome(self, json: bytes, /) -> OutcomeT_co:
        """Make the outcome of a whole response without errors."""


class EventSource(Protocol):
    """Gives the events of one subscriber: as rows, or executed."""

    def __aiter__(self) -> AsyncIterator[object]:
        """Yield the rows of events."""

    def outcomes(self, execution: EventExecution[OutcomeT], /) -> AsyncGenerator[Sequence[OutcomeT], None]:
        """Yield the outcomes of events in order, prepared together with those of other subscribers."""
