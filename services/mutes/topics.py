"""Mutes of words, hashtags and threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clock import now_ms
from errors import Conflict, InvalidInput, NotFound, Unauthenticated
from graph.idempotency import Once
from graph.ids import new_id
from graph.rows.mutes import MutedTopic, TopicKind
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.user_events import MutedTopicsChanged
from services.mutes.expiry import until_of
from services.mutes.words import words_of
from services.posts import entities
from services.text import one_line

TOPICS_MAX = 200
"""Most topics of one user: each post of a page is compared with all of them."""
WORDS_MAX = 100
"""Longest word or phrase, in characters."""


@dataclass(frozen=True, slots=True)
class MutedTopics:
    """Mutes and unmutes topics."""

    writer: CommandWriter

    async def mute(
        self, viewer: Viewer, kind: TopicKind, value: str, expires_at: datetime | None, once: Once | None = None
    ) -> MutedTopic:
        """Mute a word or phrase, a hashtag, or a thread by the id of its first post, until a time or for ever.

        A topic that is muted already keeps its id and gets the new end.

        Raises:
            AlreadyMade: it was muted before, under the same key.
            Conflict: the viewer has as many as allowed, or the key of `once` was used for something else.
            InvalidInput: the value is no word or hashtag, or the time has passed; `field` says which.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        value, matched = _CHECKS[kind](value)
        at = now_ms()
        row = await self._write(
            "mutes/mute_topic", viewer, lambda topic: topic is not None, id=new_id(), kind=kind, value=value,
            matched=matched, until=until_of(expires_at, at), at=at, most=TOPICS_MAX, once=once, made=_made,
        )
        if row is None:
            raise Conflict(f"You mute {TOPICS_MAX} topics, and that is the most.")
        return MutedTopic.of(row)

    async def again(self, viewer: Viewer, topic: str) -> MutedTopic:
        """Return a topic that was muted before, as the graph has it, and remove the cached topics, which may be those of before.

        Raises:
            NotFound: the viewer mutes no such topic any more.

        """
        await self.writer.invalidate([MutedTopicsChanged(user_id=viewer.id, user_key=viewer.key)])
        rows = await self.writer.of_viewer(viewer.id).graph.read("mutes/topics", ids=[viewer.id])
        for found in (MutedTopic.of(columns) for _, topics in rows for columns in topics):
            if found.id == topic and (found.until is None or found.until > now_ms()):
                return found
        raise NotFound("topic")

    async def unmute(self, viewer: Viewer, topic: str) -> None:
        """End a mute of the viewer.

        Raises:
            NotFound: the viewer mutes no such topic.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        if not await self._write("mutes/unmute_topic", viewer, bool, id=topic):
            raise NotFound("topic")

    async def _write(self, name: str, viewer: Viewer, changed: Any, **params: Any) -> Any:
        """Return what the statement says besides the viewer's key."""

        def events(row: Sequence[Any]) -> list[MutedTopicsChanged]:
            key, result = row
            return [MutedTopicsChanged(user_id=viewer.id, user_key=key)] if changed(result) else []

        row = await self.writer.of_viewer(viewer.id).write(name, events=events, viewer=viewer.id, **params)
        if row is None:
            raise Unauthenticated
        return row[1]


def _made(row: Sequence[Any]) -> str | None:
    _, topic = row
    return None if topic is None else MutedTopic.of(topic).id


def _word(value: str) -> tuple[str, str]:
    """Return a word or phrase as it is shown, and as it is compared."""
    shown = one_line("value", value, WORDS_MAX)
    matched = " ".join(words_of(shown))
    if not matched:
        raise InvalidInput("value", "There is no word in this.")
    return shown, matched


def _hashtag(value: str) -> tuple[str, str]:
    """Return a hashtag without its sign, in the form by which hashtags are compared."""
    found = entities.hashtag(one_line("value", value, entities.HASHTAG_MAX + 1))
    if found is None:
        raise InvalidInput("value", "This is not a hashtag.")
    return found, found


def _thread(value: str) -> tuple[str, str]:
    return value, value


_CHECKS = {TopicKind.WORD: _word, TopicKind.HASHTAG: _hashtag, TopicKind.THREAD: _thread}
