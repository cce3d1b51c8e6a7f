"""What events make stale in the copy: months of tables, and people of whom everything may be shown or hidden.

Only what may come is named with all its months. What goes is taken out of every file by the people and the posts that are left
(`references.py`), so that a person who is hidden, or a post, is read once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.export.months import between, month_at, month_of
from graph.rows.posts import Audience
from keyspace.analytics_notes import AnalyticsNotes
from services.events import account_events as account
from services.events import bookmark_events, factor_events, hashtag_events, mail_events, media_events
from services.events import follow_events as follow
from services.events import pair_events as pair
from services.events import post_events as post
from services.events import repost_events as repost
from services.events import user_events as user
from services.events.event import Event

OF_POSTS = ("posts", "hashtags", "mentions", "likes", "reposts")
"""Tables that are divided by when the post was written."""
OF_PEOPLE = ("people", "follows")
"""Tables that are divided by when somebody signed up."""
GROUP = "analytics"
"""The group of the consumer that notes it."""
_PERSON = "person"


def _month(tables: Iterable[str], id_: str) -> Collection[str]:
    return [f"{table}/{month_of(id_)}" for table in tables]


def _written(event: post.PostCreated | post.PostEdited) -> Collection[str]:
    return _month(OF_POSTS[:3], event.post_id) if event.audience is Audience.PUBLIC else ()


def _audience(event: post.PostUpdated) -> Collection[str]:
    """A post that is opened is named by later ones that answer and quote it."""
    if event.audience is event.was_audience:
        return ()
    if event.audience is not Audience.PUBLIC:
        return _month(OF_POSTS[:1], event.post_id)
    later = between(month_of(event.post_id), month_at(event.at))
    return {*_month(OF_POSTS, event.post_id), *(f"posts/{month}" for month in later)}


def _person(event: user.UserUpdated) -> Collection[str]:
    return _month(OF_PEOPLE[:1], event.user_id) if event.profile else [f"{_PERSON}/{event.user_id}"]


NOTED: Mapping[type[Event], Callable[[Any], Collection[str]]] = {
    user.UserCreated: lambda event: _month(OF_PEOPLE[:1], event.user_id),
    user.UserUpdated: _person,
    follow.FollowCreated: lambda event: _month(OF_PEOPLE[1:], event.follower_id),
    follow.FollowDeleted: lambda event: _month(OF_PEOPLE[1:], event.follower_id),
    post.PostCreated: _written,
    post.PostEdited: _written,
    post.PostUpdated: _audience,
    post.PostDeleted: lambda event: _month(OF_POSTS[:1], event.post_id),
    post.QuoteDetached: lambda event: _month(OF_POSTS[:1], event.post_id),
    post.QuoteReattached: lambda event: _month(OF_POSTS[:1], event.post_id),
    post.PostLiked: lambda event: _month(["likes"], event.post_id),
    post.PostUnliked: lambda event: _month(["likes"], event.post_id),
    repost.PostReposted: lambda event: _month(["reposts"], event.post_id),
    repost.PostUnreposted: lambda event: _month(["reposts"], event.post_id),
}
"""What each event makes stale."""

NOTHING: Mapping[type[Event], str] = {
    user.UserRenamed: "names are not in the copy",
    user.UserOpened: "it comes with user.updated, and each request that is accepted with follow.created",
    user.MutedTopicsChanged: "strangers do not see whom or what somebody mutes",
    account.RolesChanged: "accounts are not in the copy",
    account.PersonalTokenCreated: "accounts are not in the copy",
    account.PersonalTokenRevoked: "accounts are not in the copy",
    account.SessionsEnded: "accounts are not in the copy",
    account.SessionReused: "accounts are not in the copy",
    factor_events.FactorAdded: "accounts are not in the copy",
    factor_events.FactorRemoved: "accounts are not in the copy",
    factor_events.FactorsReset: "accounts are not in the copy",
    factor_events.RecoveryCodeUsed: "accounts are not in the copy",
    factor_events.PasskeyCopied: "accounts are not in the copy",
    pair.UserBlocked: "it tells nothing to strangers; each follow that it ends has follow.deleted",
    pair.UserUnblocked: "it tells nothing to strangers",
    pair.UserMuted: "strangers do not see whom or what somebody mutes",
    pair.UserUnmuted: "strangers do not see whom or what somebody mutes",
    pair.UserBefriended: "strangers do not see close friends",
    pair.UserUnbefriended: "strangers do not see close friends",
    follow.FollowRequested: "strangers do not see requests",
    follow.FollowRequestEnded: "strangers do not see requests",
    post.PostPurged: "it was deleted before",
    post.PostPinned: "pins are not in the copy",
    post.PostUnpinned: "pins are not in the copy",
    post.PostMediaChanged: "pictures count from when the post was written",
    post.ReplyHidden: "a hidden reply is public, behind a click",
    post.ReplyShown: "a hidden reply is public, behind a click",
    post.PostBookmarked: "strangers do not see bookmarks",
    post.PostUnbookmarked: "strangers do not see bookmarks",
    repost.RepostsEnded: "the post was deleted before",
    bookmark_events.BookmarkFolderDeleted: "strangers do not see bookmarks",
    hashtag_events.HashtagFollowed: "strangers do not see which hashtags somebody follows",
    hashtag_events.HashtagUnfollowed: "strangers do not see which hashtags somebody follows",
    media_events.MediaUploaded: "pictures count from when the post was written",
    media_events.MediaReady: "pictures count from when the post was written",
    media_events.MediaRefused: "pictures count from when the post was written",
    media_events.MediaDeleted: "pictures go with their posts, and with a profile that is changed",
    mail_events.MailRequested: "accounts are not in the copy",
    mail_events.PasswordResetRequested: "accounts are not in the copy",
}
"""Events that change nothing of the copy, and why."""


@dataclass(frozen=True, slots=True)
class StaleNotes:
    """Notes what events make stale, as a consumer."""

    notes: AnalyticsNotes

    async def handle(self, events: Sequence[Event]) -> None:
        """Note it; twice is once.

        Raises:
            Unavailable: Redis does not answer.

        """
        await self.notes.note({note for event in events for note in NOTED[type(event)](event)})


@dataclass(frozen=True, slots=True)
class Stale:
    """What is to be read anew: months by table, and ids of people."""

    months: frozenset[tuple[str, str]]
    people: frozenset[str]

    @classmethod
    def of(cls, notes: Iterable[str]) -> "Stale":
        """Read notes back."""
        pairs = [(kind, rest) for kind, _, rest in (note.partition("/") for note in notes)]
        people = frozenset(rest for kind, rest in pairs if kind == _PERSON)
        return cls(frozenset(pair for pair in pairs if pair[0] != _PERSON), people)
