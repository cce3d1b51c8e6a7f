"""The rules of home timelines: whose posts and reposts stand there, and with which hashtags."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from clock import now_ms
from graph.rows.posts import Audience, PostRow
from graph.rows.relationships import ViewerRelationship
from graph.rows.reposts import RepostRow
from graph.rows.users import UserRow
from loaders.operation import Loaders
from services.mutes.matching import Mutes
from services.policy.checks import UserCheck
from services.policy.rules import may_see_reactions
from services.posts.entities import hashtags as hashtags_in

MARKED_MOST = 3
"""Most hashtags that are named where a post stands by them: they say why it is there, and its text has them all."""


async def prepare_home(loaders: Loaders, viewer: str, posts: Sequence[PostRow], reposts: Sequence[RepostRow] = ()) -> None:
    """Look up what `OnHome` needs to know of posts and reposts. Where a page was hydrated, it is known already."""
    people, senders = [post.author_id for post in posts], [repost.author_id for repost in reposts]
    await loaders.relationships.many([id_ for id_ in (*people, *senders) if id_ != viewer])
    await loaders.users.many(senders)
    await loaders.muted_topics.one(viewer)


class OnHome:
    """The rules of home timelines: the viewer's own posts, and those of users whom they follow and do not mute.

    A post of anybody for everybody is there, too, where it has a hashtag that the viewer follows.

    The cached list and the stream do not know mutes, and may hold posts of users whom the viewer follows no longer. Call
    `prepare_home` with a post before a rule: it looks up what rules read. All are for posts that the viewer may see.
    """

    __slots__ = ("_hashtags", "_mutes", "_now", "_relationships", "_topics", "_users", "_viewer")

    def __init__(self, loaders: Loaders, viewer: str, hashtags: AbstractSet[str] = frozenset()) -> None:
        """Take the present time, since mutes that have ended hide nothing, and the hashtags that the viewer follows."""
        self._viewer, self._hashtags = viewer, hashtags
        self._relationships: Mapping[str, ViewerRelationship] = loaders.relationships.known
        self._users: Mapping[str, UserRow | None] = loaders.users.known
        self._topics = loaders.muted_topics.known
        self._mutes: Mutes | None = None
        self._now = now_ms()

    def __call__(self, post: PostRow) -> bool:
        """Return whether a post is on their home timeline at its own place, by its author."""
        if post.author_id == self._viewer:
            return True
        return self._relationships[post.author_id].following_since is not None and self.unmuted(post)

    def by_hashtags(self, post: PostRow) -> Sequence[str]:
        """Return the first of the followed hashtags by which alone a post for everybody is there; no reply to others is."""
        if not self._hashtags or not self.may_be_by_hashtags(post):
            return ()
        found = [name for name in hashtags_in(post.text) if name in self._hashtags]
        return found[:MARKED_MOST] if found and self.unmuted(post) else ()

    def may_be_by_hashtags(self, post: PostRow) -> bool:
        """Return whether a post is there by the hashtags that it may have, if the viewer follows one of them."""
        if not post.home or post.audience is not Audience.PUBLIC or post.author_id == self._viewer:
            return False
        return self._relationships[post.author_id].following_since is None and bool(hashtags_in(post.text))

    def by_repost(self, post: PostRow, repost: RepostRow) -> bool:
        """Return whether a post is there by a repost: its author need not be followed, and may not be muted either."""
        return self.shows_repost(repost) and self.bears_reposts(post)

    def bears_reposts(self, post: PostRow) -> bool:
        """Return whether a post is there by reposts that the viewer sees."""
        return post.author_id == self._viewer or self.unmuted(post)

    def shows_repost(self, repost: RepostRow) -> bool:
        """Return whether the viewer sees what somebody reposts: they themselves, or whom they follow and do not mute."""
        viewer, id_ = self._viewer, repost.author_id
        if id_ == viewer:
            return True
        relationship, user = self._relationships[id_], self._users[id_]
        if relationship.following_since is None or relationship.mutes_reposts(self._now) or user is None:
            return False
        return may_see_reactions.holds(UserCheck(viewer, user, relationship))

    def unmuted(self, post: PostRow) -> bool:
        """Return whether the viewer mutes neither the author of a post nor what it is about."""
        if self._relationships[post.author_id].muted(self._now):
            return False
        if self._mutes is None:
            self._mutes = Mutes(self._topics[self._viewer] or (), self._now)
        return not self._mutes.match(post)
