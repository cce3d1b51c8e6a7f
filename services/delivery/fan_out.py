"""Delivery: a new post to the timelines of followers, and an author's posts to the timeline of a new follower."""

from dataclasses import dataclass

from graph.driver import Graph
from integers import MAX_SAFE_INTEGER
from services.delivery.cached import CachedTimelines
from services.delivery.pull import Pull
from services.events.follow_events import FollowCreated
from services.events.post_events import PostCreated


@dataclass(frozen=True, slots=True)
class FanOut:
    """Handlers of `PostCreated` and `FollowCreated`. Each is idempotent, since a timeline holds an id once.

    `chunk` is the number of followers that one step reads and pushes to.
    """

    graph: Graph
    cached: CachedTimelines
    pull: Pull
    chunk: int

    async def post_created(self, event: PostCreated) -> None:
        """Push a post to its author and to all who follow them, in chunks along the relationship index."""
        if not event.home:
            return
        await self.cached.push(event.post_id, [event.author_key])
        at = other = MAX_SAFE_INTEGER
        while True:
            rows = await self.graph.read("follows/follower_keys", key=event.author_key, at=at, other=other, limit=self.chunk)
            await self.cached.push(event.post_id, [key for _, key in rows])
            if len(rows) < self.chunk:
                return
            at, other = rows[-1]

    async def follow_created(self, event: FollowCreated) -> None:
        """Merge the newest posts of the followed into the follower's timeline, if there is one."""
        if await self.cached.exists(event.follower_key):
            posts = await self.pull.newest_of(event.followed_key, self.cached.cap)
            await self.cached.merge(event.follower_key, posts)
