"""What is known in a round of events: rows, states of the viewers, and what each of them is to be sent."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic

from errors import Unavailable
from keyspace.viewer_flags import VIEWER_FLAGS
from keyspace.viewer_states import Block, StateKey
from loaders.operation import Loaders
from loaders.rows import Rows
from loaders.viewer_states import StateTable
from parts import Services
from resolvers.event_context import EventContext
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member, Session, Sign, StreamKind
from services.live.entries import Entry
from services.live.notices import Notice

FRESH = 0.25
"""Seconds after which states are looked up again before anything is sent by them."""
RENEWALS = 3
"""Times that this is done in a round: a process that needs longer for everything must go on."""
FLAGS = {flag.name: flag for flag in VIEWER_FLAGS}
COUNTS = "post_counts"
PLACEHOLDER = f"cursor {secrets.token_hex(16)}"
"""Stands in shared bytes for the cursor, which is signed for each viewer. Nobody knows it, so nothing else in them is equal."""
_PLACEHOLDER = PLACEHOLDER.encode()


class EventRound(Generic[OutcomeT]):
    """What the entries of a round share. Rows depend on nobody; states are those of all members."""

    def __init__(self, services: Services, members: Iterable[Member[OutcomeT]]) -> None:
        """Begin with nothing known."""
        self._services = services
        self.rows = Rows(services.graph, services.cache)
        self.table = StateTable(services.graph, services.cache)
        self.results: dict[Member[OutcomeT], list[OutcomeT]] = {member: [] for member in members}
        """Outcomes in order."""
        self.ended: dict[Member[OutcomeT], Exception] = {}
        """Whose stream ends, and why: they are told nothing of the entries that follow."""
        self._renewals = 0

    def states(self, session: Session[OutcomeT], entry: Entry) -> tuple[StateKey, ...]:
        """Return what surely matters of the viewers who have the kind and the selection of this session."""
        posts, learned = session.kind.posts(entry), session.execution.learned
        flags = (StateKey(name, post) for name in FLAGS if name in learned for post in posts)
        return (*session.kind.states(entry), *flags)

    async def ask(self, wanted: Sequence[tuple[Sequence[Member[OutcomeT]], Sequence[StateKey]]]) -> None:
        """Look states up that are not known yet, those of all together.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        ids: dict[int, str] = {}
        blocks: dict[tuple[int, ...], dict[StateKey, None]] = {}
        for members, states in wanted:
            viewers = {viewer.key: viewer.id for viewer in (member.session.viewer for member in members)}
            unset = [state for state in states if state.of in FLAGS and self.rows.nobody_has(FLAGS[state.of], state.id)]
            self.table.assume(unset, viewers)
            if missing := self.table.missing(viewers, states):
                ids |= viewers
                blocks.setdefault(tuple(viewers), {}).update(dict.fromkeys(missing))
        if blocks:
            await self.table.ask(ids, [Block(viewers, list(states)) for viewers, states in blocks.items()])

    def is_stale(self) -> bool:
        """Return whether states are to be looked up again, since what was looked up meanwhile took long."""
        if self.table.age <= FRESH or self._renewals >= RENEWALS:
            return False
        self._renewals += 1
        return True

    def limits(self, kind: StreamKind, entry: Entry) -> tuple[int, ...]:
        """Return the moments that matter for since when a viewer follows."""
        return tuple(sorted({*self.rows.follow_limits(), *kind.moments(entry)}))

    def context(self, session: Session[OutcomeT], states: Mapping[StateKey, bytes]) -> EventContext:
        """Return a context of the viewer of a session, with what is known."""
        viewer, services = session.viewer, self._services
        loaders = Loaders(services.graph.as_viewer(viewer.id), services.cache, (viewer.id, viewer.key), self.rows)
        self.table.prime(loaders, states)
        return EventContext(services, viewer, loaders)

    async def executed(self, session: Session[OutcomeT], context: EventContext, entry: Entry, sign: Sign) -> OutcomeT | None:
        """Execute an entry, None where it is nothing to the viewer.

        Raises:
            Unavailable: something could not be looked up.
            Unauthenticated: the viewer's account is not in use any more.

        """
        row = await session.kind.row(context, session.viewer, sign, entry)
        if row is None:
            return None
        outcome = await session.execution.run(context, row)
        if outcome.json is None:
            for error in outcome.errors:
                if isinstance(cause := getattr(error, "original_error", None), Unavailable):
                    raise cause
        return outcome

    def left(self, members: Sequence[Member[OutcomeT]]) -> Sequence[Member[OutcomeT]]:
        """Return those of the members whose stream goes on."""
        return [member for member in members if member not in self.ended] if self.ended else members

    def add(self, member: Member[OutcomeT], outcome: OutcomeT) -> None:
        """Add the next outcome of a member whose stream goes on."""
        if member not in self.ended:
            self.results[member].append(outcome)

    def share(self, entry: Entry, outcome: OutcomeT | None, members: Sequence[Member[OutcomeT]]) -> None:
        """Give members what was executed once for them all, each with their own cursor."""
        if outcome is None or outcome.json is None:
            return
        pieces = outcome.json.split(_PLACEHOLDER)
        if len(pieces) == 1:
            for member in members:
                self.add(member, outcome)
            return
        for member in members:
            session = member.session
            self.add(member, session.execution.outcome(session.cursors.signed(entry.place).encode().join(pieces)))

    async def notify(self, members: Sequence[Member[OutcomeT]], notice: Notice) -> None:
        """Tell members something of their streams."""
        for member in self.left(members):
            session = member.session
            row = session.kind.notice(session.cursors.signed, notice)
            self.add(member, await session.execution.run(self.context(session, {}), row))

    def give(self) -> None:
        """Hand the outcomes over."""
        for member, results in self.results.items():
            member.give(results)
            if member in self.ended:
                member.end(self.ended[member])

    def now(self) -> float:
        """Return the time of the event loop, in seconds."""
        return asyncio.get_running_loop().time()
