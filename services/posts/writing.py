"""Writing and deleting posts."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from typing import Any

from clock import now_ms
from errors import Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable
from graph.idempotency import Once
from graph.ids import milliseconds_of, new_id
from graph.rows.posts import NO_COUNTS, Audience, DeliveryReason, PostRow, QuoteRule, ReplyRule
from keyspace.new_rows import NewRows
from keyspace.row_cache import POST_COUNTS, POSTS, RowCache
from services.accounts.viewer import Viewer
from services.delivery.author_lists import AuthorLists
from services.delivery.hashtag_posts import HashtagPosts
from services.events.attempt import Attempt
from services.events.command_writer import CommandWriter
from services.events.post_events import PostCreated, PostDeleted
from services.language_tags import checked_tag
from services.media.owned import OwnedMedia
from services.posts import entities
from services.posts.languages import Languages
from services.posts.wording import Wording, checked_warning

MEDIA_MAX = 4
"""Most pictures in one post."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be written: text, the id of the post that it replies to, ids of pictures, and a BCP 47 language tag.

    `quote_of` is the id of the post that it quotes. `warning` is what is said before it is read, empty for nothing; its pictures
    may be `sensitive`. Where `audience`, `replies` or `quotes` is None, the default of the author is used; the audience of a
    reply is then no wider than that of what it answers.
    """

    text: str
    reply_to: str | None = None
    media_ids: Sequence[str] = ()
    lang: str | None = None
    audience: Audience | None = None
    replies: ReplyRule | None = None
    quote_of: str | None = None
    quotes: QuoteRule | None = None
    warning: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """Makes and deletes posts.

    `cache` holds the rows of posts. `push_below` is the number of followers from which posts are not pushed to all, unless load
    or an operator has set another. `languages` finds languages that are not given. With `followers_at_writing`, followers of a
    post for followers are those who follow when it is written, and still do.
    """

    writer: CommandWriter
    owned_media: OwnedMedia
    author_lists: AuthorLists
    hashtag_posts: HashtagPosts
    cache: RowCache
    push_below: int
    languages: Languages
    followers_at_writing: bool = False

    async def create(
        self, viewer: Viewer, draft: Draft, once: Once | None = None, attempt: Attempt | None = None
    ) -> PostRow:
        """Write a post; it is on its author's own timeline at once, and on those of followers a moment later.

        Raises:
            AlreadyMade: it was written before, under the same key.
            Conflict: the key of `once` was used for something else.
            Forbidden: the post that it replies to or quotes may be seen by the viewer, but not replied to or quoted.
            InvalidInput: text, pictures or language are not acceptable; `field` names the argument.
            NotFound: the post that it replies to or quotes does not exist, or the viewer may not see it.
            TooManyWrites: the viewer has written too many of late.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        post, wording = self._checked(draft)
        post |= await self._language(draft, wording)
        if draft.media_ids:
            await self.owned_media.check(viewer.id, draft.media_ids, field="mediaIds")
        mentioned = await wording.people(self.writer.graph)
        post |= {"authorId": viewer.id, "mentionNames": [m[0] for m in mentioned], "mentionIds": [m[1] for m in mentioned]}
        written: list[PostRow] = []
        async with NewRows(self.cache, post["id"], (POSTS, POST_COUNTS)) as new:

            def events(row: Any) -> list[PostCreated]:
                new.look()
                _, columns, followers, reason = row
                written[:] = [] if columns is None else [PostRow.of(columns)]
                return [replace(_event(each), followers=followers, reason=DeliveryReason(reason)) for each in written]

            async def show(row: Any) -> None:
                for each in written:
                    await self._show(new, each, row[1])

            row = await self.writer.of_viewer(viewer.id).write(
                "posts/create",
                events=events,
                once=once,
                made=lambda row: None if row[1] is None else post["id"],
                then=show,
                attempt=attempt,
                author=viewer.id,
                post=post,
                replyTo=draft.reply_to,
                quoteOf=draft.quote_of,
                # Nobody is notified of naming themselves.
                mentions=list({id_ for _, id_ in mentioned} - {viewer.id}),
                hashtags=wording.hashtags,
                media=list(draft.media_ids),
                pushBelow=self.push_below,
            )
        if row is None:
            raise Unauthenticated
        if not written:
            raise await self._refusal(viewer, draft, may_reply=row[0])
        return written[0]

    async def repeated(self, post: PostRow) -> None:
        """Remove what a post made stale that was written before: the process that wrote it may have ended before that."""
        await self.writer.invalidate([_event(post)])

    async def delete(self, viewer: Viewer, post: str) -> PostRow:
        """Delete a post of the viewer, and return what it was.

        Raises:
            NotFound: the viewer has no such post, or deleted it already.

        """

        def events(row: Any) -> list[PostDeleted]:
            private, pinned, columns = row
            gone = PostRow.of(columns)
            return [
                PostDeleted(
                    post_id=gone.id, author_id=gone.author_id, author_key=gone.author_key, reply_to_id=gone.reply_to_id,
                    quote_of_id=gone.quote_of_id, root_id=gone.root_id, audience=gone.audience,
                    mention_ids=tuple(gone.mention_ids), home=gone.home, delivery=gone.delivery, private=private, pinned=pinned,
                    hashtags=tuple(entities.hashtags(gone.text)),
                )
            ]

        row = await self.writer.of_viewer(viewer.id).write(
            "posts/delete", events=events, author=viewer.id, post=post, at=now_ms()
        )
        if row is None:
            raise NotFound("post")
        return PostRow.of(row[2])

    def _checked(self, draft: Draft) -> tuple[dict[str, Any], Wording]:
        wording = Wording.of(draft.text)
        if not wording.text and not draft.media_ids:
            raise InvalidInput("text", "A post needs a text or a picture.")
        if len(draft.media_ids) > MEDIA_MAX or len(set(draft.media_ids)) < len(draft.media_ids):
            raise InvalidInput("mediaIds", f"A post takes up to {MEDIA_MAX} pictures, each once.")
        id_ = new_id()
        at = milliseconds_of(id_)
        post = {
            "id": id_, "text": wording.text, "audience": draft.audience, "replies": draft.replies,
            "quotes": draft.quotes, "quoteOfId": draft.quote_of,
            "followersAsOf": at if self.followers_at_writing else None,
            "replyToId": draft.reply_to, "mediaIds": list(draft.media_ids), "createdAt": at,
            "warning": checked_warning(draft.warning) or None, "sensitive": draft.sensitive or None,
        }
        return post, wording

    async def _language(self, draft: Draft, wording: Wording) -> dict[str, Any]:
        """Return the language that the author has chosen, else the one that is found in the text, if it is plain."""
        if draft.lang is not None:
            return {"lang": checked_tag("lang", draft.lang)}
        found = await self.languages.of(wording.text)
        return {"lang": found, "langFound": found is not None or None}

    async def _refusal(self, viewer: Viewer, draft: Draft, *, may_reply: bool) -> NotFound | Forbidden:
        """Return why a post was not written. What may be seen is asked only now: few are refused, and all would pay for it."""
        others = {draft.reply_to, draft.quote_of} - {None}
        seen = await self.writer.graph.read("posts/seen", viewer=viewer.id, ids=list(others))
        if others.difference(seen or ()):
            return NotFound("post")
        return Forbidden(f"Its author lets only some people {'quote' if may_reply else 'reply to'} this post.")

    async def _show(self, new: NewRows, post: PostRow, columns: Any) -> None:
        """Store the post for its first readers, and put it at once where its author and readers who pull find it.

        The worker puts it there again, if Redis is away now.
        """
        stored = new.store({POSTS: columns, POST_COUNTS: astuple(NO_COUNTS)})
        if not post.home:
            await stored
            return
        added = self.author_lists.add(post.id, post.author_key, post.delivery)
        with suppress(Unavailable):
            await asyncio.gather(stored, added, self.hashtag_posts.add(post.id, entities.hashtags(post.text)))


def _event(post: PostRow) -> PostCreated:
    """Return the event of a post, but for how its delivery was decided."""
    return PostCreated(
        post_id=post.id, author_id=post.author_id, author_key=post.author_key, home=post.home,
        delivery=post.delivery, reply_to_id=post.reply_to_id, quote_of_id=post.quote_of_id, root_id=post.root_id,
        audience=post.audience,
        mention_ids=tuple(post.mention_ids), media_ids=post.media_ids, hashtags=tuple(entities.hashtags(post.text)),
    )
