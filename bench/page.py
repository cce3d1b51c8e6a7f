"""The page of results: fixed text, and between marks in it what the last run gave."""

import re
from collections.abc import Iterable
from pathlib import Path

from bench.figures import Result
from bench.printing import as_markdown
from errors import NotFound


def rewrite(page: Path, results: Iterable[Result]) -> None:
    """Put results between `<!-- figures: NAME -->` and `<!-- end -->`; the text around stays as it is.

    Raises:
        NotFound: the page is not there, or has no such marks for one of the results; then nothing is written.

    """
    if not page.is_file():
        raise NotFound(f"{page} is not there; docs/benchmarks.md is the page with the explanations.")
    text = page.read_text("utf-8")
    for result in results:
        text = _replaced(text, result, page)
    page.write_text(text, "utf-8")


def _replaced(text: str, result: Result, page: Path) -> str:
    marked = re.compile(rf"(<!-- figures: {re.escape(result.name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    body = f"{result.machine}.\n\n{as_markdown(result)}\n"
    found, times = marked.subn(lambda match: match[1] + body + match[2], text)
    if not times:
        raise NotFound(f"{page} has no place for {result.name}: a line <!-- figures: {result.name} --> and one <!-- end -->.")
    return found
