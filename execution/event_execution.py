"""The execution of a subscription's events, for a source that has many subscribers and executes an event once for several.

What an event gives is a function of the selection, the event, and what the lookups of the context answer. So two subscribers with
an equal selection get the same bytes for an event, if their lookups answer the same. Which lookups answer the same is for the
product to know: a source sees from its own context which were made.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from execution.plan import Plan

OutcomeT = TypeVar("OutcomeT")


class EventExecution(Generic[OutcomeT]):
    """One subscription, compiled."""

    __slots__ = ("_plan", "outcome", "run")

    def __init__(
        self, plan: Plan, run: Callable[[Any, object], Awaitable[OutcomeT]], outcome: Callable[[bytes], OutcomeT]
    ) -> None:
        """Take what the executor has prepared."""
        self._plan = plan
        self.run = run
        """Executes an event in a context of its own. Errors are in the outcome."""
        self.outcome = outcome
        """Makes the outcome of a whole response without errors."""

    @property
    def selection(self) -> Hashable:
        """What is selected: the same object for all subscriptions whose results can be shared, whatever their variables."""
        return self._plan

    @property
    def learned(self) -> set[str]:
        """What the source notes of the selection for its next events, such as the lookups that it makes."""
        return self._plan.learned

    @property
    def shareable(self) -> bool:
        """Whether what is selected depends on the viewer through lookups alone. A resolver may use anything of its context."""
        return not self._plan.called


@runtime_checkable
class SharingSource(Protocol[OutcomeT]):
    """A source of events that executes them itself. Without a plan of the operation it is read as an iterable of events."""

    def outcomes(self, execution: EventExecution[OutcomeT], /) -> AsyncGenerator[Sequence[OutcomeT], None]:
        """Yield the outcomes of events in order: together what was prepared together."""
