"""Executes what waits for many subscribers at once: rows once, then the states of all viewers, then each entry in order."""

import asyncio
from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic

from errors import Unavailable
from resolvers.event_groups import Splitting, Step
from resolvers.event_round import COUNTS, EventRound
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member, Session, StreamKind
from services.events.backoff import Backoff
from services.live.entries import Entry
from services.live.notices import Resync, ResyncReason
from services.live.places import StreamPlace
from services.live.rounds import Taken

PATIENCE = 5.0
"""Seconds for which entries are tried again while Neo4j or Redis is away; then their subscribers are told to read anew."""
ALONE = 16
"""Executions for single members that run at once."""


async def tell(taken: Taken[Session[OutcomeT], OutcomeT]) -> None:
    """Execute the entries of a round, and give each listener its outcomes."""
    teller = _Teller(EventRound(taken[0][0].session.services, [listener for listener, _ in taken]))
    await teller.run(taken)


@dataclass(slots=True)
class _Told(Generic[OutcomeT]):
    """An entry, and those to whom it may be something, by the kind of their stream and their selection."""

    entry: Entry
    groups: dict[tuple[StreamKind, Hashable], list[Member[OutcomeT]]] = field(default_factory=dict)

    def add(self, member: Member[OutcomeT]) -> None:
        """Tell one more."""
        session = member.session
        key = session.kind, session.execution.selection
        if key in self.groups:
            self.groups[key].append(member)
        else:
            self.groups[key] = [member]


class _Teller(Generic[OutcomeT]):
    """Tells the members of one round."""

    def __init__(self, event_round: EventRound[OutcomeT]) -> None:
        """Begin the time in which it is tried."""
        self._round = event_round
        self._until = event_round.now() + PATIENCE

    async def run(self, taken: Taken[Session[OutcomeT], OutcomeT]) -> None:
        """Execute everything, in order."""
        told: dict[StreamPlace, _Told[OutcomeT]] = {}
        for listener, updates in taken:
            for update in updates:
                if not isinstance(update, Entry):
                    await self._round.notify([listener], update)
                    continue
                each = told.get(update.place)
                if each is None:
                    each = told[update.place] = _Told(update)
                each.add(listener)
        in_order = [told[place] for place in sorted(told)]
        with suppress(Unavailable):  # each entry asks again for what is missing
            await self._look_up(in_order)
        for each in in_order:
            await self._tell(each)
        self._round.give()

    async def _look_up(self, told: Sequence[_Told[OutcomeT]]) -> None:
        """Look up what all entries surely need: rows in one round trip, then states in another, as late as can be."""
        sessions = [(each, members[0].session, members) for each in told for members in each.groups.values()]
        posts = dict.fromkeys(post for each, session, _ in sessions for post in session.kind.posts(each.entry))
        if posts:
            counts = any(COUNTS in session.execution.learned for _, session, _ in sessions)
            await self._round.rows.load_posts(list(posts), counts=counts)
        self._round.table.forget()
        await self._round.ask([(members, self._round.states(session, each.entry)) for each, session, members in sessions])

    async def _tell(self, told: _Told[OutcomeT]) -> None:
        event_round = self._round
        waiting: list[Step[OutcomeT]] = [
            Splitting(event_round, told.entry, event_round.states(left[0].session, told.entry), left)
            for members in told.groups.values()
            if (left := event_round.left(members))
        ]
        while waiting:
            following: list[Step[OutcomeT]] = []
            alone = [step for step in waiting if len(step.members) == 1]
            for step in waiting:
                if len(step.members) > 1:
                    following += await self._done(step)
            for first in range(0, len(alone), ALONE):
                for after in await asyncio.gather(*map(self._done, alone[first : first + ALONE])):
                    following += after
            waiting = following

    async def _done(self, step: Step[OutcomeT]) -> Iterable[Step[OutcomeT]]:
        """Do a step, for a while again and again if the graph is away. Those for whom it fails in another way are ended."""
        backoff = Backoff()
        while True:
            try:
                return await step.run()
            except Unavailable:
                if self._round.now() >= self._until:
                    await self._round.notify(step.members, Resync(ResyncReason.UNAVAILABLE, step.entry.place))
                    return ()
                await backoff.wait()
                step = step.again()
            except Exception as error:  # noqa: BLE001 - it is for the streams whose event it is, which report it
                self._round.ended.update(dict.fromkeys(step.members, error))
                return ()
