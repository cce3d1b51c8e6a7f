"""Live streams of a viewer: each update is checked and looked up when it is sent."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from errors import InvalidInput, NotFound, Unavailable
from feeds.cursors import ListCursors
from feeds.keysets import IntegerColumn, Keyset, TokenColumn
from resolvers.context import Context
from resolvers.event_source import EventExecution, OutcomeT
from resolvers.live_kinds import COUNTS, THREAD, VISIBLE_POSTS, check_account
from resolvers.live_reposts import HOME, POSTS_AND_REPOSTS
from resolvers.posts import root_of
from resolvers.stream_kinds import Session, StreamKind, sign_of
from resolvers.telling import patience_of, tell
from services.accounts.viewer import Viewer
from services.events.backoff import Backoff
from services.live.entries import COUNTED_MAX, Entry, Update
from services.live.notices import Resync
from services.live.places import StreamPlace
from services.live.rounds import Listener
from services.live.subscriber import Subscriber
from services.live.topics import account_of, home_posts_of, post_of, posts_of, reposts_of, thread_of

Join: TypeAlias = Callable[[Subscriber, StreamPlace | None], Awaitable[None]]
"""Lets what a stream is of concern a subscriber, from a place or from now on."""


def _keyset(name: str) -> Keyset:
    """Return the order of the stream of everybody, for the cursors of one kind of stream.

    Its places are signed like those of pages: whether a made-up one is taken would tell when something happened that the viewer
    may not know of.
    """
    return Keyset(name, ascending=True, epoch=TokenColumn(), milliseconds=IntegerColumn(), number=IntegerColumn())


_HOME = _keyset("live home timeline")
_USER_POSTS = _keyset("live posts of a user")
_THREAD = _keyset("live thread")
_POST_COUNTS = _keyset("live counts of posts")


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a stream when it is opened: its cursors, and what lets it concern a subscriber."""

    cursors: ListCursors
    join: Join

    async def __call__(self) -> "Opening":
        """Return itself: most streams have nothing to look up for that."""
        return self


@dataclass(frozen=True, slots=True)
class LiveEvents:
    """What happens on a stream of a viewer since a cursor; a post that the viewer may not see never appears."""

    context: Context
    viewer: Viewer
    kind: StreamKind
    after: str | None
    open: Callable[[], Awaitable[Opening]]

    async def __aiter__(self) -> AsyncGenerator[object, None]:
        """Yield rows, looked up for this viewer alone.

        Raises:
            InvalidInput: the cursor is not one that this viewer was given on this stream.
            NotFound: the viewer may not see what the stream is of.
            TooManyOperations: their streams hold as much of this process as they may.
            Unauthenticated: the viewer's account is not in use any more.
            Unavailable: whether it is could not be asked.

        """
        opening = await self.open()
        with self.context.services.live.hub.subscribed(()) as subscriber:
            await opening.join(subscriber, self._since(opening.cursors))
            while True:
                if (row := await self._row(opening.cursors, await subscriber.next(), subscriber)) is not None:
                    yield row

    async def outcomes(self, execution: EventExecution[OutcomeT]) -> AsyncGenerator[Sequence[OutcomeT], None]:
        """Yield executed events, together with those of all other subscribers.

        Raises:
            InvalidInput, NotFound, TooManyOperations, Unauthenticated, Unavailable: see above.

        """
        services, opening = self.context.services, await self.open()
        session = Session(services, self.viewer, self.kind, execution, opening.cursors, self.after)
        with services.live.hub.subscribed(()) as subscriber:
            await opening.join(subscriber, self._since(opening.cursors))
            if began := await self._began(opening.cursors, execution, subscriber):
                yield began
            del began  # it would be retained while the stream is open
            rounds = services.live.hub.counts_rounds if self.kind is COUNTS else services.live.hub.rounds
            listener = Listener(rounds, subscriber, session, tell)
            while True:
                yield await listener.results()

    async def _began(
        self, cursors: ListCursors, execution: EventExecution[OutcomeT], subscriber: Subscriber
    ) -> Sequence[OutcomeT]:
        """Return what tells that the stream begins, if that comes next: it needs no round, since nothing is looked up for it."""
        if (beginning := subscriber.take_beginning()) is None:
            return ()
        return [await execution.run(self.context.for_operation(), self.kind.notice(cursors, self.after, beginning))]

    async def _row(self, cursors: ListCursors, update: Update, subscriber: Subscriber) -> object | None:
        """Return the row of an update, looked up for a while again and again if the graph is away or does not answer."""
        try:
            async with asyncio.timeout(patience_of(subscriber)):
                return await self._looked_up(cursors, update, subscriber)
        except TimeoutError:
            if not isinstance(update, Entry) or update.is_of_account:
                raise Unavailable from None
            undelivered = self.context.services.live.hub.undelivered
            await undelivered.still(undelivered.among([update]))
            given_up = subscriber.given_up([update])
            subscriber.take_back(given_up)
            return None if given_up.notice is None else self.kind.notice(cursors, self.after, given_up.notice)

    async def _looked_up(self, cursors: ListCursors, update: Update, subscriber: Subscriber) -> object | None:
        backoff = Backoff()
        while True:
            context = self.context.for_operation()
            try:
                if isinstance(update, Entry):
                    return await self.kind.row(context, self.viewer, sign_of(cursors, update, subscriber), update)
                if isinstance(update, Resync):
                    await self.kind.check_account(context, self.viewer)
                return self.kind.notice(cursors, self.after, update)
            except Unavailable:
                await backoff.wait()

    def _since(self, cursors: ListCursors) -> StreamPlace | None:
        if self.after is None:
            return None
        epoch, milliseconds, number = cursors.place(self.after, "after")
        return str(epoch), int(milliseconds), int(number)


