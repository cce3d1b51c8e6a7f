"""Updates the page of results: text with markers, between which are the figures of the last run."""

import re
from collections.abc import Iterable
from pathlib import Path

from bench.errors import BenchError
from bench.figures import Result
from bench.printing import as_markdown


def check_page(page: Path, names: Iterable[str]) -> None:
    """Check that the page has markers for each benchmark, before they run.

    Raises:
        BenchError: the page is missing, or has no markers for a benchmark.

    """
    if not page.is_file():
        raise BenchError(f"{page} does not exist; the page with the explanations is docs/benchmarks.md.")
    text = page.read_text("utf-8")
    for name in names:
        if not _section(name).search(text):
            raise BenchError(f"{page} has no markers for {name}: the lines <!-- figures: {name} --> and <!-- end -->.")


def rewrite(page: Path, results: Iterable[Result]) -> None:
    """Write results between `<!-- figures: NAME -->` and `<!-- end -->`; the other text is not changed."""
    text = page.read_text("utf-8")
    for result in results:
        begin, end = _section(result.name).search(text).span("figures")  # type: ignore[union-attr]  # `check_page` has checked it
        text = f"{text[:begin]}{result.machine}.\n\n{as_markdown(result)}\n{text[end:]}"
    page.write_text(text, "utf-8")


def _section(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- figures: {re.escape(name)} -->\n(?P<figures>.*?)<!-- end -->", re.DOTALL)
