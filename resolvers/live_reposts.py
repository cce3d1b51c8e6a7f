"""The kinds of live streams that tell reposts: home timelines, and what somebody posts and reposts."""

from collections.abc import Sequence
from dataclasses import replace

from clock import moment
from feeds.home_rules import OnHome, prepare_home
from graph.ids import milliseconds_of
from graph.rows.posts import PostRow
from graph.rows.relationships import UNRELATED
from graph.rows.reposts import RepostRow
from keyspace.viewer_states import RELATIONSHIPS, TOPICS, StateKey
from loaders.rows import Rows
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.live_kinds import LivePostRow, OfPeople, PostsKind, Shows
from resolvers.live_rows import AddedRow, RemovedRow, RepostRemovedRow
from resolvers.stream_kinds import Sign
from services.accounts.viewer import Viewer
from services.events.repost_events import PostReposted, PostUnreposted, RepostEvent, RepostsEnded
from services.live.entries import Entry
from services.policy.checks import PostCheck
from services.policy.rules import may_see_post, may_see_reactions


class PostsAndRepostsKind(PostsKind):
    """Somebody's posts and what they repost, as far as the viewer may see it."""

    __slots__ = ()

    def posts(self, entry: Entry) -> Sequence[str]:
        """Return the id of the post, of a repost as well."""
        return () if isinstance(entry.what, OfPeople) else (entry.what.post_id,)

    def reposts(self, entry: Entry) -> Sequence[str]:
        """Return the id of a new repost."""
        return (entry.what.repost_id,) if isinstance(entry.what, PostReposted) else ()

    def states(self, entry: Entry, rows: Rows) -> Sequence[StateKey]:
        """Return how a viewer stands with the author, and with who reposted; and what they mute, since the post may quote."""
        what = entry.what
        if isinstance(what, RepostEvent):
            people = {what.author_id: None, what.user_id: None}
            return (*(StateKey(RELATIONSHIPS, id_) for id_ in people), TOPICS)
        if isinstance(what, RepostsEnded):
            return (StateKey(RELATIONSHIPS, what.author_id),)
        return PostsKind.states(self, entry, rows)

    def moments(self, entry: Entry) -> Sequence[int]:
        """Return when a change happened, the end of a repost as well."""
        return (entry.at,) if isinstance(entry.what, PostUnreposted) else PostsKind.moments(self, entry)

    async def row(self, context: Context, viewer: Viewer, sign: Sign, entry: Entry) -> LivePostRow | None:
        """Return the post of a new repost with it, or which repost ended; of posts what they are to every stream of posts.

        Raises:
            Unauthenticated: the viewer's own account is not in use any more.

        """
        what = entry.what
        if isinstance(what, PostReposted):
            (post,), repost = await context.loaders.hydrate([what.post_id]), await context.loaders.reposts.one(what.repost_id)
            if post is None or repost is None or not await self.shows_repost(context, viewer, post, repost):
                return None
            return AddedRow(sign(entry.place), post, repost)
        if isinstance(what, PostUnreposted):
            return await self._unreposted(context, viewer, sign, entry, what)
        if isinstance(what, RepostsEnded):
            return await self._deleted(context, sign, entry, what)
        return await PostsKind.row(self, context, viewer, sign, entry)

    async def shows_repost(self, context: Context, viewer: Viewer, post: PostRow, repost: RepostRow) -> bool:  # noqa: ARG002 - below
        """Return whether the stream shows a repost of a post that the viewer may see."""
        checks = await context.loaders.visible_users.checks([repost.author_id])
        return any(may_see_reactions.holds(check) for check in checks)

    async def _deleted(self, context: Context, sign: Sign, entry: Entry, what: RepostsEnded) -> RemovedRow | None:
        """Return that a post is gone, where the viewer saw it until it was deleted: it may stand there by any of its reposts."""
        for check in await context.loaders.posts.checks([what.post_id]):
            before = replace(check, post=replace(check.post, deleted_at=None))
            if not entry.behind_block and may_see_post.holds(before):
                return RemovedRow(sign(entry.place), encode("Post", what.post_id))
        return None

    async def _unreposted(
        self, context: Context, viewer: Viewer, sign: Sign, entry: Entry, what: PostUnreposted
    ) -> RepostRemovedRow | None:
        """Return which repost ended, where the viewer can have been shown it: they see the post, or did until it was deleted."""
        repost = RepostRow(what.repost_id, what.user_id, what.post_id, moment(milliseconds_of(what.repost_id)))
        for check in await context.loaders.posts.checks([what.post_id]):
            post = replace(check.post, deleted_at=None)
            seen = not entry.behind_block and may_see_post.holds(replace(check, post=post))
            if seen and await self.shows_repost(context, viewer, post, repost) and self.knew_repost(context, what, entry.at):
                return RepostRemovedRow(sign(entry.place), encode("Post", what.post_id), encode("User", what.user_id))
        return None

    def knew_repost(self, context: Context, what: PostUnreposted, at: int) -> bool:  # noqa: ARG002 - of a timeline, see below
        """Return whether the viewer can have been shown a repost on this stream by a time."""
        return True


