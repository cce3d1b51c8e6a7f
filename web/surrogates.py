"""Finds half characters in JSON that is otherwise valid.

JavaScript counts an emoji as two units, so a text that is cut at a length may end in half of one: a lone surrogate, which JSON
can spell and Unicode cannot. The parser refuses it like any other mistake, and its caller asks here for the reason.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from error_codes import ErrorCode
from web.refusals import DocumentRefused, document_refused

_SPELLED = re.compile(r"\\u[dD][89a-fA-F]")
_LONE = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")

Path: TypeAlias = Sequence[str | int]
_Link: TypeAlias = "tuple[_Link, str | int] | None"
"""A path from its end: what came before, and its last part. Deep values share what their paths have in common."""


def half_character(text: bytes | str) -> tuple[object, Path] | None:
    """Return what JSON says and the path to a half character; None where it has none, or is not valid JSON anyway.

    Only for what the parser has refused: this takes several times as long.
    """
    try:
        spelled = text.decode() if isinstance(text, bytes) else text
        if not _SPELLED.search(spelled):
            return None
        value: object = json.loads(spelled, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    path = next(_lone(value), None)
    return None if path is None else (value, path)


def half_character_refused(path: Path) -> DocumentRefused:
    """Return the refusal of a request with a half character at a path; it names the variable or the field of an input object."""
    names = [name for name in path[1:] if isinstance(name, str) and _NAME.fullmatch(name)]
    field = names[-1] if path and path[0] == "variables" and names else None
    where = f"`{field}`" if field else "A text of the request"
    message = f"{where} holds half a character, as of an emoji cut in two: a lone surrogate, which is not Unicode."
    return document_refused(ErrorCode.INVALID_INPUT, message, field)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _lone(value: object) -> Iterator[Path]:
    left: list[tuple[object, _Link]] = [(value, None)]
    while left:
        each, link = left.pop()
        if isinstance(each, str):
            if _LONE.search(each):
                yield _path(link)
        elif isinstance(each, list):
            left.extend((item, (link, at)) for at, item in enumerate(each))
        elif isinstance(each, dict):
            if any(map(_LONE.search, each)):
                yield _path(link)
            left.extend((item, (link, name)) for name, item in each.items())


def _path(link: _Link) -> Path:
    path: list[str | int] = []
    while link is not None:
        link, last = link
        path.append(last)
    return path[::-1]
