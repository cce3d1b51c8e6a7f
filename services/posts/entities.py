"""What is found in the text of a post: mentions, hashtags and links, and where.

Offsets count UTF-16 code units, as the strings of JavaScript, Java, Kotlin, C# and Objective-C do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

HASHTAG_MAX = 60
"""Longest hashtag, in characters; what is longer is not one."""

_LINK = r"(?P<link>https?://[^\s<>\"'`]{2,400})"
_MENTION = r"(?<![\w@/.])@(?P<mention>[A-Za-z0-9_]{3,30})(?![\w@])"
_HASHTAG = rf"(?<![\w&/#])\#(?P<hashtag>\w{{1,{HASHTAG_MAX}}})(?!\w)"
_ENTITY = re.compile(f"{_LINK}|{_MENTION}|{_HASHTAG}")
_CLOSING = ".,;:!?…'\"”’)]}"
"""What ends a sentence or a quotation around a link rather than the link itself."""

Kind = Literal["link", "mention", "hashtag"]


@dataclass(frozen=True, slots=True)
class Entity:
    """One find: `value` is the address, the username as written, or the hashtag in lower case without its sign."""

    kind: Kind
    value: str
    start: int
    end: int


@lru_cache(maxsize=4_096)
def find(text: str) -> tuple[Entity, ...]:
    """Give everything found in a text, in order."""
    return tuple(_found(text))


def mentions(text: str) -> list[str]:
    """Give the usernames that a text mentions, in lower case, each once."""
    return list(dict.fromkeys(entity.value.lower() for entity in find(text) if entity.kind == "mention"))


def hashtags(text: str) -> list[str]:
    """Give the hashtags of a text, each once."""
    return list(dict.fromkeys(entity.value for entity in find(text) if entity.kind == "hashtag"))


def _found(text: str) -> Iterator[Entity]:
    at = units = 0
    for match in _ENTITY.finditer(text):
        kind, written = _kind(match)
        value = _value(kind, match[kind])
        if value is None:
            continue
        start = units + _units(text[at : match.start()])
        end = start + _units(_trimmed(written) if kind == "link" else written)
        yield Entity(kind, value, start, end)
        at, units = match.start(), start


def _kind(match: re.Match[str]) -> tuple[Kind, str]:
    if match["link"]:
        return "link", match[0]
    return ("mention", match[0]) if match["mention"] else ("hashtag", match[0])


def _value(kind: Kind, written: str) -> str | None:
    """Give the value of a find, or None for what only looks like one, such as the number #1."""
    if kind == "link":
        return _trimmed(written)
    if kind == "mention":
        return written
    return written.casefold() if any(character.isalpha() for character in written) else None


def _trimmed(link: str) -> str:
    """Take the end of the sentence off a link, but keep a closing bracket that it opened itself."""
    while link[-1] in _CLOSING and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link


def _units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
