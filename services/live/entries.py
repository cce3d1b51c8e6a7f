"""Entries of the live stream, as web processes read them."""

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar, get_args

import orjson
import structlog

from graph.rows.posts import Audience
from keyspace.stream_entries import Fields, StreamEntry
from services.events.event import MalformedEvent
from services.events.follow_events import FollowChanged, FollowCreated, FollowDeleted
from services.events.hashtag_events import HashtagEvent, HashtagFollowed, HashtagUnfollowed
from services.events.pair_events import BlockChanged, UserBlocked, UserUnblocked
from services.events.post_events import (
    PostCreated,
    PostDeleted,
    PostEdited,
    PostMediaChanged,
    PostUpdated,
    QuoteDetached,
    QuoteReattached,
    ReplyHidden,
    ReplyShown,
    TaggedEvent,
)
from services.events.repost_events import PostReposted, PostUnreposted, RepostEvent, RepostsEnded
from services.events.stream import event_of
from services.events.user_events import UserUpdated
from services.live.notices import Notice, ResyncReason
from services.live.places import StreamPlace, beside, id_of, place_of
from services.live.topics import account_of, hashtag_of, home_posts_of, post_of, posts_of, reposts_of, thread_of

Announced: TypeAlias = (
    PostCreated
    | PostUpdated
    | PostEdited
    | PostDeleted
    | PostMediaChanged
    | QuoteDetached
    | QuoteReattached
    | ReplyHidden
    | ReplyShown
    | PostReposted
    | PostUnreposted
    | RepostsEnded
    | FollowCreated
    | FollowDeleted
    | HashtagFollowed
    | HashtagUnfollowed
    | UserUpdated
    | UserBlocked
    | UserUnblocked
)
"""Events that an open subscription may need."""
TYPES = frozenset(event.type.encode() for event in get_args(Announced))
Subscriber = TypeVar("Subscriber", bound=Hashable)
"""Whoever is told entries."""
COUNTED_MAX = 100
"""Most posts of one stream of counts: those on a page."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PostCounted:
    """The counts of a post changed, perhaps more than once."""

    post_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, and its place in the stream; counts have none (see `counted`).

    `behind_block` says, to who comes back, that a block hid it when it happened, which has ended since; `beside_page`, that it is
    told because the page may lack it which is read now, so that it is to be as on that page: by what holds now alone.
    `hashtags` are those of the post that its subscriber follows.
    """

    place: StreamPlace
    what: Announced | PostCounted
    behind_block: bool = False
    beside_page: bool = False
    hashtags: tuple[str, ...] = ()

    @property
    def at(self) -> int:
        """Return when it happened, in milliseconds since 1970 UTC: perhaps long before it was announced, and never after."""
        return self.place[1] if isinstance(self.what, PostCounted) else min(self.what.at, self.place[1])

    @property
    def is_of_account(self) -> bool:
        """Return whether it may end the stream of whom it concerns, so that it must not be lost."""
        return isinstance(self.what, UserUpdated)

    @property
    def topics(self) -> tuple[Hashable, ...]:
        """Return what the event is about, for those whom it may concern."""
        if isinstance(self.what, FollowChanged | HashtagEvent):
            return ()
        if isinstance(self.what, BlockChanged):
            return account_of(self.what.actor_key), account_of(self.what.target_key)
        if isinstance(self.what, UserUpdated):
            return (account_of(self.what.user_key),)
        if isinstance(self.what, PostCounted):
            return (post_of(self.what.post_id),)
        if isinstance(self.what, RepostEvent | RepostsEnded):
            people = self.what.user_keys if isinstance(self.what, RepostsEnded) else (self.what.user_key,)
            return (*map(home_posts_of, people), *map(reposts_of, people))
        author = self.what.author_key
        home = [home_posts_of(author)] if self.what.home else []
        known = [] if isinstance(self.what, PostCreated) else [post_of(self.what.post_id)]
        return (*home, posts_of(author), thread_of(self.what.root_id or self.what.post_id), *known)

    @property
    def hashtags_of_post(self) -> tuple[str, ...]:
        """Return the hashtags that the post has or had, where it may be on home timelines by them."""
        what = self.what
        if not isinstance(what, TaggedEvent) or not what.home or Audience.PUBLIC not in what.audiences:
            return ()
        return what.tagged

    def by_hashtags(self, subscribers: Callable[[Hashable], Iterable[Subscriber]]) -> Iterator[tuple[Subscriber, "Entry"]]:
        """Yield those who follow hashtags of the post, given the subscribers of each topic, and what is told to them."""
        followed: dict[Subscriber, tuple[str, ...]] = {}
        for name in self.hashtags_of_post:
            for subscriber in subscribers(hashtag_of(name)):
                followed[subscriber] = (*followed.get(subscriber, ()), name)
        told: dict[tuple[str, ...], Entry] = {}
        for subscriber, hashtags in followed.items():
            yield subscriber, told.setdefault(hashtags, replace(self, hashtags=hashtags))

    def concerning(self, topics: Container[Hashable]) -> "Entry | None":
        """Return what is told to a subscriber with some topics, None where they have nothing to do with it."""
        if hashtags := tuple(name for name in self.hashtags_of_post if hashtag_of(name) in topics):
            return replace(self, hashtags=hashtags)
        return self if any(topic in topics for topic in self.topics) else None


Update: TypeAlias = Entry | Notice
"""What a subscriber is told."""


def after(place: StreamPlace, epoch: str | None, found: Sequence[StreamEntry]) -> Sequence[StreamEntry] | ResyncReason:
    """Return what was found after a place, or why that is not all that came after it.

    `found` was read from the place on, in the stream of this epoch. It must begin with the entry of the place itself: where that
    is gone, others that came after it may be gone, too.
    """
    if epoch != place[0] or not found:
        return ResyncReason.LOST
    if found[0].id.decode() != id_of(place):
        return ResyncReason.EXPIRED
    return found[1:]


def counted(post_id: str) -> Entry:
    """Return what tells the counts of a post, as they are when it is told. It is equal for all whom it is told."""
    return Entry(beside(post_id), PostCounted(post_id))


def entries(epoch: str, found: Iterable[StreamEntry]) -> list[Entry]:
    """Read entries of the stream; one that cannot be read is left out, since it would stop every reader for ever."""
    read = list[Entry]()
    for entry in found:
        id_ = entry.id.decode()
        try:
            if entry.fields.get(b"type") in TYPES and isinstance(event := event_of(entry.fields), Announced):
                read.append(Entry(place_of(epoch, id_), event))
        except MalformedEvent:
            log.exception("live entry passed over", entry=id_)
    return read


def may_be_about(fields: Fields, topics: Container[Hashable]) -> bool:
    """Return whether an entry may be about one of some topics, without the check of its event, which takes ten times as long.

    What cannot be read may be about anything.
    """
    try:
        payload = orjson.loads(fields[b"payload"])
        author, actor, target = map(payload.get, ("authorKey", "actorKey", "targetKey"))
        post = str(payload.get("postId"))
        thread = payload.get("rootId") or post
        users = payload.get("userKeys") or [payload.get("userKey")]
        hashtags = [*payload.get("hashtags", ()), *payload.get("wasHashtags", ())]
    except (KeyError, ValueError, AttributeError, TypeError):
        return True
    about = (
        home_posts_of(author), posts_of(author), thread_of(thread), post_of(post), account_of(actor), account_of(target),
        *(of(user) for user in users for of in (home_posts_of, reposts_of, account_of)), *map(hashtag_of, hashtags),
    )
    return any(topic in topics for topic in about)
