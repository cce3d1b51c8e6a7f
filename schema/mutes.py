"""Mutes: people, words, hashtags and threads that the viewer does not want on their home timeline."""

from datetime import datetime
from typing import Annotated

import strawberry

import feeds.mutes
import resolvers.mutes
from execution.declarations import RowsOf
from feeds.connection import edge_by_id
from graph.idempotency import Once
from graph.rows import mutes as rows
from graph.rows.mutes import TopicKind
from resolvers.context import Context
from resolvers.global_ids import encode
from schema.connections import connection_of, edge_of
from schema.enums import show_enum
from schema.fields import attribute, by_key, computed, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation, page_query
from schema.payloads import Returned, added, returned
from schema.places import to_target
from schema.posts import Post
from schema.users import UserConnection, UserEdge, UserId, the_user
from services.accounts.viewer import Viewer
from services.mutes.topics import TOPICS_MAX, WORDS_MAX

_EXPIRES = "When the mute ends; null for one without an end."

show_enum(
    TopicKind,
    "What a muted topic is.",
    {
        "WORD": "A word or phrase in a text: whole words, whatever case and accents.",
        "HASHTAG": "A hashtag.",
        "THREAD": "A conversation: its first post and all replies.",
    },
)


@strawberry.type(description="A word, hashtag or thread that the viewer mutes.")
class MutedTopic(Node):
    """Shows the row of the same name."""

    id: strawberry.ID = global_id("MutedTopic")
    kind: TopicKind = attribute("What it is.", "kind")
    text: str | None = computed(
        lambda topic, _: None if topic.kind is TopicKind.THREAD else topic.value,
        "The word or phrase as the viewer wrote it, or the hashtag without its #; null for a thread.",
    )
    thread: Post | None = by_key(
        "posts", "thread_id", "The first post of the thread; null for other topics, and when it is gone or hidden."
    )
    expires_at: datetime | None = attribute(_EXPIRES, "expires_at")
    created_at: datetime = attribute("When it was muted.")

    is_type_of = RowsOf(rows.MutedTopic)


@connection_of(MutedTopic, "a muted topic", "muted topics")
class MutedTopicConnection:
    """A page of muted topics."""


muted_users = page_query(
    UserConnection,
    feeds.mutes.muted_users,
    "Those whom the viewer mutes, newest first, without mutes that have ended.",
)
muted_topics = page_query(
    MutedTopicConnection,
    feeds.mutes.muted_topics,
    "The words, hashtags and threads that the viewer mutes, newest first, without mutes that have ended.",
)


@mutation(
    takes="Whom to mute.",
    gives={
        "user": the_user("The person muted."),
        "muted_user_edge": added(
            UserEdge, feeds.mutes.muted_users, "user", "The person as an item of `mutedUsers`, to be put first, or moved there."
        ),
    },
)
async def mute(
    context: Context,
    viewer: Viewer,
    user_id: UserId,
    expires_at: Annotated[datetime | None, _EXPIRES] = None,
    reposts_only: Annotated[
        bool, "Whether to hide only what they repost; their own posts stay on the home timeline."
    ] = False,
) -> Returned:
    """Mute a person: what they post is not on the viewer's home timeline, and they are not suggested.

    They are not told, and nothing else changes. A second time replaces the first.
    """
    edge = await context.services.muted_users.mute(viewer, user_id, expires_at, reposts_only=reposts_only)
    return {"muted_user_edge": to_target(edge)}


@mutation(takes="Whom to mute no longer.", gives={"user": the_user("The person muted no longer.")})
async def unmute(context: Context, viewer: Viewer, user_id: UserId) -> None:
    """Mute a person no longer; twice is as good as once."""
    await context.services.muted_users.unmute(viewer, user_id)


def _with_edge(context: Context, topic: rows.MutedTopic) -> Returned:
    return {"topic": topic, "topic_edge": edge_by_id(context.reader.cursors(feeds.mutes.TOPICS), topic)}


async def _muted(context: Context, id_: str, _: object) -> Returned:
    return _with_edge(context, await context.services.muted_topics.again(context.signed_in(), id_))


@mutation(
    takes="What to mute.",
    gives={
        "topic": returned(MutedTopic, "The topic; the same one as before where it was muted already."),
        "topic_edge": returned(edge_of(MutedTopicConnection), "The topic as an item of `mutedTopics`, to be put first if new."),
    },
    description="Mute a word or phrase, a hashtag or a thread: posts of others with it are not on the viewer's home timeline. "
    f"Up to {TOPICS_MAX} at a time; one more is a CONFLICT.",
    again=_muted,
)
async def mute_topic(
    context: Context,
    viewer: Viewer,
    once: Once | None,
    kind: Annotated[TopicKind, "What it is."],
    value: Annotated[
        str,
        f"A word or phrase of up to {WORDS_MAX} characters, a hashtag with or without #, or the global id of any post of a "
        "thread.",
    ],
    expires_at: Annotated[datetime | None, _EXPIRES] = None,
) -> Returned:
    """Mute a topic."""
    named = await resolvers.mutes.thread_of(context, value) if kind is TopicKind.THREAD else value
    return _with_edge(context, await context.services.muted_topics.mute(viewer, kind, named, expires_at, once))


@mutation(
    takes="What to mute no longer.",
    gives={"unmuted_topic_id": returned(strawberry.ID, "Global id of the topic that is muted no longer.")},
)
async def unmute_topic(
    context: Context,
    viewer: Viewer,
    topic_id: Annotated[str, IdOf("MutedTopic"), "Global id of a topic that the viewer mutes."],
) -> Returned:
    """Mute a topic no longer. NOT_FOUND where the viewer mutes no such topic."""
    await context.services.muted_topics.unmute(viewer, topic_id)
    return {"unmuted_topic_id": encode("MutedTopic", topic_id)}
