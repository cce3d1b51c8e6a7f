"""Draws answers: as PNG, and as SVG that takes the colours of the page around it."""

import io
import re
from dataclasses import dataclass
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analytics.questions.question import Answer
from analytics.reports.colours import LIGHT, THEMED, Colours, themed
from analytics.reports.drawing import DRAWN

DOTS_PER_INCH = 160
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: it is read aloud, searched, and has the font of the page
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "path.simplify": False,
}


@dataclass(frozen=True, slots=True)
class Size:
    """Of a plot, in inches. A narrow one is for phones, where a wide one would be shrunk until nobody can read it."""

    width: float
    height: float
    narrow: bool = False


WIDE, NARROW = Size(8.6, 3.3), Size(4.5, 3.2, narrow=True)
PICTURE = Size(9, 5)


def png(answer: Answer) -> bytes:
    """Return a picture of an answer, with its question above it."""
    with mpl.rc_context(_STYLE):
        figure = _figure(answer, PICTURE, LIGHT)
        figure.suptitle(answer.question.text, x=0.02, ha="left", fontsize=13, color=LIGHT.text)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DOTS_PER_INCH, facecolor=LIGHT.surface)
    return file.getvalue()


def svg(answer: Answer, size: Size) -> str:
    """Return a drawing of an answer that is put into a page."""
    question = answer.question
    with mpl.rc_context({**_STYLE, "svg.hashsalt": f"{question.name}{size.width}"}):
        file = io.StringIO()
        _figure(answer, size, THEMED).savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawing = file.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', rf'<svg \1 role="img" aria-label="{escape(question.text)}">', drawing)
    return themed(drawing)


def _figure(answer: Answer, size: Size, colours: Colours) -> Figure:
    figure = Figure(figsize=(size.width, size.height), layout="constrained")
    axes = figure.add_subplot()
    _prepare(axes, colours)
    if answer.rows:
        DRAWN[answer.question.plot.kind](axes, answer, colours, narrow=size.narrow)
    else:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "No group of this is large enough to be shown.", ha="center", color=colours.text)
    return figure


def _prepare(axes: Axes, colours: Colours) -> None:
    axes.tick_params(colors=colours.text, length=0)
    axes.spines["bottom"].set_color(colours.grid)
    axes.grid(axis="y", color=colours.grid, linewidth=0.8)
    axes.xaxis.label.set_color(colours.text)
    axes.yaxis.label.set_color(colours.text)
