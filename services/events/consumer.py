"""A consumer: a group, the events that it acts on, and a function. It knows nothing of what carries the events.

Every handler must accept an event twice: the events of a crashed worker come again. Without a lease, it must accept events out of
order as well: several calls run at once, and a failed event is tried again after later ones.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from keyspace.lease import Lease
from services.events.event import Event

EventT = TypeVar("EventT", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer(Generic[EventT]):
    """One group of consumers, the same in every worker.

    Attributes:
        group: name of the group; with another name it reads the whole stream again.
        events: classes of the events that it acts on; the others are passed over.
        handle: acts on one event. Raises Unavailable to be called again until a part is back, MalformedEvent to have the
            event set aside at once, and anything else to be called again until `event_attempts`.
        handle_many: instead of `handle`, acts on up to `batch` events; when it raises, each is given to it alone.
        lease: promises the order of the stream: one worker at a time has the group, the one that holds this lease, and it begins
            with an event when the one before is done or set aside. What must not happen after another worker has taken over is
            done by scripts that check the lease.
        concurrency: calls that run at once in one worker; with a lease, it is one.
        batch: events that one call of `handle_many` gets at most.
        timeout: seconds that one call may take.
        losing: called before an event of this group is set aside, where something is not true without it.

    """

    group: str
    events: Collection[type[EventT]]
    handle: Callable[[EventT], Awaitable[None]] | None = None
    handle_many: Callable[[Sequence[EventT]], Awaitable[None]] | None = None
    lease: Lease | None = None
    concurrency: int = 16
    batch: int = 100
    timeout: float = 60.0
    losing: Callable[[], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        """Refuse both functions, or none."""
        if (self.handle is None) == (self.handle_many is None):
            raise TypeError(f"{self.group} needs either handle or handle_many")

    @property
    def types(self) -> frozenset[str]:
        """Names of the events that it acts on."""
        return frozenset(event.type for event in self.events)

    @property
    def per_call(self) -> int:
        """Events that one call gets at most."""
        return 1 if self.handle_many is None else self.batch

    async def __call__(self, events: Sequence[EventT]) -> None:
        """Act on these events."""
        if self.handle_many is not None:
            await self.handle_many(events)
        elif self.handle is not None:
            for event in events:
                await self.handle(event)
