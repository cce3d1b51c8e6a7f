"""What a new post is put into at once, beside the timelines of followers: what its author and readers who pull find it by."""

import asyncio
from dataclasses import dataclass

from graph.ids import pack
from graph.rows.posts import Delivery
from keyspace import keys
from services.delivery.cached import CachedTimelines
from services.delivery.pulled import PulledAuthors
from services.delivery.recent import RecentPosts


@dataclass(frozen=True, slots=True)
class AuthorLists:
    """An author's own timeline and recent posts, and the set of pulled authors. The fan-out does it again, for certain."""

    timelines: CachedTimelines
    recent: RecentPosts
    pulled: PulledAuthors

    async def add(self, post: str, author: int, delivery: Delivery) -> None:
        """Put a home post there, once however often it is done, unless it is deleted by now; in the time of one round trip.

        Raises:
            Unavailable: Redis does not answer.

        """
        timeline = (self.timelines.cap, keys.TIMELINE, keys.BUILDING)
        recent = (self.recent.cap, keys.RECENT, keys.RECENT_BUILDING)
        names = (keys.FAN_OUT_PLAN + pack(post), keys.SETTLING)
        words = (pack(post), keys.packed([author]), *timeline, *recent)
        added = self.timelines.keyspace.script("author_push", *words, keys=names)
        if delivery is Delivery.PUSH:
            await added
        else:
            await asyncio.gather(added, self.pulled.add(author))
