"""The GraphQL documents in the pages, in whatever language they are written down."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.clients.pages import PAGES

NOT_OF_THE_PRODUCT = {"execution.md"}
"""Pages whose examples are of another schema."""
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_BEGINNING = re.compile(r'\b(?:query|mutation|subscription)\b\s*\w*\s*(?:\([^)]*\))?\s*\{|(?<="query": ")\{')
_CONSTANT = re.compile(r'^(?:const )?([A-Z_]+) = "([^"\n]*)"', re.MULTILINE)
_IN_JAVASCRIPT = re.compile(r"\$\{(\w+)\}")
_OF_PYTHON = re.compile(r'\bf"[^"\n]*"')
_FOR_RELAY = "relay-runtime"
"""Named by examples for Relay's compiler, which makes other documents of them; those are tested where it runs."""


def documents(page: Path) -> Iterator[str]:
    """Give each document of a page."""
    if page.name in NOT_OF_THE_PRODUCT:
        return
    for block in _BLOCK.finditer(page.read_text("utf-8")):
        text = block["text"]
        if block["language"] == "graphql":
            yield text
        elif _FOR_RELAY not in text:
            # Within JSON in a shell, quotes are escaped.
            yield from _operations(text.replace('\\"', '"') if block["language"] == "sh" else _filled(text))


def all_documents() -> list[tuple[Path, str]]:
    """Give the documents of all pages."""
    return [(page, text) for page in PAGES for text in documents(page)]


def _filled(text: str) -> str:
    """Put the constants of an example into its templates, in JavaScript and in Python."""
    constants = dict(_CONSTANT.findall(text))
    filled = _IN_JAVASCRIPT.sub(lambda found: constants.get(found[1], found[0]), text)
    return _OF_PYTHON.sub(
        lambda found: re.sub(r"(?<!\{)\{(\w+)\}", lambda name: constants.get(name[1], name[0]), found[0])
        .replace("{{", "{").replace("}}", "}"),
        filled,
    )  # fmt: skip


def _operations(text: str) -> Iterator[str]:
    at = 0
    while found := _BEGINNING.search(text, at):
        at = _end(text, found.end())
        yield text[found.start() : at]


def _end(text: str, at: int) -> int:
    """Find where the selection ends that was opened before `at`."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at
