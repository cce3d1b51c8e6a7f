"""Events of posts, likes, bookmarks and other flags."""

from dataclasses import dataclass
from typing import ClassVar

from graph.rows.posts import Audience, Delivery, DeliveryReason
from keyspace.list_heads import ALL_POSTS, HOME_ENTRIES, HOME_POSTS, QUOTES, REPLIES
from keyspace.row_cache import MEDIA, POST_COUNTS, POSTS, USER_COUNTS, USERS, Kind
from keyspace.viewer_flags import BOOKMARKED, LIKED, ViewerFlag
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEvent(Event):
    """Something happened to a post.

    `reply_to_id` is the post that it replies to, `quote_of_id` the one that it quotes, `root_id` the first post of its thread.
    """

    post_id: str
    author_id: str
    author_key: int
    reply_to_id: str | None
    quote_of_id: str | None = None
    root_id: str | None = None
    audience: Audience = Audience.PUBLIC
    mention_ids: tuple[str, ...] = ()

    @property
    def entry_id(self) -> str:
        """The id that stands on home timelines."""
        return self.post_id

    @property
    def sender_key(self) -> int:
        """The key of the person to whose followers it is delivered."""
        return self.author_key

    def stale(self) -> Stale:
        """Return the post, and the counts of its author and of the posts that it replies to and quotes."""
        counted = [(POST_COUNTS, id_) for id_ in (self.reply_to_id, self.quote_of_id) if id_]
        return Stale(rows=[(POSTS, self.post_id), (USER_COUNTS, self.author_id), *counted])


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedEvent(PostEvent):
    """A post came, changed or went: whoever follows `hashtags`, those of its text, may see it by them, or saw it."""

    home: bool
    hashtags: tuple[str, ...] = ()

    @property
    def tagged(self) -> tuple[str, ...]:
        """The hashtags that it has, and those that it had before."""
        return self.hashtags

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who may see it, and who could before."""
        return (self.audience,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCreated(TaggedEvent, type="post.created"):
    """Somebody wrote a post.

    `home` tells whether it belongs on home timelines. `delivery` was decided for `reason` when the author had so many
    `followers`.
    """

    delivery: Delivery
    media_ids: tuple[str, ...] = ()
    followers: int = 0
    reason: DeliveryReason = DeliveryReason.FEW_FOLLOWERS

    def stale(self) -> Stale:
        """Return the same but its row, which its writer stores, the heads of its lists, and its media, whose rows name it."""
        rows = [row for row in PostEvent.stale(self).rows if row != (POSTS, self.post_id)]
        return Stale(rows=[*rows, *heads_with(self), *((MEDIA, id_) for id_ in self.media_ids)])


def heads_with(post: "PostCreated | PostDeleted") -> list[tuple[Kind, str]]:
    """Return the heads of the lists that a post is in: of its author's posts, of replies to what it answers, of quotes."""
    heads: list[tuple[Kind, str]] = [(ALL_POSTS, post.author_id)]
    if post.home:
        heads += [(HOME_POSTS, post.author_id), (HOME_ENTRIES, post.author_id)]
    if post.reply_to_id:
        heads.append((REPLIES, post.reply_to_id))
    if post.quote_of_id:
        heads.append((QUOTES, post.quote_of_id))
    return heads


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUpdated(TaggedEvent, type="post.updated"):
    """The author changed who may see a post, reply to it or quote it.

    `was_audience` is who could see it before, when the author was `private` or not.
    """

    was_audience: Audience
    private: bool = False

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Who may see it, and who could before."""
        return self.audience, self.was_audience


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEdited(TaggedEvent, type="post.edited"):
    """The author changed what a post says, at `edited_at` (milliseconds since 1970 UTC).

    It mentioned `was_mention_ids` before. Only those of `new_mention_ids` are to be told that it mentions them: nothing that it
    has said before did. It had `was_hashtags` before. `private` is whether the author was then.
    """

    edited_at: int
    was_mention_ids: tuple[str, ...] = ()
    new_mention_ids: tuple[str, ...] = ()
    was_hashtags: tuple[str, ...] = ()
    private: bool = False

    @property
    def tagged(self) -> tuple[str, ...]:
        """The hashtags that it has, and those that it had before."""
        return tuple(dict.fromkeys((*self.hashtags, *self.was_hashtags)))

    def stale(self) -> Stale:
        """Return the post; no count and no list has changed."""
        return Stale(rows=[(POSTS, self.post_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeleted(TaggedEvent, type="post.deleted"):
    """The author deleted a post.

    `home` tells whether it may be on home timelines, where it came as `delivery` says; `private`, whether the author was then;
    `pinned`, whether it was pinned.
    """

    home: bool = True
    delivery: Delivery = Delivery.PUSH
    private: bool = False
    pinned: bool = False

    def stale(self) -> Stale:
        """Return the same as of every post, the heads of its lists, and the author whose pinned post it was."""
        author = [(USERS, self.author_id)] if self.pinned else []
        return Stale(rows=[*PostEvent.stale(self).rows, *heads_with(self), *author])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPurged(Event, type="post.purged"):
    """A post that was deleted long ago is gone for good, with what it said before."""

    post_id: str
    author_id: str
    author_key: int

    def stale(self) -> Stale:
        """Return the post: its row may have been cached since it was deleted."""
        return Stale(rows=[(POSTS, self.post_id), (POST_COUNTS, self.post_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PinEvent(Event):
    """Somebody changed which of their posts are pinned."""

    post_id: str
    author_id: str

    def stale(self) -> Stale:
        """Return the author, whose row names them."""
        return Stale(rows=[(USERS, self.author_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPinned(PinEvent, type="post.pinned"):
    """Somebody pinned a post of theirs, or moved it among those that are pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUnpinned(PinEvent, type="post.unpinned"):
    """Somebody pins a post no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMediaChanged(PostEvent, type="post.media_changed"):
    """A picture of a post became ready, or was refused."""

    home: bool
    media_id: str

    def stale(self) -> Stale:
        """Return the picture."""
        return Stale(rows=[(MEDIA, self.media_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteEvent(PostEvent):
    """The author of a quoted post changed whether a post that quotes it shows it."""

    home: bool

    def stale(self) -> Stale:
        """Return the post that quotes, and of the one that it quotes the counts and the head of its quotes."""
        rows: list[tuple[Kind, str]] = [(POSTS, self.post_id)]
        if self.quote_of_id:
            rows += [(POST_COUNTS, self.quote_of_id), (QUOTES, self.quote_of_id)]
        return Stale(rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDetached(QuoteEvent, type="post.quote_detached"):
    """The author of a quoted post took it out of the post that quotes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReattached(QuoteEvent, type="post.quote_reattached"):
    """The author of a quoted post shows it again in the post that quotes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEvent(PostEvent):
    """The author of a post changed whether a reply to it is hidden."""

    home: bool

    def stale(self) -> Stale:
        """Return the reply, and of the post that it answers the counts and the head of its replies."""
        rows: list[tuple[Kind, str]] = [(POSTS, self.post_id)]
        if self.reply_to_id:
            rows += [(POST_COUNTS, self.reply_to_id), (REPLIES, self.reply_to_id)]
        return Stale(rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHidden(ReplyEvent, type="post.reply_hidden"):
    """The author of a post hid a reply to it behind a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyShown(ReplyEvent, type="post.reply_shown"):
    """The author of a post shows a reply to it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEvent(Event):
    """`user_id` set or cleared a flag on a post of `author_id`."""

    flag: ClassVar[ViewerFlag]

    post_id: str
    author_id: str
    user_id: str
    user_key: int

    def stale(self) -> Stale:
        """Return whether the user has the flag on the post."""
        return Stale(fields=[self.flag.stale(self.user_key, self.post_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedFlagEvent(FlagEvent):
    """A flag that others see as a count."""

    def stale(self) -> Stale:
        """Return the counts of the post, too."""
        return Stale(rows=[(POST_COUNTS, self.post_id)], fields=FlagEvent.stale(self).fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLiked(CountedFlagEvent, type="post.liked"):
    """Somebody likes a post."""

    flag = LIKED


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUnliked(CountedFlagEvent, type="post.unliked"):
    """Somebody took a like back."""

    flag = LIKED


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBookmarked(FlagEvent, type="post.bookmarked"):
    """Somebody bookmarked a post."""

    flag = BOOKMARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class PostUnbookmarked(FlagEvent, type="post.unbookmarked"):
    """Somebody removed a bookmark."""

    flag = BOOKMARKED
