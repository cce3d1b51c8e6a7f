"""Pages of answers: one file without scripts that needs no network, in the reader's theme, for wide and narrow screens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analytics.questions.group_size import MINIMUM, ROUNDED_TO
from analytics.questions.question import Answer, ColumnType, Value
from analytics.reports.numbers import marked_at, number
from analytics.reports.plots import NARROW, WIDE, svg

FOLDER = Path(__file__).parent
ROWS_SHOWN = 60
"""Rows of a table in a page: the files of an answer have the others."""


@dataclass(frozen=True, slots=True)
class Section:
    """An answer in a page."""

    answer: Answer
    wide: Markup
    narrow: Markup
    reading: str

    @classmethod
    def of(cls, answer: Answer) -> "Section":
        """Draw an answer."""
        reading = answer.question.reading(answer.named) if answer.rows else ""
        return cls(answer, _drawing(svg(answer, WIDE)), _drawing(svg(answer, NARROW)), reading)


def answer_page(answer: Answer) -> str:
    """Return a page about one answer."""
    return _render(answer.question.text, "", answer.mark, answer.epoch, [("", [answer])], {})


def overview_page(holdings: Answer, chapters: Sequence[tuple[str, Sequence[Answer]]]) -> str:
    """Return a page about a snapshot: what it holds, and chapters of answers, each under a title."""
    holds = {str(row["kind"]): row["rows"] for row in holdings.named}
    lead = "What strangers may see of this network, counted from the analysts' copy."
    return _render("The network in figures", lead, holdings.mark, holdings.epoch, chapters, holds)


def _render(
    title: str,
    lead: str,
    mark: int,
    epoch: str,
    chapters: Sequence[tuple[str, Sequence[Answer]]],
    holds: Mapping[str, Value],
) -> str:
    return _environment().get_template("page.html").render(
        title=title,
        lead=lead,
        mark=marked_at(mark),
        epoch=epoch,
        holds=holds,
        chapters=[(name, [Section.of(answer) for answer in answers]) for name, answers in chapters],
        minimum=MINIMUM,
        rounded_to=ROUNDED_TO,
        rows_shown=ROWS_SHOWN,
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    is_number: Callable[[ColumnType], bool] = lambda type_: type_ in {ColumnType.INTEGER, ColumnType.FLOAT}  # noqa: E731 a test
    environment.filters["number"] = number
    environment.filters["words"] = lambda name: name.replace("_", " ")
    environment.tests["numeric"] = is_number
    return environment


def _drawing(svg_: str) -> Markup:
    return Markup(svg_)  # noqa: S704 matplotlib has escaped the texts in it
