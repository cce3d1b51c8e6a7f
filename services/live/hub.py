"""The hub of a web process: one reader of the live stream, which hands each entry to those whom it may concern."""

import asyncio
from collections.abc import Hashable, Iterable, Sequence
from types import TracebackType

import structlog

from errors import Unavailable
from keyspace.live_stream import NOTHING, CountedPosts, LiveStream
from services.events.backoff import TROUBLE, Backoff
from services.events.follow_events import FollowChanged
from services.events.hashtag_events import HashtagEvent, HashtagFollowed
from services.events.repost_events import RepostsEnded
from services.live.entries import COUNTED_MAX, Entry, after, counted, entries
from services.live.index import Index
from services.live.notices import Resync, ResyncReason
from services.live.places import StreamPlace, id_of, place_of
from services.live.rounds import Rounds
from services.live.subscriber import Subscriber
from services.live.topics import follows_of, hashtag_of, home_posts_of, post_in, post_of
from services.live.undelivered import MOST, Undelivered

BLOCK = 2_000
"""Milliseconds that one read waits for news; shorter than the time-out of the connection."""
BATCH = 500
"""Entries taken in one read."""
LONGEST_PAUSE = 1.0
"""Seconds to wait at most before asking a Redis that failed again: clients see the pause as a delay."""
BEGINNING = 5.0
"""Seconds that who comes before the reader has begun waits for it."""
COUNTS_TOLD = 1_000
"""Most deliveries of counts in a round: about 25 ms, so that posts are told in between."""

log = structlog.get_logger(__name__)


