"""What is found in the text of a post: mentions, hashtags and links, and where.

Offsets count UTF-16 code units, as the strings of JavaScript, Java, Kotlin, C# and Objective-C do. Where a mention or a hashtag
may begin and end follows twitter-text, which most people are used to, except that usernames are those of `accounts.names`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

HASHTAG_MAX = 60
"""Longest hashtag, in characters; what is longer is not one."""
_FOLDED_MAX = 3 * HASHTAG_MAX
"""Longest form by which a hashtag is compared: of one character, folding makes up to three."""

_SPACED = (
    "\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u0300-\u037d\u0386\u0388-\u0481\u0483-\u0556\u0561-\u0587"
    "\u1e00-\u1fff"
)
"""Letters and marks of scripts with spaces between words. A name that is followed by one of them is another name, as in @josé.
In scripts without spaces the name ends there, as in @miraさん."""
_AT, _NUMBER = "@\uff20", "#\uff03"
"""The signs, also in their wide forms, which Japanese keyboards write."""
_NOT_IN_LINKS = '<>"`\u201c\u201d\u00ab\u00bb\u200b\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f'
"""Quotation marks, and the punctuation of scripts without spaces, which ends an address."""
_LINK = rf"(?<![A-Za-z0-9_])(?P<link>(?i:https?)://[^\s{_NOT_IN_LINKS}]+)"
_MENTION = rf"(?<![A-Za-z0-9_/{_AT}{_SPACED}])[{_AT}](?P<mention>[A-Za-z0-9_]{{3,30}})(?![A-Za-z0-9_{_AT}{_SPACED}])"
_HASHTAG = rf"(?P<hashtag>[{_NUMBER}])"
_ENTITY = re.compile(f"{_LINK}|{_MENTION}|{_HASHTAG}")

_CLOSING = ".,;:!?…'\"”’)]}"
"""Characters that end a sentence or a quotation around a link, not the link itself."""
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_JOINING = "\u200c\u200d\u00b7\u05f3\u05f4\u0f0b\u30fb"
"""Characters inside words: joiners (Persian, Indic), middle dots (Catalan, Japanese), geresh (Hebrew), tsheg (Tibetan)."""
_VARIATIONS = range(0xFE00, 0xFE10)
"""Marks that belong to an emoji, not to a word."""

Kind = Literal["link", "mention", "hashtag"]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something found in a text: `value` is an address, a username as written, or a hashtag in lower case without its sign."""

    kind: Kind
    value: str
    start: int
    end: int


@lru_cache(maxsize=4_096)
def find(text: str) -> tuple[Entity, ...]:
    """Return everything found in a text, in order."""
    return tuple(_in_units(text, _found(text)))


def mentions(text: str) -> list[str]:
    """Return the usernames that a text mentions, in lower case, each once."""
    return list(dict.fromkeys(entity.value.lower() for entity in find(text) if entity.kind == "mention"))


def hashtags(text: str) -> list[str]:
    """Return the hashtags of a text, each once."""
    return list(dict.fromkeys(entity.value for entity in find(text) if entity.kind == "hashtag"))


def hashtag(text: str) -> str | None:
    """Return the one hashtag that a text is, with its sign or without, in the form that is compared; None for others."""
    whole = "#" + text.lstrip(_NUMBER)
    found = find(whole)
    if len(found) != 1 or found[0].kind != "hashtag" or found[0].end != _units(whole):
        return None
    return found[0].value


def is_hashtag(name: str) -> bool:
    """Return whether this is the form by which a hashtag is compared, which may be longer than it was written."""
    is_word = len(name) <= _FOLDED_MAX and _hashtag(f"#{name}", 0) == name
    return is_word and any(map(str.isalpha, name)) and _fold(name) == name


def _found(text: str) -> Iterator[Entity]:
    """Find everything, with offsets in characters."""
    at = 0
    while match := _ENTITY.search(text, at):
        start, at = match.span()
        if address := match["link"]:
            if (link := _link(address)) is not None:
                at = start + len(link)
                yield Entity("link", link, start, at)
        elif name := match["mention"]:
            yield Entity("mention", name, start, at)
        elif tag := _hashtag(text, start):
            at += len(tag)
            if (value := _folded(tag)) is not None:
                yield Entity("hashtag", value, start, at)


def _in_units(text: str, found: Iterator[Entity]) -> Iterator[Entity]:
    """Turn offsets in characters into offsets in UTF-16 code units."""
    at = units = 0
    for entity in found:
        start = units + _units(text[at : entity.start])
        at, units = entity.end, start + _units(text[entity.start : entity.end])
        yield Entity(entity.kind, entity.value, start, units)


def _link(address: str) -> str | None:
    """Remove the end of a sentence from an address, but not a bracket that the address opened; None if no host is left."""
    while address[-1] in _CLOSING and not _closes(address):
        address = address[:-1]
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    return address if any(map(str.isalnum, host)) else None


def _closes(address: str) -> bool:
    last = address[-1]
    return last in _BRACKETS and address.count(_BRACKETS[last]) >= address.count(last)


def _hashtag(text: str, sign: int) -> str:
    """Return the word after a sign, without the sign; empty where no hashtag can begin."""
    before = text[sign - 1] if sign else " "
    if before in f"&/{_NUMBER}" or _in_word(before):
        return ""
    end = sign + 1
    while end < len(text) and _in_word(text[end]):
        end += 1
    tag = text[sign + 1 : end].rstrip(_JOINING)
    return tag if tag[:1].isalnum() or tag[:1] == "_" else ""


def _folded(tag: str) -> str | None:
    """Return the form by which hashtags are compared, or None for what only looks like a hashtag, such as the number #1."""
    if len(tag) > HASHTAG_MAX or not any(map(str.isalpha, tag)):
        return None
    return _fold(tag)


def _fold(tag: str) -> str:
    return unicodedata.normalize("NFC", tag.casefold().translate({0x200C: None, 0x200D: None}))


def _in_word(character: str) -> bool:
    if character.isalnum() or character == "_" or character in _JOINING:
        return True
    return unicodedata.category(character) in ("Mn", "Mc") and ord(character) not in _VARIATIONS


def _units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