def home_events(context: Context, viewer: Viewer, after: str | None) -> LiveEvents:
    """Return what happens on the viewer's home timeline."""

    async def join(subscriber: Subscriber, since: StreamPlace | None) -> None:
        await context.services.home_stream.join(subscriber, viewer.key, since)

    return LiveEvents(context, viewer, HOME, after, Opening(context.reader.cursors(_HOME), join))


def user_posts_events(
    context: Context, viewer: Viewer, user_id: str, after: str | None, *, include_replies: bool, include_reposts: bool
) -> LiveEvents:
    """Return what happens to the posts of a user, with or without replies to others, and to what they repost."""

    async def join(subscriber: Subscriber, since: StreamPlace | None) -> None:
        user = await context.for_operation().loaders.visible_users.one(user_id)
        if user is None:
            raise NotFound("user")
        topics = [posts_of(user.key), *([reposts_of(user.key)] if include_reposts else ())]
        await _join(context, viewer, subscriber, since, *(topics if include_replies else [home_posts_of(user.key)]))

    opening = Opening(context.reader.cursors(_USER_POSTS, user_id), join)
    return LiveEvents(context, viewer, POSTS_AND_REPOSTS if include_reposts else VISIBLE_POSTS, after, opening)


def thread_events(context: Context, viewer: Viewer, post_id: str, after: str | None) -> LiveEvents:
    """Return what happens in the conversation that a post belongs to: to its first post, and to all below it.

    Cursors are those of the conversation, so who has one comes back by whatever post of it they know, also by one that was
    deleted since.
    """

    async def open_() -> Opening:
        root = await root_of(context.for_operation(), post_id, also_deleted=after is not None)

        async def join(subscriber: Subscriber, since: StreamPlace | None) -> None:
            if root is None:
                raise NotFound("post")
            await _join(context, viewer, subscriber, since, thread_of(root))

        return Opening(context.reader.cursors(_THREAD, root or post_id), join)

    return LiveEvents(context, viewer, THREAD, after, open_)


def post_counts_events(context: Context, viewer: Viewer, post_ids: Sequence[str], after: str | None) -> LiveEvents:
    """Return what happens to the counts of posts. Those that the viewer may not see are passed over, as `nodes` does.

    Raises:
        InvalidInput: they are too many.

    """
    if len(post_ids) > COUNTED_MAX:
        raise InvalidInput("postIds", f"At most {COUNTED_MAX} posts in one stream.")

    async def join(subscriber: Subscriber, since: StreamPlace | None) -> None:
        await _join(context, viewer, subscriber, since, *map(post_of, post_ids))

    return LiveEvents(context, viewer, COUNTS, after, Opening(context.reader.cursors(_POST_COUNTS), join))


async def _join(
    context: Context, viewer: Viewer, subscriber: Subscriber, since: StreamPlace | None, *topics: Hashable
) -> None:
    """Let topics concern the subscriber of a viewer whose account is in use, and this account, which may end the stream."""
    live = context.services.live
    live.hub.index.add(subscriber, [*topics, account_of(viewer.key)])
    await check_account(context.for_operation(), viewer)
    await live.begin(subscriber, since)
