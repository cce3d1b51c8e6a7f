"""Pages of mutes and close friends, and what a muted topic names."""

from collections.abc import Sequence

from clock import now_ms
from errors import InvalidInput
from graph.ids import LAST
from graph.rows.mutes import MutedTopic
from resolvers.context import Context
from resolvers.global_ids import own_id
from resolvers.pages import ConnectionRow, connection, id_after, page_size
from resolvers.posts import visible_post
from resolvers.relationships import people_page


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


async def thread_of(context: Context, post: str) -> str:
    """Return the id of the first post of a thread, by the global id of any of its posts.

    Raises:
        InvalidInput: it is not the id of a post; the argument `value` is blamed.
        NotFound: the viewer may not see the post.

    """
    try:
        id_ = own_id("Post", post, "value")
    except InvalidInput:
        raise InvalidInput("value", "A thread is named by the global id of one of its posts.") from None
    row = await visible_post(context, id_)
    return row.root_id or row.id
