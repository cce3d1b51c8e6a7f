"""What the entries of a round share: what is known, and what each of the viewers is to be sent."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import Generic

from errors import Unavailable
from keyspace.viewer_states import StateKey
from loaders.operation import Loaders
from parts import Services
from resolvers.event_context import EventContext
from resolvers.event_snapshot import FLAGS, EventSnapshot
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member, Session, Sign, is_sealed, sign_of
from services.live.entries import Entry
from services.live.notices import Notice

PLACEHOLDER = f"cursor {secrets.token_hex(16)}"
"""Stands in shared bytes for the cursor, which is signed for each viewer. Nobody knows it, so nothing else in them is equal."""
_PLACEHOLDER = PLACEHOLDER.encode()


class EventRound(Generic[OutcomeT]):
    """What the entries of a round share."""

    def __init__(self, services: Services, members: Iterable[Member[OutcomeT]]) -> None:
        """Begin with nothing known."""
        self._services = services
        self.snapshot = EventSnapshot[OutcomeT](services)
        """What is known as of late. Steps that began by others end by those."""
        self.over: set[Member[OutcomeT]] = set()
        """Who is told nothing of the entries that follow: their stream ends, or they were told to read anew."""
        self._ended: dict[Member[OutcomeT], Exception] = {}
        self._results: dict[Member[OutcomeT], list[OutcomeT]] = {member: [] for member in members}
        self._since: dict[Member[OutcomeT], float] = {}
        self._sealed_cursors: dict[Member[OutcomeT], str] = {}

    def renew(self, snapshot: EventSnapshot[OutcomeT]) -> None:
        """Begin again with nothing known, unless that was done since this snapshot."""
        if snapshot is self.snapshot:
            self.snapshot = EventSnapshot(self._services)

    def states(self, session: Session[OutcomeT], entry: Entry) -> tuple[StateKey, ...]:
        """Return what surely matters of the viewers who have the kind and the selection of this session."""
        posts, learned = session.kind.posts(entry), session.execution.learned
        flags = (StateKey(name, post) for name in FLAGS if name in learned for post in posts)
        return (*session.kind.states(entry, self.snapshot.rows), *flags)

    def context(
        self, session: Session[OutcomeT], snapshot: EventSnapshot[OutcomeT], states: Mapping[StateKey, bytes]
    ) -> EventContext:
        """Return a context of the viewer of a session, with what is known."""
        viewer, services = session.viewer, self._services
        loaders = Loaders(services.graph.as_viewer(viewer.id), services.cache, (viewer.id, viewer.key), snapshot.rows)
        snapshot.table.prime(loaders, states)
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
        """Return those of the members who are told more."""
        return [member for member in members if member not in self.over] if self.over else members

    def end(self, member: Member[OutcomeT], error: Exception) -> None:
        """End the stream of a member after what was added."""
        self._ended[member] = error
        self.over.add(member)

    def add(self, member: Member[OutcomeT], outcome: OutcomeT, since: float) -> None:
        """Add the next outcome of a member who is told more, made by what is known since a moment."""
        if member not in self.over:
            self._results[member].append(outcome)
            self._since.setdefault(member, since)

    def share(self, entry: Entry, outcome: OutcomeT | None, members: Sequence[Member[OutcomeT]], since: float) -> None:
        """Add for members what was executed once for them all, each with their own cursor."""
        if outcome is None or outcome.json is None:
            return
        pieces = outcome.json.split(_PLACEHOLDER)
        if len(pieces) == 1:
            for member in members:
                self.add(member, outcome, since)
            return
        for member in members:
            session = member.session
            json = self.cursor(member, entry).encode().join(pieces)
            self.add(member, session.execution.outcome(json), since)

    def cursor(self, member: Member[OutcomeT], entry: Entry) -> str:
        """Return the cursor of an entry for a member. One that is sealed is the same for all of the round, and made once."""
        if not is_sealed(entry, member.subscriber):
            return member.session.cursors.signed(entry.place)
        cursor = self._sealed_cursors.get(member)
        if cursor is None:
            cursor = self._sealed_cursors[member] = sign_of(member.session.cursors, entry, member.subscriber)(entry.place)
        return cursor

    async def notify(self, members: Sequence[Member[OutcomeT]], notice: Notice) -> None:
        """Add what tells members something of their streams."""
        for member in self.left(members):
            session = member.session
            try:
                row = session.kind.notice(session.cursors, session.after, notice)
                self.add(member, await session.execution.run(self.context(session, self.snapshot, {}), row), monotonic())
            except Exception as error:  # noqa: BLE001 - it is for the stream whose notice it is, which reports it
                self.end(member, error)

    def give(self, members: Iterable[Member[OutcomeT]], fresh: float) -> list[Member[OutcomeT]]:
        """Hand all outcomes of members over, and return those for whom one is older than so many seconds: they get nothing."""
        oldest, stale = monotonic() - fresh, list[Member[OutcomeT]]()
        for member in members:
            error, is_fresh = self._ended.get(member), self._since.get(member, oldest) >= oldest
            if is_fresh:
                member.give(self._results[member])
            elif error is None:
                stale.append(member)
            if error is not None:
                member.end(error)
        return stale

    def now(self) -> float:
        """Return the time of the event loop, in seconds."""
        return asyncio.get_running_loop().time()
