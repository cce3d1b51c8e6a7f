"""Rows of versions: what a post said before it was edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from clock import milliseconds, moment


@dataclass(frozen=True, slots=True)
class PostVersion:
    """What a post said from one moment to another, in the words of `PostRow`; its pictures never change."""

    text: str
    lang: str | None
    warning: str
    sensitive: bool
    mentions: tuple[tuple[str, str], ...]
    written_at: datetime
    replaced_at: datetime

    @property
    def version(self) -> str:
        """The name of the version among those of its post."""
        return version_of(self.written_at)

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that a statement gives for a version: the fields in order, times in milliseconds."""
        text, lang, warning, sensitive, mentions, written_at, replaced_at = values
        people = tuple((name, user_id) for name, user_id in mentions)
        return cls(text, lang, warning, sensitive, people, moment(written_at), moment(replaced_at))


def version_of(written_at: datetime) -> str:
    """Return the name of the version of a post that was written at a time: no two of a post are of one millisecond."""
    return f"{milliseconds(written_at):x}"
