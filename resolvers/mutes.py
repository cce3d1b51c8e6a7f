"""Mutes and close friends: what the viewer does about people and topics for themselves, and pages of it."""

from collections.abc import Sequence
from datetime import datetime

from clock import now_ms
from errors import InvalidInput, NotFound
from graph.ids import LAST
from graph.rows.mutes import MutedTopic, TopicKind
from graph.rows.users import UserRow
from resolvers.context import Context
from resolvers.global_ids import own_id
from resolvers.pages import ConnectionRow, connection, id_after, page_size
from resolvers.relationships import both, people_page


async def mute(context: Context, user: str, expires_at: datetime | None, *, reposts_only: bool) -> UserRow:
    """Mute a person; give them."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.muted_people.mute(viewer, target, expires_at, reposts_only=reposts_only)
    return (await both(context, target, viewer.id))[0]


async def unmute(context: Context, user: str) -> UserRow:
    """Mute a person no longer; give them."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.muted_people.unmute(viewer, target)
    return (await both(context, target, viewer.id))[0]


async def mute_topic(context: Context, kind: TopicKind, value: str, expires_at: datetime | None) -> MutedTopic:
    """Mute a topic; a thread is named by the global id of any of its posts that the viewer may see."""
    viewer = context.signed_in()
    if kind is TopicKind.THREAD:
        value = await _root(context, value)
    row = await context.services.muted_topics.mute(viewer, kind, value, expires_at)
    context.forget()
    return row


async def unmute_topic(context: Context, topic: str) -> None:
    """Mute a topic of the viewer's no longer."""
    viewer, id_ = context.signed_in(), own_id("MutedTopic", topic, "topicId")
    await context.services.muted_topics.unmute(viewer, id_)
    context.forget()


async def add_close_friend(context: Context, user: str) -> UserRow:
    """Make a person a close friend; give them."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.close_friends.add(viewer, target)
    return (await both(context, target, viewer.id))[0]


async def remove_close_friend(context: Context, user: str) -> UserRow:
    """Take a person out of the close friends; give them."""
    viewer, target = context.signed_in(), own_id("User", user, "userId")
    await context.services.close_friends.remove(viewer, target)
    return (await both(context, target, viewer.id))[0]


async def muted_people(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the people whom the viewer mutes now, newest first."""
    return await people_page(context, "mutes/page", context.loaders.visible_users, first, after, now=now_ms())


async def close_friends(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the viewer's close friends, newest first."""
    return await people_page(context, "close_friends/page", context.loaders.visible_users, first, after)


async def muted_topics(context: Context, first: int, after: str | None) -> ConnectionRow:
    """Give a page of the topics that the viewer mutes now, newest first; all of them are one row."""
    size, below = page_size(first), id_after(after, LAST)
    found = [topic for topic in await _topics(context) if topic.id < below]
    items = [((topic.id,), topic) for topic in found[:size]]
    return connection(items, has_next=len(found) > size, after=after)


async def topics_by_id(context: Context, ids: Sequence[str]) -> list[MutedTopic | None]:
    """Give those that the viewer mutes now, None for the others."""
    own = {topic.id: topic for topic in await _topics(context)} if context.viewer else {}
    return [own.get(id_) for id_ in ids]


async def _topics(context: Context) -> list[MutedTopic]:
    """Give the viewer's topics that have not ended, newest first."""
    now = now_ms()
    topics = await context.loaders.muted_topics.one(context.signed_in().id) or ()
    return [topic for topic in topics if topic.until is None or topic.until > now]


async def _root(context: Context, post: str) -> str:
    """Give the id of the first post of a thread."""
    try:
        id_ = own_id("Post", post, "value")
    except InvalidInput:
        raise InvalidInput("value", "A thread is named by the global id of one of its posts.") from None
    row = await context.loaders.posts.one(id_)
    if row is None:
        raise NotFound("post")
    return row.root_id or row.id
