"""What was looked up for a round of events since a moment: rows, which depend on nobody, and states of the viewers."""

from collections.abc import Sequence
from time import monotonic
from typing import Generic

from keyspace.viewer_flags import VIEWER_FLAGS
from keyspace.viewer_states import Block, StateKey
from loaders.rows import Rows
from loaders.viewer_states import StateTable
from parts import Services
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member, Session, StreamKind
from services.live.entries import Entry

FLAGS = {flag.name: flag for flag in VIEWER_FLAGS}
COUNTS = "post_counts"


class EventSnapshot(Generic[OutcomeT]):
    """Rows and states, each as it was at `since` or later. None is looked up again: later ones are another snapshot."""

    def __init__(self, services: Services) -> None:
        """Begin with nothing known."""
        self.rows = Rows(services.graph, services.cache)
        self.table = StateTable(services.graph, services.cache)
        self.since = monotonic()
        self._asked: list[tuple[Sequence[Member[OutcomeT]], Sequence[StateKey]]] = []

    @property
    def age(self) -> float:
        """Seconds since the first of them can have been asked for."""
        return monotonic() - self.since

    async def load(self, wanted: Sequence[tuple[Session[OutcomeT], Entry]]) -> None:
        """Look rows up that are not known yet and that entries surely need: one round trip.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        posts, reposts = self.rows.posts.known, self.rows.reposts.known
        missing = {post: None for session, entry in wanted for post in session.kind.posts(entry) if post not in posts}
        missing |= {id_: None for session, entry in wanted for id_ in session.kind.reposts(entry) if id_ not in reposts}
        if missing:
            counts = any(COUNTS in session.execution.learned for session, _ in wanted)
            await self.rows.load_entries(list(missing), counts=counts)

    async def ask(self, wanted: Sequence[tuple[Sequence[Member[OutcomeT]], Sequence[StateKey]]]) -> None:
        """Look states up that are not known yet, those of all together.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        ids: dict[int, str] = {}
        blocks: dict[tuple[int, ...], dict[StateKey, None]] = {}
        for members, states in wanted:
            if any(members is known and states == asked for known, asked in self._asked):
                continue
            viewers = {viewer.key: viewer.id for viewer in (member.session.viewer for member in members)}
            unset = [state for state in states if state.of in FLAGS and self.rows.nobody_has(FLAGS[state.of], state.id)]
            self.table.assume(unset, viewers)
            if missing := self.table.missing(viewers, states):
                ids |= viewers
                blocks.setdefault(tuple(viewers), {}).update(dict.fromkeys(missing))
        if blocks:
            await self.table.ask(ids, [Block(viewers, list(states)) for viewers, states in blocks.items()])
        self._asked += wanted

    def limits(self, kind: StreamKind, entry: Entry) -> tuple[int, ...]:
        """Return the moments that matter for since when a viewer follows."""
        return tuple(sorted({*self.rows.follow_limits(), *kind.moments(entry)}))
