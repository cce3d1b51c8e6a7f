"""Executes one entry for many: once for all of whom the same holds.

What an entry gives is a function of the selection, the rows, and the states of its viewer. So members with an equal selection and
equal states get the same bytes. An entry is executed as one of them; what that asked beyond the known states is looked up for the
others, and those for whom it is not the same are executed again. Whoever is concerned by the rows themselves, as their author or
because they are mentioned, is executed alone. So a list of states that is too short costs time, and tells nobody anything wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol

from keyspace.viewer_states import RELATIONSHIPS, StateKey
from loaders.relationships import rounded
from loaders.viewer_states import depends_on_states_alone, states_of
from resolvers.event_context import EventContext
from resolvers.event_round import PLACEHOLDER, EventRound
from resolvers.event_snapshot import COUNTS, FLAGS, EventSnapshot
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member
from services.live.entries import Entry
from services.live.places import StreamPlace


class Step(Protocol[OutcomeT]):
    """Something to do for members. What is raised is raised before any of them is told."""

    @property
    def place(self) -> StreamPlace:
        """The place of what they are told."""

    @property
    def members(self) -> Sequence[Member[OutcomeT]]:
        """Those for whom it is done."""

    @property
    def snapshot(self) -> EventSnapshot[OutcomeT]:
        """What is known, by which it is done."""

    async def run(self) -> Iterable["Step[OutcomeT]"]:
        """Do it, and return what is to be done then."""

    def again(self) -> "Step[OutcomeT]":
        """Return the step to do instead when time has passed, so that what is known may have changed."""

    def failed(self, error: Exception) -> Iterable["Step[OutcomeT]"]:
        """Return the steps to do instead after a defect, so that none of the members suffers from another; end who is alone."""


@dataclass(frozen=True, slots=True)
class _OfEntry(Generic[OutcomeT]):
    """What the steps of an entry share."""

    event_round: EventRound[OutcomeT]
    snapshot: EventSnapshot[OutcomeT]
    entry: Entry
    members: Sequence[Member[OutcomeT]]

    @property
    def place(self) -> StreamPlace:
        """Return the place of the entry."""
        return self.entry.place


@dataclass(frozen=True, slots=True)
class Splitting(_OfEntry[OutcomeT]):
    """Groups members by their states, which are looked up where they are not known; whoever is concerned is alone."""

    states: tuple[StateKey, ...]

    async def run(self) -> Iterable[Step[OutcomeT]]:
        """Return a step for each group.

        Raises:
            Unavailable: something is not cached, and the graph cannot be reached.

        """
        snapshot, session = self.snapshot, self.members[0].session
        await snapshot.load([(session, self.entry)])
        await snapshot.ask([(self.members, self.states)])
        limits = snapshot.limits(session.kind, self.entry)
        columns = [snapshot.table.column(state, limits) for state in self.states]
        concerned = snapshot.rows.people().union(session.kind.people(self.entry)) if session.execution.shareable else None
        groups: defaultdict[tuple[bytes, ...], list[Member[OutcomeT]]] = defaultdict(list)
        waiting: list[Step[OutcomeT]] = []
        for member in self.members:
            viewer = member.session.viewer
            if concerned is None or viewer.id in concerned:
                waiting.append(Single(self.event_round, snapshot, self.entry, (member,), self.states))
            else:
                groups[tuple([column[viewer.key] for column in columns])].append(member)
        waiting += (
            Group(self.event_round, snapshot, self.entry, members, dict(zip(self.states, values, strict=True)), limits)
            for values, members in groups.items()
        )
        return waiting

    def again(self) -> Step[OutcomeT]:
        """Look everything up anew."""
        self.event_round.renew(self.snapshot)
        return replace(self, snapshot=self.event_round.snapshot)

    def failed(self, error: Exception) -> Iterable[Step[OutcomeT]]:  # noqa: ARG002 - who meets it alone reports it
        """Execute it for each alone."""
        return [Single(self.event_round, self.snapshot, self.entry, (member,), self.states) for member in self.members]


@dataclass(frozen=True, slots=True)
class Single(_OfEntry[OutcomeT]):
    """Executes the entry for its only member."""

    states: tuple[StateKey, ...]

    async def run(self) -> Iterable[Step[OutcomeT]]:
        """Execute it.

        Raises:
            Unavailable: something could not be looked up.
            Unauthenticated: the viewer's account is not in use any more.

        """
        (member,) = self.members
        session = member.session
        known = self.snapshot.table.known(session.viewer.key, self.states)
        context = self.event_round.context(session, self.snapshot, known)
        event_round, entry = self.event_round, self.entry
        outcome = await event_round.executed(session, context, entry, lambda _: event_round.cursor(member, entry))
        if outcome is not None:
            self.event_round.add(member, outcome, self.snapshot.since)
        return ()

    def again(self) -> Step[OutcomeT]:
        """Look everything up anew."""
        return Splitting(self.event_round, self.snapshot, self.entry, self.members, self.states).again()

    def failed(self, error: Exception) -> Iterable[Step[OutcomeT]]:
        """End the stream of the member."""
        self.event_round.end(self.members[0], error)
        return ()


@dataclass(frozen=True, slots=True)
class Group(_OfEntry[OutcomeT]):
    """Executes the entry as the first of members of whom the same is known, for all of whom nothing else is asked."""

    known: Mapping[StateKey, bytes]
    limits: tuple[int, ...]

    async def run(self) -> Iterable[Step[OutcomeT]]:
        """Share what is made with all who are alike, and return what is to be done for the others.

        Raises:
            Unavailable: something could not be looked up.
            Unauthenticated: the viewer's account is not in use any more.

        """
        first, *others = self.members
        session, event_round, snapshot = first.session, self.event_round, self.snapshot
        context = event_round.context(session, snapshot, self.known)
        outcome = await event_round.executed(session, context, self.entry, lambda _: PLACEHOLDER)
        if snapshot.limits(session.kind, self.entry) != self.limits:
            return [self._split(self.members)]
        failed = outcome is not None and outcome.json is None
        if failed or context.is_personal or not depends_on_states_alone(context.loaders, self.known):
            return map(self._single, self.members)
        concerned = (snapshot.rows.people() | context.compared).union(session.kind.people(self.entry))
        if session.viewer.id in concerned:
            return [self._single(first), *([self._split(others)] if others else ())]
        alone = [each for each in others if each.session.viewer.id in concerned]
        alike, unlike = await self._sorted(context, [each for each in others if each.session.viewer.id not in concerned])
        event_round.share(self.entry, outcome, [first, *alike], snapshot.since)
        return [*map(self._single, alone), *unlike]

    def again(self) -> Step[OutcomeT]:
        """Look everything up anew."""
        return self._split(self.members).again()

    def failed(self, error: Exception) -> Iterable[Step[OutcomeT]]:  # noqa: ARG002 - who meets it alone reports it
        """Execute it for each alone."""
        return map(self._single, self.members)

    async def _sorted(
        self, context: EventContext, others: Sequence[Member[OutcomeT]]
    ) -> tuple[Sequence[Member[OutcomeT]], Sequence[Step[OutcomeT]]]:
        """Return those for whom all that was asked is the same, and what is to be done for the rest."""
        asked = {state: found for state, found in states_of(context.loaders) if state not in self.known}
        self._learn(context, asked)
        if not asked or not others:
            return others, ()
        await self.snapshot.ask([(others, list(asked))])
        table, limits = self.snapshot.table, self.limits
        expected = [
            (table.column(state, limits), rounded(found, limits) if state.of == RELATIONSHIPS else found)
            for state, found in asked.items()
        ]
        alike, unlike = list[Member[OutcomeT]](), list[Member[OutcomeT]]()
        for each in others:
            viewer = each.session.viewer.key
            same = all(column[viewer] == found for column, found in expected)
            (alike if same else unlike).append(each)
        return alike, [replace(self._split(unlike), states=(*self.known, *asked))] if unlike else ()

    def _learn(self, context: EventContext, asked: Iterable[StateKey]) -> None:
        """Note what the selection asks of its post, so that the next entry looks it up with the rest."""
        session = self.members[0].session
        posts = session.kind.posts(self.entry)
        session.execution.learned.update(state.of for state in asked if state.of in FLAGS and state.id in posts)
        if COUNTS in vars(context.loaders):
            session.execution.learned.add(COUNTS)

    def _single(self, member: Member[OutcomeT]) -> Step[OutcomeT]:
        return Single(self.event_round, self.snapshot, self.entry, (member,), tuple(self.known))

    def _split(self, members: Sequence[Member[OutcomeT]]) -> Splitting[OutcomeT]:
        return Splitting(self.event_round, self.snapshot, self.entry, members, tuple(self.known))
