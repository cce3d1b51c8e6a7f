"""Editing posts: their authors change what they say for a while, and what they said before becomes a version of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from clock import in_milliseconds, milliseconds, moment, now_ms
from errors import EditedMeanwhile, EditingEnded, InvalidInput, NotFound, Unauthenticated, Unavailable
from graph.idempotency import Once
from graph.rows.posts import PostRow
from services.accounts.viewer import Viewer
from services.delivery.hashtag_posts import HashtagPosts
from services.events.command_writer import CommandWriter
from services.events.post_events import PostEdited
from services.language_tags import checked_tag
from services.posts import entities
from services.posts.languages import Languages
from services.posts.wording import Wording, checked_warning

EDITS_MAX = 50
"""Most edits of a post: all versions of one are read and deleted together, and each edit is told to everybody who watches."""
_VERSION_DIGITS = 15
"""Hexadecimal digits of the longest time that fits an integer of the graph."""


class _Outcome(StrEnum):
    """What `posts/edit` says of an edit."""

    GONE = "GONE"
    EMPTY = "EMPTY"
    SAME = "SAME"
    CHANGED = "CHANGED"
    LATE = "LATE"
    OFTEN = "OFTEN"
    EDITED = "EDITED"


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to change of a post; what is None stays. An empty warning takes one away.

    `expected` names the version that its author saw: another one is not overwritten.
    """

    text: str | None = None
    warning: str | None = None
    sensitive: bool | None = None
    lang: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Editing:
    """Edits posts, for as long as `window` after they were written."""

    writer: CommandWriter
    hashtag_posts: HashtagPosts
    languages: Languages
    window: timedelta

    async def edit(self, viewer: Viewer, post: str, edit: Edit, once: Once | None = None) -> PostRow:
        """Change what a post says, and return it. What says the same already is left alone, so that a repetition changes nothing.

        Raises:
            AlreadyMade: it was edited before, under the same key.
            Conflict: the key of `once` was used for something else.
            EditedMeanwhile: it says something else than was expected.
            EditingEnded: it was written too long ago, or edited too often.
            InvalidInput: text, warning, language or version are not acceptable; `field` names the argument.
            NotFound: the viewer has no such post, or deleted it.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        wording = None if edit.text is None else Wording.of(edit.text)
        expected = None if edit.expected is None else _written_at(edit.expected)
        warning = None if edit.warning is None else checked_warning(edit.warning)
        lang = None if edit.lang is None else checked_tag("lang", edit.lang)
        found = None if wording is None or lang is not None else await self.languages.of(wording.text)
        people = () if wording is None else await wording.people(self.writer.graph)
        row = await self.writer.of_viewer(viewer.id).write(
            "posts/edit",
            events=lambda row: _events(row, _Outcome.EDITED),
            unchanged=lambda row: _events(row, _Outcome.SAME),
            then=self._show,
            once=once,
            made=lambda row: post if row[0] in (_Outcome.EDITED, _Outcome.SAME) else None,
            author=viewer.id,
            post=post,
            at=now_ms(),
            # One map, since each set of types of parameters is planned anew.
            edit={
                "text": None if wording is None else wording.text, "warning": warning, "sensitive": edit.sensitive,
                "lang": lang, "found": found, "expected": expected,
            },
            mentionNames=[name for name, _ in people],
            mentionIds=[id_ for _, id_ in people],
            hashtags=[] if wording is None else wording.hashtags,
            window=in_milliseconds(self.window),
            most=EDITS_MAX,
        )
        return _edited(row)

    def until(self, post: PostRow) -> datetime | None:
        """Return until when the author of a post may edit it, None where that is over."""
        end = post.created_at + self.window
        return end if now_ms() <= milliseconds(end) else None

    async def repeated(self, viewer: Viewer, post: str) -> None:
        """Remove a post of the viewer from the cache that was edited before: the process that did it may have ended before that.

        Nothing but its id is known before it is read anew.
        """
        edited = PostEdited(
            post_id=post, author_id=viewer.id, author_key=viewer.key, reply_to_id=None, home=False, edited_at=now_ms()
        )
        await self.writer.invalidate([edited])

    async def _show(self, row: Sequence[Any]) -> None:
        """Put the post where those who follow its hashtags find it. The worker does it again, if Redis is away now."""
        for event in _events(row, _Outcome.EDITED):
            with suppress(Unavailable):
                await self.hashtag_posts.handle(event)


def _edited(row: Any) -> PostRow:
    """Return the post, or raise what an outcome means."""
    if row is None:
        raise Unauthenticated
    outcome, columns, until, *_ = row
    match outcome:
        case _Outcome.GONE:
            raise NotFound("post")
        case _Outcome.EMPTY:
            raise InvalidInput("text", "A post needs a text or a picture.")
        case _Outcome.CHANGED:
            raise EditedMeanwhile
        case _Outcome.LATE:
            raise EditingEnded("This post was written too long ago to be edited.", moment(until))
        case _Outcome.OFTEN:
            raise EditingEnded(f"A post is edited up to {EDITS_MAX} times.", moment(until))
    return PostRow.of(columns)


def _events(row: Sequence[Any], wanted: _Outcome) -> list[PostEdited]:
    outcome, columns, _, private, was, new, untagged = row
    if outcome != wanted:
        return []
    return [_event(PostRow.of(columns), private=private, was=was or (), new=new or (), untagged=untagged or ())]


def _event(
    post: PostRow, *, private: bool, was: Sequence[str] = (), new: Sequence[str] = (), untagged: Sequence[str] = ()
) -> PostEdited:
    return PostEdited(
        post_id=post.id, author_id=post.author_id, author_key=post.author_key, home=post.home, private=private,
        reply_to_id=post.reply_to_id, quote_of_id=post.quote_of_id, root_id=post.root_id, audience=post.audience,
        mention_ids=tuple(post.mention_ids), edited_at=milliseconds(post.edited_at or post.created_at),
        was_mention_ids=tuple(was), new_mention_ids=tuple(new), hashtags=tuple(entities.hashtags(post.text)),
        was_hashtags=tuple(untagged),
    )


def _written_at(version: str) -> int:
    """Return when a version was written, in milliseconds since 1970 UTC.

    Raises:
        InvalidInput: no post can have such a version.

    """
    if not version or len(version) > _VERSION_DIGITS or not set(version) <= set("0123456789abcdef"):
        raise InvalidInput("expectedVersion", "This is not the version of a post.")
    return int(version, 16)