class Hub:
    """Subscribers of this process by what may concern them, and the reader that serves them.

    The index only saves work: whoever takes an entry checks whether it is something to the viewer now. So an author who was added
    stays, and follows that are announced late or in the wrong order do no harm.
    """

    def __init__(self, stream: LiveStream, buffer: int, undelivered: Undelivered) -> None:
        """Serve from a stream; `buffer` is the most entries that may wait for one subscriber."""
        self._stream, self._buffer, self.undelivered = stream, buffer, undelivered
        self.rounds, self.counts_rounds = Rounds(), Rounds(each=COUNTED_MAX, deliveries=COUNTS_TOLD)
        self.index = Index()
        self._concerns = self.index.concerns  # made once for all subscribers
        self._reading = self._stopped = False
        self._last: StreamPlace | None = None
        """Place of the last entry that was dispatched; None before the reader has begun on a stream."""
        self._counted = NOTHING
        """Id of the last entry of the stream of counts that was dispatched."""
        self._begun = asyncio.Event()

    def subscribed(self, topics: Iterable[Hashable]) -> "Subscription":
        """Return a context manager that opens a subscription for its block; in there it misses nothing of the given topics."""
        return Subscription(self, topics)

    def open(self, topics: Iterable[Hashable]) -> Subscriber:
        """Let topics concern a new subscriber.

        Raises:
            Unavailable: nothing reads the stream any more.

        """
        if self._stopped:
            raise Unavailable
        subscriber = Subscriber(self._buffer, self.undelivered, self._concerns)
        self.index.add(subscriber, topics)
        return subscriber

    async def run(self) -> None:
        """Read the stream and serve subscribers until cancelled; when Redis goes and comes back, go on after the last entry.

        Raises:
            ExceptionGroup: a defect. All subscriptions were ended, since nothing would ever come.

        """
        self._reading = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.rounds.run(), name="live rounds")
                group.create_task(self.rounds.run_late(), name="late rounds")
                group.create_task(self.counts_rounds.run(), name="rounds of counts")
                group.create_task(self.undelivered.run(), name="undelivered posts")
                await self._read_for_ever()
        except Exception:
            self._stop()
            raise
        finally:
            self._reading = False

    def _stop(self) -> None:
        self._stopped = True
        self.rounds.stop()
        self.counts_rounds.stop()
        for subscriber in self.index.subscribers:
            subscriber.stop()

    async def ping(self) -> None:
        """Raise Unavailable when nothing reads the stream any more: this process serves no live events."""
        if not self._reading:
            raise Unavailable

    async def place(self) -> StreamPlace:
        """Return the place after which a subscriber of this moment misses nothing.

        Raises:
            Unavailable: Redis is away, and this process does not know the stream yet.

        """
        while self._last is None:
            try:
                async with asyncio.timeout(BEGINNING):
                    await self._begun.wait()
            except TimeoutError:
                raise Unavailable from None
        return self._last

    async def _read_for_ever(self) -> None:
        backoff = Backoff(LONGEST_PAUSE)
        while True:
            try:
                if self._last is None:
                    await self._begin()
                else:
                    await self._read(self._last)
                backoff.reset()
            except TROUBLE as error:
                log.warning("live stream lost", error=type(error).__name__, retry_after=round(backoff.next, 2))
                await backoff.wait()

    async def _begin(self, reason: ResyncReason = ResyncReason.UNAVAILABLE) -> None:
        """Start after the newest entry. Earlier subscribers are told to resync, since they may have missed entries.

        What they then read may lack posts that are not delivered yet, so these come after it.
        """
        self._counted = await self._stream.newest_counted()
        epoch, newest = await self._stream.begin()
        await self.undelivered.recall(epoch, await self._stream.newest(newest, MOST + 1))
        self._last = place_of(epoch, newest)
        self._begun.set()
        undelivered = list(self.undelivered)
        resync = Resync(reason, undelivered[0].before if undelivered else self._last)
        for subscriber in self.index.subscribers:
            subscriber.offer(resync)
        for each in undelivered:
            self._dispatch(each.entry)
            await asyncio.sleep(0)

    async def _read(self, last: StreamPlace) -> None:
        """Wait for entries after the last one, and dispatch them, and counts that are told meanwhile.

        The last entry is read again with them, as a check. If it is gone, the stream was emptied, or trimmed past this reader, so
        entries may be lost, and the reader begins anew.
        """
        await self._count(await self._stream.wait(id_of(last), self._counted, BLOCK))
        epoch, found = await self._stream.since(id_of(last), BATCH)
        news = after(last, epoch, found)
        if isinstance(news, ResyncReason):
            log.warning("live stream broken", last=last, reason=news)
            self._last = None
            self._begun.clear()
            await self._begin(news)
        elif news:
            before = last
            for entry in entries(last[0], news):
                self.undelivered.add(entry, before)
                self._dispatch(entry)
                self._last = before = entry.place
                # A batch would fill the buffers of those who read as well, if they could not read until its end.
                await asyncio.sleep(0)
            self._last = place_of(last[0], news[-1].id.decode())
            await self.rounds.caught_up(LONGEST_PAUSE)

    def recount(self, subscriber: Subscriber) -> None:
        """Let a subscriber be told the counts of all posts that it watches."""
        for topic in self.index.keys_of(subscriber):
            if (post := post_in(topic)) is not None:
                subscriber.count(counted(post))

    async def _count(self, found: Sequence[CountedPosts]) -> None:
        """Dispatch posts whose counts changed; all that are watched, where some entries were gone before they were read."""
        for each in found:
            if each.after == self._counted:
                self._dispatch_counts(each.posts)
            else:
                log.warning("counts missed", last=self._counted, next=each.id)
                self._dispatch_counts([post for topic in self.index if (post := post_in(topic)) is not None])
            self._counted = each.id
            await asyncio.sleep(0)

    def _dispatch_counts(self, posts: Iterable[str]) -> None:
        for post in posts:
            if subscribers := self.index.of(post_of(post)):
                entry = counted(post)
                for subscriber in subscribers:
                    subscriber.count(entry)

    def _dispatch(self, entry: Entry) -> None:
        if isinstance(entry.what, FollowChanged):
            for subscriber in self.index.of(follows_of(entry.what.follower_key)):
                self.index.add(subscriber, [home_posts_of(entry.what.followed_key)])
        if isinstance(entry.what, HashtagEvent):
            self._note_hashtag(entry.what)
        # Before what tells the same without hashtags: of two with one place, a subscriber takes the first.
        for subscriber, told in entry.by_hashtags(self.index.of):
            subscriber.offer(told)
        concerned: Iterable[Subscriber] = (each for topic in entry.topics for each in self.index.of(topic))
        if isinstance(entry.what, RepostsEnded):  # it is about hundreds, of whom somebody may follow many
            concerned = set(concerned)
        for subscriber in concerned:
            subscriber.offer(entry)

    def _note_hashtag(self, changed: HashtagEvent) -> None:
        """Let posts with a hashtag concern the home timelines of who follows it now, or no longer."""
        topic = hashtag_of(changed.hashtag)
        for subscriber in self.index.of(follows_of(changed.user_key)):
            if isinstance(changed, HashtagFollowed):
                self.index.add(subscriber, [topic])
            else:
                self.index.drop(subscriber, topic)


class Subscription:
    """A subscription that is open for a block. It is a class because a generator would take a kilobyte for each that is open."""

    __slots__ = ("_hub", "_subscriber", "_topics")

    def __init__(self, hub: Hub, topics: Iterable[Hashable]) -> None:
        """Take what is to concern the subscriber from the beginning."""
        self._hub, self._topics = hub, topics

    def __enter__(self) -> Subscriber:
        """Open it.

        Raises:
            Unavailable: nothing reads the stream any more.

        """
        self._subscriber = self._hub.open(self._topics)
        self._topics = ()
        return self._subscriber

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let nothing concern the subscriber any more."""
        self._hub.index.remove(self._subscriber)
