"""Executes what waits for many subscribers at once: rows once, then the states of all viewers, then each entry in order."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import inf
from typing import Generic

from errors import Unavailable
from resolvers.event_groups import Splitting, Step
from resolvers.event_notices import Noticing
from resolvers.event_round import EventRound
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member, Session, StreamKind
from services.events.backoff import Backoff
from services.live.entries import Entry
from services.live.notices import Notice, Resync
from services.live.places import StreamPlace
from services.live.rounds import Taken
from services.live.subscriber import GivenUp, Subscriber
from services.live.undelivered import Undelivered

PATIENCE = 5.0
"""Seconds for which entries are tried while Neo4j or Redis is away or does not answer; then subscribers are told to read anew."""
LATE_PATIENCE = 0.5
"""The same of what could not be told before: meanwhile all that is new waits for its subscriber."""
LEAST = 1.0
"""Seconds for which each entry is tried however long others of its round took, so that who waits for what Redis has gets it."""
FRESH = 0.25
"""Seconds after which what was looked up is looked up again before anything is given by it."""
RENEWALS = 3
"""Times that this is done in vain: a process that needs longer for everything must go on."""
ALONE = 16
"""Executions for single members that run at once."""


def patience_of(subscriber: Subscriber) -> float:
    """Return the seconds for which what a subscriber took last is tried."""
    return LATE_PATIENCE if subscriber.tries_again else PATIENCE


async def tell(taken: Taken[Session[OutcomeT], OutcomeT]) -> None:
    """Execute the entries of a round, and give each listener its outcomes; what is old by then is all executed again."""
    loop, renewals_left = asyncio.get_running_loop(), RENEWALS
    patience = patience_of(taken[0][0].subscriber)  # all of a round take what is new, or what was tried before
    until = loop.time() + patience
    while taken:
        services = taken[0][0].session.services
        event_round = EventRound(services, [listener for listener, _ in taken])
        left = await _Teller(event_round, services.live.hub.undelivered, until, FRESH if renewals_left else inf).run(taken)
        if len(left) < len(taken):
            until = loop.time() + patience
        else:
            renewals_left -= 1
        taken = left


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

    def __init__(self, event_round: EventRound[OutcomeT], undelivered: Undelivered, until: float, fresh: float) -> None:
        """Begin. What fails is tried until a time of the event loop; what is older than `fresh` seconds is not given."""
        self._round, self._undelivered, self._until, self._fresh = event_round, undelivered, until, fresh
        self._last_try = until
        """Until when an entry is tried."""
        self._last: dict[Member[OutcomeT], StreamPlace] = {}
        self._account: dict[Member[OutcomeT], StreamPlace] = {}
        """Place of the last update by which the account is asked, of those who have one."""
        self._stale: set[Member[OutcomeT]] = set()
        self._taken: dict[Member[OutcomeT], Sequence[Entry | Notice]] = {}
        self._given_up: dict[Member[OutcomeT], GivenUp] = {}
        self._asked = False
        """Whether it was asked which of the posts are delivered by now."""

    async def run(self, taken: Taken[Session[OutcomeT], OutcomeT]) -> Taken[Session[OutcomeT], OutcomeT]:
        """Execute everything, in order, and return what is to be executed again since it was not fresh."""
        told: dict[tuple[StreamPlace, bool, bool, tuple[str, ...]], _Told[OutcomeT]] = {}
        notices: dict[Notice, list[Member[OutcomeT]]] = {}
        for listener, updates in taken:
            self._taken[listener] = updates
            self._last[listener] = updates[-1].place
            for update in updates:
                if isinstance(update, Entry):
                    if update.is_of_account:
                        self._account[listener] = update.place
                    key = update.place, update.behind_block, update.beside_page, update.hashtags
                    each = told.get(key)
                    if each is None:
                        each = told[key] = _Told(update)
                    each.add(listener)
                else:
                    notices.setdefault(update, []).append(listener)
        await self._notify(notices)
        in_order = [told[key] for key in sorted(told)]
        try:
            async with asyncio.timeout_at(self._until):
                await self._look_up(in_order)
        except (Unavailable, TimeoutError):  # each entry asks again
            self._round.renew(self._round.snapshot)
        for each in in_order:
            await self._tell(each)
        return [each for each in taken if each[0] in self._stale]

    async def _notify(self, notices: Mapping[Notice, Sequence[Member[OutcomeT]]]) -> None:
        for notice, members in notices.items():
            if isinstance(notice, Resync):
                self._account.update(dict.fromkeys(members, notice.place))
            waiting: Sequence[Step[OutcomeT]] = [Noticing(self._round, self._round.snapshot, notice, members)]
            while waiting:
                waiting = [after for step in waiting for after in await self._done_and_given(step)]

    async def _look_up(self, told: Sequence[_Told[OutcomeT]]) -> None:
        """Look up what all entries surely need: rows in one round trip, then states in another, as late as can be."""
        snapshot = self._round.snapshot
        sessions = [(each.entry, members[0].session, members) for each in told for members in each.groups.values()]
        await snapshot.load([(session, entry) for entry, session, _ in sessions])
        await snapshot.ask([(members, self._round.states(session, entry)) for entry, session, members in sessions])

    async def _tell(self, told: _Told[OutcomeT]) -> None:
        event_round = self._round
        self._last_try = max(self._until, min(event_round.now() + LEAST, self._until + PATIENCE))
        waiting: list[Step[OutcomeT]] = [
            Splitting(event_round, event_round.snapshot, told.entry, left, event_round.states(left[0].session, told.entry))
            for members in told.groups.values()
            if (left := event_round.left(members))
        ]
        while waiting:
            following: list[Step[OutcomeT]] = []
            alone = [step for step in waiting if len(step.members) == 1]
            for step in waiting:
                if len(step.members) > 1:
                    following += await self._done_and_given(step)
            for first in range(0, len(alone), ALONE):
                for after in await asyncio.gather(*map(self._done_and_given, alone[first : first + ALONE])):
                    following += after
            waiting = following

    async def _done_and_given(self, step: Step[OutcomeT]) -> Sequence[Step[OutcomeT]]:
        """Do a step, and give those their outcomes for whom nothing else is to be done; nothing where what is known is old."""
        if step.snapshot.age > self._fresh:
            self._stale.update(step.members)
            self._round.over.update(step.members)
            return ()
        following = list(await self._done(step))
        going_on = {member for each in following for member in each.members}
        self._give([member for member in step.members if member not in going_on] if going_on else step.members, step.place)
        return following

    def _give(self, members: Sequence[Member[OutcomeT]], place: StreamPlace) -> None:
        """Give members who are done with the entry of a place their outcomes, if it is their last."""
        over, last = self._round.over, self._last
        done = [member for member in members if last[member] == place or member in over]
        self._stale.update(self._round.give(done, self._fresh))
        for member in done if self._given_up else ():
            given_up = self._given_up.pop(member, None)
            if given_up is not None and member not in self._stale:
                member.subscriber.take_back(given_up)

    async def _done(self, step: Step[OutcomeT]) -> Iterable[Step[OutcomeT]]:
        """Do a step, for a while again and again if the graph is away or does not answer; what fails in another way, apart."""
        backoff = Backoff()
        while True:
            try:
                async with asyncio.timeout_at(self._last_try):
                    return await step.run()
            except (Unavailable, TimeoutError):
                if self._round.now() >= self._last_try:
                    await self._give_up(step.members, step.place)
                    return ()
                await backoff.wait()
                step = step.again()
            except Exception as error:  # noqa: BLE001 - it is for the streams whose event it is, which report it
                return step.failed(error)

    async def _give_up(self, members: Sequence[Member[OutcomeT]], place: StreamPlace) -> None:
        """Tell members that they missed all from a place on, but for what is told later.

        If their account is to be asked in what they missed, the stream ends.
        """
        if not self._asked:  # once: Redis may be what is away
            self._asked = True
            await self._undelivered.still(self._undelivered.among(chain.from_iterable(self._taken.values())))
        for member in members:
            account = self._account.get(member)
            lost = [each for each in self._taken[member] if isinstance(each, Entry) and each.place >= place]
            given_up = member.subscriber.given_up(lost)
            if given_up.late is None and account is not None and account >= place:
                self._round.end(member, Unavailable())
                continue
            self._given_up[member] = given_up
            if given_up.notice is not None:
                await self._round.notify([member], given_up.notice)
            self._round.over.add(member)
