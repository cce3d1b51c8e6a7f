"""Rows of what users mute by topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from clock import moment, moment_or_none


class TopicKind(StrEnum):
    """What a muted topic is."""

    WORD = "WORD"
    HASHTAG = "HASHTAG"
    THREAD = "THREAD"


@dataclass(frozen=True, slots=True)
class MutedTopic:
    """A word or phrase, a hashtag, or a thread (by its first post's id) that somebody mutes, until a time or for ever."""

    id: str
    kind: TopicKind
    value: str
    until: int | None
    created_at: datetime

    @property
    def thread_id(self) -> str | None:
        """Id of the first post of the thread, where it is one."""
        return self.value if self.kind is TopicKind.THREAD else None

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, if it does."""
        return moment_or_none(self.until)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `mutes/topics` gives: the fields in order, times in milliseconds."""
        id_, kind, value, until, at = values
        return cls(id_, TopicKind(kind), value, until, moment(at))