class HomeKind(PostsAndRepostsKind):
    """What happens on home timelines: entries of posts and reposts of those whom the viewer follows, and of their own account.

    An entry that says by which followed `hashtags` it is told is looked at with these.
    """

    __slots__ = ("_hashtags",)

    def __init__(self, hashtags: Sequence[str] = ()) -> None:
        """Take the hashtags of one entry that its viewers follow."""
        self._hashtags = frozenset(hashtags)

    async def row(self, context: Context, viewer: Viewer, sign: Sign, entry: Entry) -> LivePostRow | None:
        """Return the same as of streams of posts and reposts, and by which hashtags a post is there.

        Raises:
            Unauthenticated: the viewer's own account is not in use any more.

        """
        if self._hashtags != frozenset(entry.hashtags):
            return await HomeKind(entry.hashtags).row(context, viewer, sign, entry)
        row = await PostsAndRepostsKind.row(self, context, viewer, sign, entry)
        if not self._hashtags or not isinstance(row, AddedRow):
            return row
        rules = OnHome(context.loaders, viewer.id, self._hashtags)
        return replace(row, hashtags=rules.by_hashtags(row.post))

    def states(self, entry: Entry, rows: Rows) -> Sequence[StateKey]:
        """Return how a viewer and the author stand, and what the viewer mutes."""
        states = PostsAndRepostsKind.states(self, entry, rows)
        return (*states, TOPICS) if states and TOPICS not in states else states

    async def shows_repost(self, context: Context, viewer: Viewer, post: PostRow, repost: RepostRow) -> bool:
        """Return what the rule of home timelines says."""
        await prepare_home(context.loaders, viewer.id, [post], [repost])
        return OnHome(context.loaders, viewer.id).by_repost(post, repost)

    def knew_repost(self, context: Context, what: PostUnreposted, at: int) -> bool:
        """Return whether the viewer followed then who reposted: who does since has read the page since."""
        relationship = context.loaders.relationships.known.get(what.user_id, UNRELATED)
        return (relationship.following_since or 0) <= at

    async def shows(self, context: Context, viewer: Viewer, post: PostRow) -> Shows:
        """Return the rule of home timelines: the author may not be followed any more, or be muted."""
        await prepare_home(context.loaders, viewer.id, [post])
        rules = OnHome(context.loaders, viewer.id, self._hashtags)
        return lambda post: rules(post) or bool(rules.by_hashtags(post))

    def knew(self, check: PostCheck, at: int) -> bool:
        """Return whether the post is of home timelines, and the viewer followed then: who does since has read the page since."""
        return check.post.home and (check.relationship.following_since or 0) <= at

    async def as_it_was(self, context: Context, viewer: Viewer, post: PostRow, at: int) -> PostRow:
        """Return the post as before, where the viewer mutes what it may have said, or sees it by its hashtags."""
        if not self._hashtags and not await context.loaders.muted_topics.one(viewer.id):
            return post
        before = await context.loaders.texts_before.one((post.id, at))
        return post if before is None else replace(post, text=before.text, warning=before.warning)


HOME = HomeKind()
POSTS_AND_REPOSTS = PostsAndRepostsKind()
