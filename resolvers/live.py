"""Events of live streams: each is checked and looked up when it happens."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeAlias

from errors import Unauthenticated, Unavailable
from feeds.cursors import ListCursors
from feeds.home import OnHome, hydrate_home, prepare_home
from feeds.keysets import IntegerColumn, Keyset, TokenColumn
from graph.rows.posts import PostRow
from graph.rows.users import UserState
from keyspace.viewer_states import RELATIONSHIPS, TOPICS, StateKey
from resolvers.context import Context
from resolvers.event_source import EventExecution, OutcomeT
from resolvers.global_ids import encode
from resolvers.stream_kinds import Session, Sign
from resolvers.telling import PATIENCE, tell
from services.accounts.viewer import Viewer
from services.events.backoff import Backoff
from services.events.follow_events import FollowChanged
from services.events.post_events import PostCreated, PostDeleted, PostUpdated
from services.events.user_events import UserUpdated
from services.live.entries import Entry, Update
from services.live.notices import Notice, Resync, ResyncReason, Started
from services.live.places import StreamPlace
from services.live.rounds import Listener
from services.policy.rules import may_see_post

KEYSET = Keyset(
    "live home timeline", ascending=True, epoch=TokenColumn(), milliseconds=IntegerColumn(), number=IntegerColumn()
)
"""The order of the stream of everybody. Its places are signed like those of pages: whether a made-up one is taken would tell when
something happened that the viewer may not know of."""


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A post that is new, or that the viewer may see since its author changed who may."""

    cursor: str
    post: PostRow


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A post that is gone, by its global id."""

    cursor: str
    post_id: str


@dataclass(frozen=True, slots=True)
class StartedRow:
    """What comes after the cursor is told."""

    cursor: str


@dataclass(frozen=True, slots=True)
class ResyncRow:
    """The client must read the page anew; what comes after the cursor is told."""

    cursor: str
    reason: ResyncReason
    missed: int | None


HomeRow: TypeAlias = AddedRow | RemovedRow | StartedRow | ResyncRow


@dataclass(frozen=True, slots=True, eq=False)
class HomeKind:
    """What happens on home timelines: entries of posts of those whom the viewer follows, and of the viewer's own account."""

    def posts(self, entry: Entry) -> Sequence[str]:
        """Return the id of the post that an entry is about."""
        return () if isinstance(entry.what, FollowChanged | UserUpdated) else (entry.what.post_id,)

    def states(self, entry: Entry) -> Sequence[StateKey]:
        """Return how a viewer and the author stand, and what the viewer mutes."""
        if isinstance(entry.what, FollowChanged | UserUpdated):
            return ()
        return StateKey(RELATIONSHIPS, entry.what.author_id), TOPICS

    def moments(self, entry: Entry) -> Sequence[int]:
        """Return when a change happened: whoever follows only since then is told nothing."""
        return () if isinstance(entry.what, PostCreated) else (entry.at,)

    async def row(
        self, context: Context, viewer: Viewer, sign: Sign, entry: Entry
    ) -> AddedRow | RemovedRow | None:
        """Look an entry up as of now: the post may be gone or hidden, its author not followed any more, or muted.

        The context is for this entry alone, so that nothing comes from an earlier lookup.

        Raises:
            Unauthenticated: the viewer's own account is not in use any more.

        """
        what = entry.what
        if isinstance(what, PostCreated):
            return await _added(context, viewer, sign, entry, what.post_id)
        if isinstance(what, PostUpdated | PostDeleted):
            was_shown, may_see = await _change(context, viewer, what, entry.at)
            if may_see and not was_shown:
                return await _added(context, viewer, sign, entry, what.post_id)
            gone = was_shown and not may_see
            return RemovedRow(sign(entry.place), encode("Post", what.post_id)) if gone else None
        if isinstance(what, UserUpdated):
            await self.check_account(context, viewer)
        return None

    async def check_account(self, context: Context, viewer: Viewer) -> None:
        """Raise Unauthenticated where the account of the viewer is not in use."""
        user = await context.loaders.users.one(viewer.id)
        if user is None or user.state is not UserState.ACTIVE:
            raise Unauthenticated

    def notice(self, sign: Sign, notice: Notice) -> StartedRow | ResyncRow:
        """Return the row which says that the stream begins, or that something was missed."""
        cursor = sign(notice.place)
        return StartedRow(cursor) if isinstance(notice, Started) else ResyncRow(cursor, notice.reason, notice.missed)


