"""Joining the live stream: what was missed since a place, then what comes, each entry once and in order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from errors import Unavailable
from keyspace.errors import CommandRefused
from keyspace.live_stream import LiveStream
from services.live.ended_blocks import behind_ended_blocks
from services.live.entries import Entry, after, entries, may_be_about
from services.live.hub import Hub
from services.live.notices import Resync, ResyncReason, Started
from services.live.places import StreamPlace, id_of
from services.live.subscriber import Subscriber
from services.live.undelivered import ASKED

MISSED_MAX = 5_000
"""Entries of the stream looked through for one who comes back; beyond it a page is cheaper for both."""
RESUMES = 4
"""Subscribers who look through what they missed at once: each holds up to 5 MB of the stream meanwhile."""
AT_ONCE = 250
"""Entries looked through before others have their turn: about a millisecond."""


@dataclass(frozen=True, slots=True)
class LiveJoining:
    """Lets subscribers go on with the live stream, each from where they were."""

    hub: Hub
    stream: LiveStream
    _resumes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(RESUMES), repr=False)

    async def begin(self, subscriber: Subscriber, since: StreamPlace | None) -> None:
        """Let what a subscriber is told first wait for it: a beginning, and what was missed since a place.

        Its topics must concern it already, so what is not among the missed waits in it; what is in both is sent once. Where the
        client now reads a page of lists that fan-out fills, posts follow that were announced and may lack there.

        Raises:
            Unavailable: Redis cannot be reached since this process runs.

        """
        missed: Sequence[Entry] | ResyncReason = []
        if since is not None:
            async with self._resumes:
                missed = await self._missed(since, subscriber)
        here = await self.hub.place()
        if since is not None and not isinstance(missed, ResyncReason):
            subscriber.begin(Started(since), missed)
            self.hub.recount(subscriber)  # how often it missed them is nothing to anybody: they are told once, as they are now
            return
        # Few are asked for. Where they are many, fan-out is far behind, and the hub asks for all of them each second.
        if len(lacking := subscriber.lacking()) <= ASKED:
            await self.hub.undelivered.still(lacking)
        subscriber.begin_with_page(Resync(missed, here) if isinstance(missed, ResyncReason) else Started(here))

    async def _missed(self, since: StreamPlace, subscriber: Subscriber) -> Sequence[Entry] | ResyncReason:
        """Return the entries after a place that may concern a subscriber, or why they cannot be told."""
        try:
            epoch, found = await self.stream.since(id_of(since), MISSED_MAX + 2)
        except (Unavailable, CommandRefused):
            return ResyncReason.UNAVAILABLE
        missed = after(since, epoch, found)
        if isinstance(missed, ResyncReason):
            return missed
        if len(missed) > MISSED_MAX:
            return ResyncReason.TOO_MANY
        topics, concerning = self.hub.index.keys_of(subscriber), list[Entry]()
        for first in range(0, len(missed), AT_ONCE):
            # Most are of what does not concern the viewer, so they are passed over before they are read.
            some = (each for each in missed[first : first + AT_ONCE] if may_be_about(each.fields, topics))
            concerning += (told for entry in entries(since[0], some) if (told := entry.concerning(topics)) is not None)
            await asyncio.sleep(0)
        return behind_ended_blocks(concerning, topics)
