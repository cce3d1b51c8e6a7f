"""Rows of posts: bodies, counts, and the words for audience, replies and delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from cached_json import CachesJson
from clock import moment, moment_or_none
from graph.rows.post_versions import version_of

ANCESTORS_MAX = 100
"""Most ancestors shown beside the first post. `posts/ancestors` follows one more, which tells whether one is left out."""


class Audience(StrEnum):
    """Who may see a post."""

    PUBLIC = "PUBLIC"
    FOLLOWERS = "FOLLOWERS"
    CLOSE_FRIENDS = "CLOSE_FRIENDS"
    MENTIONED = "MENTIONED"


class ReplyRule(StrEnum):
    """Who, of those who may see a post, may reply to it; its author always may."""

    EVERYONE = "EVERYONE"
    FOLLOWERS = "FOLLOWERS"
    MENTIONED = "MENTIONED"
    NOBODY = "NOBODY"


class QuoteRule(StrEnum):
    """Who, of those who may see a post, may quote it; its author always may."""

    EVERYONE = "EVERYONE"
    FOLLOWERS = "FOLLOWERS"
    NOBODY = "NOBODY"


class Delivery(StrEnum):
    """How a post reaches home timelines: pushed, pushed to some and pulled by others, or pulled."""

    PUSH = "PUSH"
    MIXED = "MIXED"
    PULL = "PULL"


class DeliveryReason(StrEnum):
    """Why a post is delivered as it is: by the number of its author's followers, or by what load or an operator has changed."""

    FEW_FOLLOWERS = "FEW_FOLLOWERS"
    MANY_FOLLOWERS = "MANY_FOLLOWERS"
    LOAD = "LOAD"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True, slots=True)
class PostRow(CachesJson):
    """The body of a post. `home` tells whether it belongs on home timelines.

    Where `followers_as_of` (milliseconds since 1970 UTC) is given, followers are those who have followed since then.

    Attributes:
        quotes: who may quote it.
        quote_of_id: the post that it quotes.
        quote_detached: whether the author of what it quotes has detached it, so that it shows none.
        reply_hidden: whether the author of what it answers has hidden it behind a click.
        edited_at: when its text was last changed; None for one that is as it was written.
        warning: what its author says before it is read, empty for nothing.
        sensitive: whether its pictures are blurred until they are asked for.

    """

    id: str
    author_id: str
    author_key: int
    text: str
    lang: str | None
    audience: Audience
    delivery: Delivery
    home: bool
    reply_to_id: str | None
    root_id: str | None
    media_ids: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]
    created_at: datetime
    deleted_at: datetime | None
    replies: ReplyRule
    followers_as_of: int | None
    quotes: QuoteRule
    quote_of_id: str | None
    quote_detached: bool
    reply_hidden: bool
    edited_at: datetime | None
    warning: str
    sensitive: bool

    @property
    def mention_ids(self) -> list[str]:
        """Ids of the users whom it mentions, in the order of the text."""
        return [id_ for _, id_ in self.mentions]

    @property
    def version(self) -> str:
        """The name of what it says now among all that it has said."""
        return version_of(self.edited_at or self.created_at)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `posts/by_id` gives for a post: the fields in order, times in milliseconds."""
        id_, author_id, author_key, text, lang, audience, delivery, home, reply_to_id, root_id = values[:10]
        media_ids, mentions, created_at, deleted_at, replies, followers_as_of = values[10:16]
        quotes, quote_of_id, quote_detached, reply_hidden, edited_at, warning, sensitive = values[16:]
        return cls(
            id_, author_id, author_key, text, lang, Audience(audience), Delivery(delivery), home, reply_to_id, root_id,
            tuple(media_ids), tuple((name, user_id) for name, user_id in mentions),
            moment(created_at), moment_or_none(deleted_at), ReplyRule(replies), followers_as_of,
            QuoteRule(quotes), quote_of_id, quote_detached, reply_hidden, moment_or_none(edited_at), warning, sensitive,
        )


@dataclass(frozen=True, slots=True)
class PostCounts:
    """Degrees of a post: exact, kept by the store with the edges. Views, and about how many people they were of, are properties.

    Each has a column in `cypher/rows/post_counts.cypher`, in this order, and a field of the schema's `Post`.
    """

    likes: int
    replies: int
    reposts: int
    quotes: int
    hidden_replies: int
    views: int
    viewers: int


NO_COUNTS = PostCounts(0, 0, 0, 0, 0, 0, 0)
"""Those of a post that was just written."""