HOME = HomeKind()


@dataclass(frozen=True, slots=True)
class HomeEvents:
    """What happens on a viewer's home timeline since a cursor; a post that the viewer may not see never appears."""

    context: Context
    viewer: Viewer
    after: str | None

    async def __aiter__(self) -> AsyncGenerator[HomeRow, None]:
        """Yield rows, looked up for this viewer alone.

        Raises:
            InvalidInput: the cursor is not one that this viewer was given on this stream.
            Unauthenticated: the viewer's account is not in use any more.
            Unavailable: whether it is could not be asked.

        """
        cursors, services = self._cursors, self.context.services
        async with aclosing(services.home_stream(self.viewer.key, _place(cursors, self.after))) as stream:
            while True:
                if (row := await self._row(cursors.signed, await anext(stream))) is not None:
                    yield row

    async def outcomes(self, execution: EventExecution[OutcomeT]) -> AsyncGenerator[Sequence[OutcomeT], None]:
        """Yield executed events, together with those of all other subscribers.

        Raises:
            InvalidInput, Unauthenticated, Unavailable: see above.

        """
        cursors, services = self._cursors, self.context.services
        session = Session(services, self.viewer, HOME, execution, cursors)
        async with services.home_stream.joined(self.viewer.key, _place(cursors, self.after)) as subscriber:
            listener = Listener(services.home_stream.hub.rounds, subscriber, session, tell)
            while True:
                yield await listener.results()

    async def _row(self, sign: Sign, update: Update) -> HomeRow | None:
        """Return the row of an update, looked up for a while again and again if the graph is away or does not answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._looked_up(sign, update)
        except TimeoutError:
            if not isinstance(update, Entry) or update.is_of_account:
                raise Unavailable from None
            return HOME.notice(sign, Resync(ResyncReason.UNAVAILABLE, update.place))

    async def _looked_up(self, sign: Sign, update: Update) -> HomeRow | None:
        backoff = Backoff()
        while True:
            context = self.context.for_operation()
            try:
                if isinstance(update, Entry):
                    return await HOME.row(context, self.viewer, sign, update)
                if isinstance(update, Resync):
                    await HOME.check_account(context, self.viewer)
                return HOME.notice(sign, update)
            except Unavailable:
                await backoff.wait()

    @property
    def _cursors(self) -> ListCursors:
        return self.context.reader.cursors(KEYSET)


def home_events(context: Context, viewer: Viewer, after: str | None) -> HomeEvents:
    """Return what happens on the viewer's home timeline."""
    return HomeEvents(context, viewer, after)


def _place(cursors: ListCursors, after: str | None) -> StreamPlace | None:
    if after is None:
        return None
    epoch, milliseconds, number = cursors.place(after, "after")
    return str(epoch), int(milliseconds), int(number)


async def _added(context: Context, viewer: Viewer, sign: Sign, entry: Entry, post_id: str) -> AddedRow | None:
    (post,) = await hydrate_home(context.loaders, viewer.id, [post_id])
    return AddedRow(sign(entry.place), post) if post and OnHome(context.loaders, viewer.id)(post) else None


async def _change(context: Context, viewer: Viewer, what: PostUpdated | PostDeleted, at: int) -> tuple[bool, bool]:
    """Return whether a post was on the viewer's home timeline before it changed, `at` a time, and whether they may see it now.

    Who may do neither gets no event: even the id would reveal a post that they may not see. Whoever follows only since then has
    read the page since, and gets none either.
    """
    for check in await context.loaders.posts.checks([what.post_id]):
        post = replace(check.post, deleted_at=None)
        if not post.home or (check.relationship.following_since or 0) > at:
            break
        was = replace(post, audience=what.was_audience) if isinstance(what, PostUpdated) else post
        await prepare_home(context.loaders, viewer.id, [post])
        was_shown = may_see_post.holds(replace(check, post=was)) and OnHome(context.loaders, viewer.id)(was)
        return was_shown, isinstance(what, PostUpdated) and may_see_post.holds(replace(check, post=post))
    return False, False
