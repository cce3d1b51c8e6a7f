"""The GraphQL documents in the pages, in whatever language they are written down."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.clients.pages import PAGES

NOT_OF_THE_PRODUCT = {"execution.md"}
"""Pages whose examples are of another schema."""
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_BEGINNING = re.compile(r'\b(?:query|mutation|subscription)\b\s*\w*\s*(?:\([^)]*\))?\s*\{|(?<="query": ")\{')
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
            yield from _operations(text.replace('\\"', '"') if block["language"] == "sh" else text)


def all_documents() -> list[tuple[Path, str]]:
    """Give the documents of all pages."""
    return [(page, text) for page in PAGES for text in documents(page)]


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
