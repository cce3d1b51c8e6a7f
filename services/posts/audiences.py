"""Who may see a post, reply to it and quote it, changed after it was written."""

from dataclasses import dataclass
from typing import Any

from errors import NotFound
from graph.rows.posts import Audience, PostRow, QuoteRule, ReplyRule
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.post_events import PostUpdated
from services.posts import entities


@dataclass(frozen=True, slots=True)
class Audiences:
    """Changes audiences; a post for fewer users is hidden from the others everywhere at once."""

    writer: CommandWriter

    async def set(
        self, viewer: Viewer, post: str, audience: Audience | None, replies: ReplyRule | None, quotes: QuoteRule | None = None
    ) -> PostRow:
        """Change who may see one's own post, reply to it or quote it; None leaves it as it is.

        Replies and quotes that are there stay, whoever wrote them.

        Raises:
            NotFound: the viewer has no such post, or deleted it.

        """
        row = await self.writer.of_viewer(viewer.id).write(
            "posts/set_audience",
            events=_updated,
            author=viewer.id,
            post=post,
            audience=audience,
            replies=replies,
            quotes=quotes,
        )
        if row is None:
            raise NotFound("post")
        return PostRow.of(row[2])


def _updated(row: Any) -> list[PostUpdated]:
    was_audience, private, columns = row
    post = PostRow.of(columns)
    return [
        PostUpdated(
            post_id=post.id, author_id=post.author_id, author_key=post.author_key, home=post.home,
            audience=post.audience, was_audience=Audience(was_audience), mention_ids=tuple(post.mention_ids),
            reply_to_id=post.reply_to_id, quote_of_id=post.quote_of_id, root_id=post.root_id, private=private,
            hashtags=tuple(entities.hashtags(post.text)),
        )
    ]
