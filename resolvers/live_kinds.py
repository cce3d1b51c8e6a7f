"""The kinds of live streams: what an entry is to a viewer at the moment of sending."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeAlias

from errors import Unauthenticated
from feeds.cursors import ListCursors
from feeds.replies import is_not_hidden
from graph.rows.posts import PostRow
from graph.rows.users import UserState
from keyspace.viewer_states import RELATIONSHIPS, TOPICS, StateKey
from loaders.rows import Rows
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.live_rows import (
    AddedRow,
    ChangedRow,
    CountsRow,
    RemovedRow,
    RepostRemovedRow,
    ResyncRow,
    StartedRow,
    notice_row,
)
from resolvers.stream_kinds import Sign
from services.accounts.viewer import Viewer
from services.events.follow_events import FollowChanged
from services.events.hashtag_events import HashtagEvent
from services.events.pair_events import BlockChanged
from services.events.post_events import (
    PostCreated,
    PostDeleted,
    PostEdited,
    PostMediaChanged,
    PostUpdated,
    QuoteEvent,
    ReplyEvent,
    ReplyShown,
)
from services.events.repost_events import RepostEvent, RepostsEnded
from services.events.user_events import UserUpdated
from services.live.entries import Entry, PostCounted
from services.live.notices import Notice
from services.policy.checks import PostCheck
from services.policy.rules import may_see_post

OfPeople: TypeAlias = FollowChanged | HashtagEvent | BlockChanged | UserUpdated
"""Events that are about no post."""
OpenChanged: TypeAlias = PostUpdated | PostEdited | PostDeleted
"""What may change who sees a post."""
PostChanged: TypeAlias = OpenChanged | PostMediaChanged | QuoteEvent | ReplyEvent
"""What happens to a post that was there before."""
LivePostRow: TypeAlias = AddedRow | ChangedRow | CountsRow | RemovedRow | RepostRemovedRow
"""What an entry is to a viewer."""
Shows: TypeAlias = Callable[[PostRow], bool]
"""Whether a stream shows a post that the viewer may see."""


class PostsKind:
    """Posts that the viewer may see, whatever the stream is of: a person's posts, or a conversation."""

    __slots__ = ()

    def posts(self, entry: Entry) -> Sequence[str]:
        """Return the id of the post that an entry is about."""
        return () if isinstance(entry.what, OfPeople | RepostEvent | RepostsEnded) else (entry.what.post_id,)

    def reposts(self, entry: Entry) -> Sequence[str]:  # noqa: ARG002 - of timelines, see there
        """Return nothing: reposts are nothing to a conversation, and to counts a number."""
        return ()

    def states(self, entry: Entry, rows: Rows) -> Sequence[StateKey]:
        """Return how a viewer and the author stand; and of a quote what the viewer mutes, since that is shown apart."""
        what = entry.what
        if not isinstance(what, PostCreated | PostChanged):
            return ()
        post = rows.posts.known.get(what.post_id)
        quotes = post is not None and post.quote_of_id is not None
        return (StateKey(RELATIONSHIPS, what.author_id), *((TOPICS,) if quotes else ()))

    def people(self, entry: Entry) -> Collection[str]:
        """Return the ids of those for whom an entry may be something else than for others: whom the post mentioned then."""
        what = entry.what
        if isinstance(what, PostEdited):
            return {*what.mention_ids, *what.was_mention_ids}
        return what.mention_ids if isinstance(what, PostCreated | PostChanged) else ()

    def moments(self, entry: Entry) -> Sequence[int]:
        """Return when a change happened: whoever follows only since then did not follow before."""
        return (entry.at,) if isinstance(entry.what, PostChanged) else ()

    async def row(self, context: Context, viewer: Viewer, sign: Sign, entry: Entry) -> LivePostRow | None:
        """Look an entry up as of now: the post may be gone or hidden, or the viewer may see it no more.

        The context is for this entry alone, so that nothing comes from an earlier lookup. Who never saw a post and does not see
        it now gets no event: even the id would reveal it.

        Raises:
            Unauthenticated: the viewer's own account is not in use any more.

        """
        what = entry.what
        if isinstance(what, UserUpdated):
            await self.check_account(context, viewer)
        if isinstance(what, PostCreated):
            before, now = False, True
        elif isinstance(what, PostChanged):
            before, now = await self._seen(context, viewer, entry, what)
        else:
            return None
        if not now:
            return RemovedRow(sign(entry.place), encode("Post", what.post_id)) if before else None
        if (post := await self._shown(context, viewer, what.post_id)) is None:
            # As it was it was shown, and as it is now it is not, as where the viewer mutes a word that it says.
            return RemovedRow(sign(entry.place), encode("Post", what.post_id)) if before else None
        if isinstance(what, PostCreated) and not entry.beside_page and not await self._was_for(context, viewer, what, post):
            return None
        return ChangedRow(sign(entry.place), post) if before else AddedRow(sign(entry.place), post)

    async def check_account(self, context: Context, viewer: Viewer) -> None:
        """Raise Unauthenticated where the account of the viewer is not in use."""
        await check_account(context, viewer)

    def notice(self, cursors: ListCursors, after: str | None, notice: Notice) -> StartedRow | ResyncRow:
        """Return the row which says that the stream begins, or that something was missed."""
        return notice_row(cursors, after, notice)

    async def shows(self, context: Context, viewer: Viewer, post: PostRow) -> Shows:  # noqa: ARG002 - of a timeline, see there
        """Look up what the stream asks of a post beside the policy, and return what it asks."""
        return lambda _: True

    def knew(self, check: PostCheck, at: int) -> bool:  # noqa: ARG002 - as above
        """Return whether the viewer can have been shown a post on this stream by a time, if they could see it."""
        return True

    async def as_it_was(self, context: Context, viewer: Viewer, post: PostRow, at: int) -> PostRow:  # noqa: ARG002 - as above
        """Return a post that was edited at a time with what it said before, as far as it matters to the stream."""
        return post

    async def _was_for(self, context: Context, viewer: Viewer, what: PostCreated, post: PostRow) -> bool:
        """Return whether a post was for the viewer as it was written; where its author has opened it since, that is told."""
        if post.audience is what.audience and post.edited_at is None:
            return True
        for check in await context.loaders.posts.checks([what.post_id]):
            post = replace(check.post, audience=what.audience, mentions=_names(what.mention_ids))
            if may_see_post.holds(replace(check, post=post)):
                if post.edited_at is None:
                    return True
                as_written = await self.as_it_was(context, viewer, post, 0)
                return (await self.shows(context, viewer, as_written))(as_written)
        return False

    async def _seen(
        self, context: Context, viewer: Viewer, entry: Entry, what: PostChanged
    ) -> tuple[bool, bool]:
        """Return whether the viewer saw a post before it changed, and whether they may see it now."""
        for check in await context.loaders.posts.checks([what.post_id]):
            if not self.knew(check, entry.at):
                break
            post = replace(check.post, deleted_at=None)
            now = not isinstance(what, PostDeleted) and may_see_post.holds(replace(check, post=post))
            was = _before(replace(check, post=post), what, entry.at)
            if isinstance(what, PostEdited):
                was.post = await self.as_it_was(context, viewer, was.post, what.edited_at)
            shows = await self.shows(context, viewer, was.post)
            return not entry.behind_block and may_see_post.holds(was) and shows(was.post), now
        return False, False

    async def _shown(self, context: Context, viewer: Viewer, post_id: str) -> PostRow | None:
        (post,) = await context.loaders.hydrate([post_id])
        return post if post is not None and (await self.shows(context, viewer, post))(post) else None


