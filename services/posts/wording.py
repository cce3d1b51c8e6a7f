"""What a post says, checked: its text with what is found in it, and the warning before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from clock import now_ms
from errors import InvalidInput
from graph.driver import Graph
from services.posts import entities
from services.text import is_blank, one_line, several_lines

TEXT_MAX = 500
"""Longest text, in Unicode code points."""
WARNING_MAX = 100
"""Longest warning, in Unicode code points: a line that is read before a post."""
MENTIONS_MAX, HASHTAGS_MAX = 20, 30
"""Most of each in one post: more would be spam, and each is an edge in the graph."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, the usernames that it mentions, in lower case, and its hashtags, sorted as they are locked.

    The text is empty where it shows nothing.
    """

    text: str
    names: Sequence[str]
    hashtags: Sequence[str]

    @classmethod
    def of(cls, given: str) -> Self:
        """Check a text.

        Raises:
            InvalidInput: it is too long, holds what no text has, or too many mentions or hashtags.

        """
        text = several_lines("text", given, TEXT_MAX)
        if is_blank(text):
            text = ""
        names, hashtags = entities.mentions(text), entities.hashtags(text)
        if len(hashtags) > HASHTAGS_MAX:
            raise InvalidInput("text", f"A post takes up to {HASHTAGS_MAX} hashtags.")
        if len(names) > MENTIONS_MAX:
            raise InvalidInput("text", f"A post mentions up to {MENTIONS_MAX} people.")
        return cls(text, names, sorted(hashtags))

    async def people(self, graph: Graph) -> Sequence[tuple[str, str]]:
        """Return the usernames that lead to somebody, and whose ids they lead to."""
        if not self.names:
            return ()
        rows = await graph.read("users/ids_by_username", names=self.names, at=now_ms())
        return [(name, id_) for name, id_ in rows]


def checked_warning(given: str) -> str:
    """Return a warning on one line, empty where it shows nothing.

    Raises:
        InvalidInput: it is too long, or holds what no line of text has.

    """
    warning = one_line("warning", given, WARNING_MAX)
    return "" if is_blank(warning) else warning
