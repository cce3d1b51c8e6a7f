"""What a kind of stream is, and what is known of each of its subscribers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias

from feeds.cursors import ListCursors
from feeds.keysets import Place
from keyspace.viewer_states import StateKey
from loaders.rows import Rows
from parts import Services
from resolvers.context import Context
from resolvers.event_source import EventExecution, OutcomeT
from services.accounts.viewer import Viewer
from services.live.entries import Entry, PostCounted
from services.live.notices import Notice
from services.live.rounds import Listener
from services.live.subscriber import Subscriber

Sign: TypeAlias = Callable[[Place], str]
"""Writes the cursor of a place."""


class StreamKind(Protocol):
    """A kind of stream: which row an entry is for a viewer, and what is looked up for that.

    The hub hands an entry to whom it may concern; here it is decided, as of now. What `posts` and `states` leave out is looked up
    all the same, in further round trips.
    """

    def posts(self, entry: Entry) -> Sequence[str]:
        """Return the ids of posts that are looked up."""

    def reposts(self, entry: Entry) -> Sequence[str]:
        """Return the ids of reposts that are looked up."""

    def states(self, entry: Entry, rows: Rows) -> Sequence[StateKey]:
        """Return what is looked up of each viewer; it must have `TOPICS` if what the viewer mutes by topic matters.

        `rows` has what was looked up already.
        """

    def people(self, entry: Entry) -> Collection[str]:
        """Return the ids of those for whom an entry may be something else than for others, whatever their states are."""

    def moments(self, entry: Entry) -> Sequence[int]:
        """Return moments with which it is compared since when a viewer follows, in milliseconds since 1970 UTC."""

    async def row(self, context: Context, viewer: Viewer, sign: Sign, entry: Entry) -> object | None:
        """Return the row of an entry as of now, None where it is nothing to the viewer.

        All that depends on the viewer comes from lookups of the context, or from whether the viewer is one of those whom the rows
        concern (users, authors, the mentioned) or of `people`.
        """

    async def check_account(self, context: Context, viewer: Viewer) -> None:
        """Raise Unauthenticated where the account of the viewer is not in use: nobody else asks where entries were lost."""

    def notice(self, cursors: ListCursors, after: str | None, notice: Notice) -> object:
        """Return the row which says that the stream begins, after a cursor if there is one, or that something was missed."""


@dataclass(frozen=True, slots=True, eq=False)
class Session(Generic[OutcomeT]):
    """What is known of a subscriber: who it is, what is to be made of each entry, and by which cursor, if any, it came back."""

    services: Services
    viewer: Viewer
    kind: StreamKind
    execution: EventExecution[OutcomeT]
    cursors: ListCursors
    after: str | None


Member: TypeAlias = Listener[Session[OutcomeT], OutcomeT]
"""A subscriber who takes part in a round."""


def sign_of(cursors: ListCursors, entry: Entry, subscriber: Subscriber) -> Sign:
    """Return what writes the cursor of an entry for a subscriber who takes it.

    Counts have no place, so they are told with that of what was told before: who comes back is told all counts anyway. Where an
    earlier post is still to be told, it is the place before that, so that who comes back does not miss it. Either may be a
    place of anybody's entry, which tells when somebody did something, so it is sealed.
    """
    return (lambda _: cursors.sealed(subscriber.told_up_to)) if is_sealed(entry, subscriber) else cursors.signed


def is_sealed(entry: Entry, subscriber: Subscriber) -> bool:
    """Return whether the cursor of an entry is not that of its own place."""
    return subscriber.is_late or isinstance(entry.what, PostCounted)
