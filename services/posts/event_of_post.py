"""The event of a change that somebody else than its author makes to a post."""

from typing import TypeVar

from graph.rows.posts import PostRow
from services.events.post_events import QuoteEvent, ReplyEvent

E = TypeVar("E", bound=QuoteEvent | ReplyEvent)


def event_of_post(kind: type[E], post: PostRow) -> E:
    """Return an event of this kind about a post."""
    return kind(
        post_id=post.id, author_id=post.author_id, author_key=post.author_key, home=post.home, reply_to_id=post.reply_to_id,
        quote_of_id=post.quote_of_id, root_id=post.root_id, audience=post.audience, mention_ids=tuple(post.mention_ids),
    )
