"""Delivery: a new post to the timelines of followers, a deleted one out of them, and an author's posts to a new follower.

A repost is delivered as a post of whoever reposted, under its own id.

What fits into one chunk is done by the handler of the event. The rest is a task in the queue, which `runner.py` carries out.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson

from graph.rows.posts import Delivery, DeliveryReason
from keyspace.fan_out_queue import Action, FanOutQueue, Fields
from services.delivery.cached import CachedTimelines
from services.delivery.followers import NEWEST, Followers, Place
from services.delivery.pull import Pull
from services.delivery.pulled import PulledAuthors
from services.delivery.read_ahead import ReadAhead
from services.delivery.tasks import REMOVAL_PATIENCE, Step, wait_of
from services.events.event import Event
from services.events.follow_events import FollowCreated
from services.events.post_events import PostCreated, PostDeleted
from services.events.repost_events import PostReposted, PostUnreposted
from services.events.stream import fields_of

New: TypeAlias = PostCreated | PostReposted
"""What is delivered to followers."""
Gone: TypeAlias = PostDeleted | PostUnreposted
"""What is removed from timelines."""
DELIVERED = frozenset({PostCreated, PostReposted, PostDeleted, PostUnreposted})
"""The events of which `FanOut.handle` is the handler."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """Handlers of events. Each is idempotent: a post has one plan, and a timeline holds an id once.

    `chunk` is the number of followers that one step pushes to, `first_tier` that of those who get a mixed post at once,
    and `first_tier_under_load` the same where load alone made the post a mixed one: else it would spare nothing.
    `enqueued` is set when there is a new task, so that the runner of this process need not look for it.
    """

    ahead: ReadAhead
    cached: CachedTimelines
    queue: FanOutQueue
    pull: Pull
    pulled: PulledAuthors
    chunk: int
    first_tier: int
    first_tier_under_load: int
    enqueued: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def followers(self) -> Followers:
        """Whoever names the followers."""
        return self.ahead.followers

    async def handle(self, event: New | Gone) -> None:
        """Begin to deliver a new post or repost, or to remove one that is gone."""
        if isinstance(event, PostCreated | PostReposted):
            await self.post_created(event)
        else:
            await self.post_deleted(event)

    async def post_created(self, event: New) -> None:
        """Push a post to its author, and to followers as its delivery says; what is not pushed to all makes a pulled author."""
        if not event.home:
            return
        if event.delivery is not Delivery.PUSH:
            await self.pulled.add(event.sender_key)
        fields: dict[str, str | int] = {
            "mode": event.delivery,
            "reason": event.reason,
            "author": event.sender_key,
            "followers": event.followers,
            "made": event.at,
        }
        if event.delivery is Delivery.PUSH:
            await self._push(event, fields)
            return
        if (await self.followers.chunk(event.entry_id, event.sender_key, NEWEST, 1)).deleted:
            return  # its removal may be forgotten by now
        tiers = event.delivery is Delivery.MIXED
        fields["step"] = Step.TIER_1 if tiers else Step.FIRST
        left = None
        if tiers:
            first_tier = self.first_tier_under_load if event.reason is DeliveryReason.LOAD else self.first_tier
            fields["first_tier"], left = first_tier, min(event.followers, first_tier)
        await self._begin(event, "push", [event.sender_key], fields, left=left, wait=wait_of(left or 0))

    async def post_deleted(self, event: Gone) -> None:
        """Stop delivering a post, and remove it from all lists: one that was pulled stands on those that were built since."""
        if not event.home:
            return
        first = await self.followers.chunk(event.entry_id, event.sender_key, NEWEST, self.chunk)
        left = None if first.next is None else 0  # a removal is no load that could be spared by pulling
        fields = {"step": Step.REMOVE, "author": event.sender_key, "deleted": event.at, **_place(first.next)}
        await self._begin(event, "remove", [event.sender_key, *first.keys], fields, left=left, wait=REMOVAL_PATIENCE)

    async def follow_created(self, event: FollowCreated) -> None:
        """Merge the newest posts of the followed into the follower's timeline, if there is one, and note the follow beside it.

        Without one, a relationship from before the follow is removed all the same, or it could take the followed from a
        timeline that is built next.
        """
        posts: Sequence[str] = ()
        if await self.cached.exists(event.follower_key):
            posts = await self.pull.newest_of(event.followed_key, self.cached.cap)
        await self.cached.merge(event.follower_key, (event.followed_id, event.followed_key), posts)

    async def _push(self, event: New, fields: dict[str, str | int]) -> None:
        first, rest = (await self.ahead.read(event.entry_id, event.sender_key, NEWEST)).cut(self.chunk)
        if first.deleted:  # the handler of that event does the rest
            return
        if rest is not None and first.next is not None:
            self.ahead.put(event.entry_id, first.next, rest)
        left = None if first.next is None else max(0, event.followers - len(first.keys))
        step = Step.FIRST if first.next is None else Step.REST
        fields.update(step=step, first=len(first.keys), **_place(first.next))
        await self._begin(event, "push", [event.sender_key, *first.keys], fields, left=left, wait=wait_of(left or 0))

    async def _begin(
        self, event: New | Gone, action: Action, viewers: Sequence[int], fields: Fields, *, left: int | None, wait: int
    ) -> None:
        if left is None:
            await self.queue.begin(event.entry_id, action, viewers, fields)
            return
        plan = {**fields, "event": _text_of(event)}
        await self.queue.begin(event.entry_id, action, viewers, plan, left=left, wait=wait)
        self.enqueued.set()


def _text_of(event: Event) -> str:
    """Return the event as the plan of a task keeps it, for its dead letter."""
    return orjson.dumps({name.decode(): value.decode() for name, value in fields_of(event).items()}).decode()


def _place(place: Place | None) -> Fields:
    return {} if place is None else place._asdict()
