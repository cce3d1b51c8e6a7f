"""Muted topics; inputs and payloads of muting and of close friends."""

from datetime import datetime
from enum import Enum

import strawberry

from execution.declarations import RowsOf
from graph.rows import mutes as rows
from schema.fields import attribute, by_key, computed, global_id
from schema.node import Node
from schema.pages import PageInfo
from schema.people import User
from schema.posts import Post
from services.mutes.topics import WORDS_MAX

_USER = "Global id of the person."
_EXPIRES = "When the mute ends; null for one without an end."


@strawberry.enum(description="What a muted topic is.")
class TopicKind(Enum):
    """Kinds of topics."""

    WORD = strawberry.enum_value("WORD", description="A word or phrase in a text: whole words, whatever case and accents.")
    HASHTAG = strawberry.enum_value("HASHTAG", description="A hashtag.")
    THREAD = strawberry.enum_value("THREAD", description="A conversation: its first post and all replies.")


@strawberry.type(description="A word, hashtag or thread that the viewer mutes.")
class MutedTopic(Node):
    """A muted topic."""

    id: strawberry.ID = global_id("MutedTopic")
    kind: TopicKind = attribute("What it is.", "kind")
    text: str | None = computed(
        lambda topic, _: None if topic.kind is rows.TopicKind.THREAD else topic.value,
        "The word or phrase as the viewer wrote it, or the hashtag without its #; null for a thread.",
    )
    thread: Post | None = by_key(
        "posts", "thread_id", "The first post of the thread; null for other topics, and when it is gone or hidden."
    )
    expires_at: datetime | None = attribute(_EXPIRES, "expires_at")
    created_at: datetime = attribute("When it was muted.")

    is_type_of = RowsOf(rows.MutedTopic)


@strawberry.type(description="A muted topic on a page.")
class MutedTopicEdge:
    """Relay's edge."""

    cursor: str = attribute("Where this item stands; pass it as `after` to begin behind it.")
    node: MutedTopic = attribute("The topic.")


@strawberry.type(description="A page of muted topics.")
class MutedTopicConnection:
    """Relay's connection."""

    edges: list[MutedTopicEdge] = attribute("The items of the page, in order.")
    page_info: PageInfo = attribute("Where the page stands.")


@strawberry.input(description="Whom to mute.")
class MuteInput:
    """Arguments of `mute`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)
    expires_at: datetime | None = strawberry.field(default=None, description=_EXPIRES)
    reposts_only: bool = strawberry.field(default=False, description="Whether to hide only what they repost.")


@strawberry.type(description="What `mute` gives.")
class MutePayload:
    """Payload."""

    user: User = strawberry.field(description="The person muted.")


@strawberry.input(description="Whom to mute no longer.")
class UnmuteInput:
    """Arguments of `unmute`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `unmute` gives.")
class UnmutePayload:
    """Payload."""

    user: User = strawberry.field(description="The person muted no longer.")


@strawberry.input(description="What to mute.")
class MuteTopicInput:
    """Arguments of `muteTopic`."""

    kind: TopicKind = strawberry.field(description="What it is.")
    value: str = strawberry.field(
        description=f"A word or phrase of up to {WORDS_MAX} characters, a hashtag with or without #, or the global id of any "
        "post of a thread."
    )
    expires_at: datetime | None = strawberry.field(default=None, description=_EXPIRES)


@strawberry.type(description="What `muteTopic` gives.")
class MuteTopicPayload:
    """Payload."""

    topic: MutedTopic = strawberry.field(description="The topic; the same one as before where it was muted already.")


@strawberry.input(description="What to mute no longer.")
class UnmuteTopicInput:
    """Arguments of `unmuteTopic`."""

    topic_id: strawberry.ID = strawberry.field(description="Global id of a topic that the viewer mutes.")


@strawberry.type(description="What `unmuteTopic` gives.")
class UnmuteTopicPayload:
    """Payload."""

    unmuted_topic_id: strawberry.ID = strawberry.field(description="Global id of the topic that is muted no longer.")


@strawberry.input(description="Whom to make a close friend.")
class AddCloseFriendInput:
    """Arguments of `addCloseFriend`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `addCloseFriend` gives.")
class AddCloseFriendPayload:
    """Payload."""

    user: User = strawberry.field(description="The new close friend.")


@strawberry.input(description="Who is to be a close friend no longer.")
class RemoveCloseFriendInput:
    """Arguments of `removeCloseFriend`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `removeCloseFriend` gives.")
class RemoveCloseFriendPayload:
    """Payload."""

    user: User = strawberry.field(description="The person who is a close friend no longer.")
