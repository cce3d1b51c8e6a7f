"""Tells members something of their streams. Where entries were lost, one may have ended the stream, so the account is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from errors import Unauthenticated
from resolvers.event_groups import Step
from resolvers.event_round import EventRound
from resolvers.event_snapshot import EventSnapshot
from resolvers.event_source import OutcomeT
from resolvers.stream_kinds import Member
from services.live.notices import Notice, Resync
from services.live.places import StreamPlace


@dataclass(frozen=True, slots=True)
class Noticing(Generic[OutcomeT]):
    """Gives members a notice."""

    event_round: EventRound[OutcomeT]
    snapshot: EventSnapshot[OutcomeT]
    notice: Notice
    members: Sequence[Member[OutcomeT]]

    @property
    def place(self) -> StreamPlace:
        """Return the place of the notice."""
        return self.notice.place

    async def run(self) -> Iterable[Step[OutcomeT]]:
        """Give it to those whose account is in use, and end the streams of the others.

        Raises:
            Unavailable: accounts are not cached, and the graph cannot be reached.

        """
        if isinstance(self.notice, Resync):
            await self.snapshot.rows.users.many([member.session.viewer.id for member in self.members])
            for member in self.members:
                session = member.session
                try:
                    await session.kind.check_account(self.event_round.context(session, self.snapshot, {}), session.viewer)
                except Unauthenticated as error:
                    self.event_round.end(member, error)
        await self.event_round.notify(self.members, self.notice)
        return ()

    def again(self) -> Step[OutcomeT]:
        """Look accounts up anew."""
        self.event_round.renew(self.snapshot)
        return replace(self, snapshot=self.event_round.snapshot)

    def failed(self, error: Exception) -> Iterable[Step[OutcomeT]]:
        """Tell each alone; end who is alone."""
        if len(self.members) > 1:
            return [replace(self, members=(member,)) for member in self.members]
        self.event_round.end(self.members[0], error)
        return ()
