"""Made authors with any number of followers, who stand in no graph, and a fan-out to them in one real Redis."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry

from graph.ids import new_id
from graph.rows.posts import Delivery, DeliveryReason
from keyspace.activity import Activity
from keyspace.client import Keyspace
from keyspace.dead_letters import DeadLetters
from keyspace.fan_out_queue import Claimed, FanOutQueue
from keyspace.most_active import Selections
from services.delivery.cached import CachedTimelines
from services.delivery.chunks import Chunks
from services.delivery.fan_out import FanOut
from services.delivery.followers import NEWEST, Chunk, Place
from services.delivery.metrics import DeliveryMetrics
from services.delivery.most_active import LastRead
from services.delivery.pulled import PulledAuthors
from services.delivery.read_ahead import ReadAhead
from services.delivery.runner import FanOutRunner
from services.delivery.tiers import Tiers, TierSizes
from services.delivery.walking import Walk
from services.events.post_events import PostCreated, PostDeleted
from services.events.retry_policy import RetryPolicy

SPACING = 10_000_000
"""Keys between the followers of two authors: those of author 3 are 30,000,001 and so on."""
CHUNK = 100


def followers_of(author: int, count: int) -> range:
    """Give the keys of an author's followers, newest first."""
    return range(author * SPACING + count, author * SPACING, -1)


@dataclass(slots=True)
class MadeFollowers:
    """Authors by key, with how many followers they have. `read` notes what was asked, `errors` are raised first.

    `meanwhile` happens before the answer of a read, by its number.
    """

    counts: dict[int, int] = field(default_factory=dict)
    read: list[tuple[str, Place]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    meanwhile: dict[int, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    async def chunk(self, post: str, author: int, place: Place, limit: int) -> Chunk:
        """Give followers below a place: each followed at the moment that is their key."""
        self.read.append((post, place))
        if (happens := self.meanwhile.get(len(self.read))) is not None:
            await happens()
        if self.errors:
            raise self.errors.pop(0)
        first = author * SPACING + self.counts[author]
        start = first if place == NEWEST else place.at - 1
        keys = range(start, max(author * SPACING, start - limit), -1)
        return Chunk(keys, keys, Place(keys[-1], keys[-1]) if len(keys) == limit else None, post in self.deleted)


@dataclass(slots=True)
class Made:
    """A worker that delivers to made followers; `others` work beside it on the same queue."""

    keyspace: Keyspace
    followers: MadeFollowers = field(default_factory=MadeFollowers)
    chunk: int = CHUNK
    chunks_read: int = 1
    claim_life: int = 15_000
    sizes: TierSizes = field(default_factory=lambda: TierSizes(250, 500, spread=0.5))
    first_under_load: int = 50
    policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(attempts=3))

    @property
    def cached(self) -> CachedTimelines:
        """The timelines."""
        return CachedTimelines(self.keyspace, 800, life=60, build_timeout=10)

    def fan_out(self) -> FanOut:
        """Give the handlers of one worker."""
        queue = FanOutQueue(self.keyspace, 800, 60, self.claim_life, 200)
        pulled = PulledAuthors(None, self.keyspace, 10)  # type: ignore[arg-type]  # nobody builds the set here
        pull: Any = None  # nobody follows here
        ahead = ReadAhead(self.followers, self.chunks_read * self.chunk)
        return FanOut(ahead, self.cached, queue, pull, pulled, self.chunk, self.sizes.first, self.first_under_load)

    def runner(self, fan_out: FanOut) -> FanOutRunner:
        """Give what carries out the tasks in that worker."""
        metrics = DeliveryMetrics.of(CollectorRegistry())
        last_read, chunks = self.last_read(), Chunks(fan_out.queue, metrics)
        selections = Selections(self.keyspace, 60)
        walk = Walk(fan_out.ahead, last_read, chunks, self.chunk)
        tiers = Tiers(self.followers, selections, last_read, fan_out.queue, chunks, self.sizes, self.chunk)
        return FanOutRunner(fan_out.queue, walk, tiers, DeadLetters(self.keyspace), self.policy, metrics, fan_out.enqueued)

    def last_read(self) -> LastRead:
        """Give what knows when people last read."""

        async def restore(_number: int) -> None:
            """Know of nobody who stands in no graph."""

        return LastRead(Activity(self.keyspace), restore)

    async def stand(self, viewers: Sequence[int]) -> None:
        """Put an empty timeline in place for each."""
        for viewer in viewers:
            token = await self.cached.begin(viewer)
            assert token is not None
            assert await self.cached.finish(viewer, token, [], ())

    def post(
        self, author: int, delivery: Delivery = Delivery.PUSH, reason: DeliveryReason = DeliveryReason.FEW_FOLLOWERS
    ) -> PostCreated:
        """Let an author have written a post."""
        return PostCreated(
            post_id=new_id(), author_id=new_id(), author_key=author, home=True, delivery=delivery, reply_to_id=None,
            root_id=None, followers=self.followers.counts[author], reason=reason,
        )  # fmt: skip


def deletion(post: PostCreated) -> PostDeleted:
    """Let its author delete a post."""
    return PostDeleted(
        post_id=post.post_id, author_id=post.author_id, author_key=post.author_key, reply_to_id=None, delivery=post.delivery
    )


async def carry_out(runner: FanOutRunner, tasks: int = 1_000) -> int:
    """Carry out the tasks that are ready, and give how often one was claimed."""
    for done in range(tasks):
        found = await runner.queue.claim()
        if not isinstance(found, Claimed):
            return done
        await runner.carry(found)
    return tasks
