"""The colours of plots: fixed ones for pictures, and in pages those of the theme that the reader has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """What a plot is drawn with: text and axes, text upon colours, lines of the grid, and a colour for each series."""

    text: str
    strong: str
    grid: str
    series: Sequence[str]
    surface: str


LIGHT = Colours("#3d4450", "#16191f", "#e4e7ec", ("#2563c9", "#d4622a", "#14866d", "#8250c4", "#b0337a"), "#ffffff")
"""For pictures."""
THEMED = Colours("#000101", "#000103", "#000102", ("#000111", "#000112", "#000113", "#000114", "#000115"), "none")
"""Stand for colours of the page, by which `themed` replaces them: nothing else is drawn in them."""

_OF_THE_PAGE = {
    THEMED.text: "var(--muted)",
    THEMED.strong: "var(--text)",
    THEMED.grid: "var(--line)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(THEMED.series, 1)},
}
_ANY = re.compile("|".join(_OF_THE_PAGE))


def themed(svg: str) -> str:
    """Return a drawing in THEMED colours in those of the page, whatever its theme."""
    return _ANY.sub(lambda match: _OF_THE_PAGE[match.group()], svg)
