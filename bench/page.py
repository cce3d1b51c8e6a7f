"""The page of results: fixed text, and between marks in it what the last run gave."""

import re
from collections.abc import Iterable
from pathlib import Path

from bench.figures import Result
from bench.printing import as_markdown
from errors import NotFound


def hold_places(page: Path, names: Iterable[str]) -> None:
    """Hold that the page has a place for each benchmark, before any time is spent on them.

    Raises:
        NotFound: the page is not there, or lacks a place.

    """
    if not page.is_file():
        raise NotFound(f"{page} is not there; docs/benchmarks.md is the page with the explanations.")
    text = page.read_text("utf-8")
    for name in names:
        if not _place(name).search(text):
            raise NotFound(f"{page} has no place for {name}: a line <!-- figures: {name} --> and one <!-- end -->.")


def rewrite(page: Path, results: Iterable[Result]) -> None:
    """Put results between `<!-- figures: NAME -->` and `<!-- end -->`; the text around stays as it is."""
    text = page.read_text("utf-8")
    for result in results:
        begin, end = _place(result.name).search(text).span("figures")  # type: ignore[union-attr]  # held to be there
        text = f"{text[:begin]}{result.machine}.\n\n{as_markdown(result)}\n{text[end:]}"
    page.write_text(text, "utf-8")


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- figures: {re.escape(name)} -->\n(?P<figures>.*?)<!-- end -->", re.DOTALL)