class CountsKind(PostsKind):
    """The counts of posts, and the end of posts that are deleted or hidden."""

    __slots__ = ()

    def states(self, entry: Entry, rows: Rows) -> Sequence[StateKey]:
        """Return how a viewer and the author stand, whom the row of the post names."""
        if not isinstance(entry.what, PostCounted):
            return PostsKind.states(self, entry, rows)
        post = rows.posts.known.get(entry.what.post_id)
        return () if post is None else (StateKey(RELATIONSHIPS, post.author_id),)

    async def row(self, context: Context, viewer: Viewer, sign: Sign, entry: Entry) -> CountsRow | RemovedRow | None:
        """Return the post with its counts of now, also where its author has opened it to the viewer; or that it is gone.

        Raises:
            Unauthenticated: the viewer's own account is not in use any more.

        """
        if isinstance(entry.what, PostCounted):
            post = await self._shown(context, viewer, entry.what.post_id)
            return None if post is None else CountsRow(sign(entry.place), post)
        row = await PostsKind.row(self, context, viewer, sign, entry)
        if isinstance(row, AddedRow):
            return CountsRow(row.cursor, row.post)
        return row if isinstance(row, RemovedRow) else None


class ThreadKind(PostsKind):
    """What happens in a conversation: a reply that is hidden leaves it, and comes back when it is shown again."""

    __slots__ = ()

    async def shows(self, context: Context, viewer: Viewer, post: PostRow) -> Shows:  # noqa: ARG002 - the same for all
        """Return whether a reply is not hidden."""
        return is_not_hidden

    async def _seen(self, context: Context, viewer: Viewer, entry: Entry, what: PostChanged) -> tuple[bool, bool]:
        before, now = await super()._seen(context, viewer, entry, what)
        post = await context.loaders.posts.one(what.post_id) if now else None
        return before, post is not None and is_not_hidden(post)


VISIBLE_POSTS = PostsKind()
THREAD = ThreadKind()
COUNTS = CountsKind()


def _before(check: PostCheck, what: PostChanged, at: int) -> PostCheck:
    """Return what held for a viewer before a post changed at a time, as far as it is known: blocks are those of now."""
    user, related, post = check.user, check.relationship, check.post
    if (related.following_since or 0) > at:
        related = replace(related, following_since=None)
    if isinstance(what, PostUpdated):
        post = replace(post, audience=what.was_audience)
    if isinstance(what, PostEdited):
        post = replace(post, mentions=_names(what.was_mention_ids))
    # That it was hidden is known where it is shown again; else that it is gone is rather told to who does not show it.
    if post.reply_hidden or isinstance(what, ReplyShown):
        post = replace(post, reply_hidden=isinstance(what, ReplyShown))
    if isinstance(what, OpenChanged) and what.private != user.private:
        user = replace(user, private=what.private)
    return replace(check, user=user, relationship=related, post=post)


def _names(ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return mentions of people by id alone, for the policy."""
    return tuple(("", id_) for id_ in ids)


async def check_account(context: Context, viewer: Viewer) -> None:
    """Raise Unauthenticated where the account of the viewer is not in use."""
    user = await context.loaders.users.one(viewer.id)
    if user is None or user.state is not UserState.ACTIVE:
        raise Unauthenticated
