"""How each kind of plot is drawn with matplotlib."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from analytics.questions.question import Answer, ColumnType, PlotKind, Value
from analytics.reports.colours import Colours
from analytics.reports.numbers import compact, number

MOST_BARS, MOST_BARS_NARROW = 15, 10
"""Bars that are drawn of a ranking: the table has the others."""
FEWEST_BARS = 6
"""Bars for which there is room at least."""
NOUGHT = 0.5
"""Where 0 stands on an axis of numbers that double, which has no place for it."""
FEW_DAYS = 4
"""Days below which each gets a label of its own."""
FAINTEST = 0.06
"""Opacity of the palest cell of a heat map."""
HOURS, DAYS = 24, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Draw(Protocol):
    """Draws an answer; a narrow drawing has room for little text."""

    def __call__(self, axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
        """Draw it."""


def _line(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    plot = answer.question.plot
    lines: dict[str, list[tuple[date, Value]]] = {}
    for row in answer.named:
        for value in plot.values:
            if row[value] is not None:
                name = _words(value) if plot.by is None else str(row[plot.by])
                lines.setdefault(name, []).append((date.fromisoformat(str(row[plot.over])), row[value]))
    most = sorted(lines, key=lambda name: -sum(_size(value) for _, value in lines[name]))[: len(colours.series)]
    for colour, name in zip(colours.series, most, strict=False):
        axes.plot(*zip(*lines[name], strict=True), color=colour, linewidth=2, label=name)
    _dates(axes, [day for name in most for day, _ in lines[name]], narrow=narrow)
    _values(axes, answer)
    _legend(axes, colours, len(most), narrow=narrow)


def _columns(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    plot = answer.question.plot
    rows = [row for row in answer.named if row[plot.values[0]] is not None and row[plot.over] is not None]
    heights = [_size(row[plot.values[0]]) for row in rows]
    if answer.question.column(plot.over).type is ColumnType.DAY:
        days = [date.fromisoformat(str(row[plot.over])) for row in rows]
        between = [(later - earlier).days for earlier, later in pairwise(days)]
        axes.bar(days, heights, width=0.8 * min(between, default=1), color=colours.series[0])  # type: ignore[arg-type] # dates
        _dates(axes, days, narrow=narrow)
    else:
        axes.bar([_range(row, plot.over) for row in rows], heights, width=0.72, color=colours.series[0])
        axes.set_xlabel(plot.label)
    _values(axes, answer)


def _bars(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    plot = answer.question.plot
    value, most = plot.values[0], MOST_BARS_NARROW if narrow else MOST_BARS
    rows = [row for row in answer.named if row[value] is not None][:most][::-1]
    lengths, places = [_size(row[value]) for row in rows], range(len(rows))
    axes.barh(places, lengths, height=0.68, color=colours.series[0])
    axes.set_yticks(places, [str(row[plot.over]) for row in rows])
    for at, length in zip(places, lengths, strict=True):
        axes.annotate(number(length), (length, at), (4, 0), textcoords="offset points", va="center", color=colours.text, size=8.5)
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_xlabel(plot.label)
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.12)
    axes.set_ylim(min(len(rows) - FEWEST_BARS, 0) - 0.6, len(rows) - 0.4)  # one bar alone is no wall


def _ranges(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    plot = answer.question.plot
    groups = list(dict.fromkeys(row[plot.by] for row in answer.named)) if plot.by else [None]
    for colour, group in zip(colours.series, groups, strict=False):
        rows = [row for row in answer.named if plot.by is None or row[plot.by] == group]
        told = [row for row in rows if row[plot.values[0]] is not None]
        points = [(max(_size(row[plot.over]), NOUGHT), row[plot.values[0]]) for row in told]
        if points:
            label = None if group is None else _words(str(group))
            size = 4 if narrow else 5
            axes.plot(*zip(*points, strict=True), color=colour, linewidth=2, marker="o", markersize=size, label=label)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: "0" if place <= NOUGHT else compact(place)))
    axes.minorticks_off()
    axes.set_xlabel(plot.label)
    _values(axes, answer)
    _legend(axes, colours, len(groups), narrow=narrow)


def _heat(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    value = answer.question.plot.values[0]
    most = max((_size(row[value]) for row in answer.named), default=1) or 1
    for row in answer.named:
        opacity = FAINTEST + (1 - FAINTEST) * _size(row[value]) / most
        corner = (_size(row["hour"]) + 0.04, _size(row["weekday"]) - 1 + 0.04)
        axes.add_patch(Rectangle(corner, 0.92, 0.92, facecolor=colours.series[0], alpha=opacity, linewidth=0))
    axes.set_xlim(0, HOURS)
    axes.set_ylim(len(DAYS), 0)
    hours = range(0, HOURS, 6 if narrow else 3)
    axes.set_xticks([hour + 0.5 for hour in hours], [f"{hour:02}:00" for hour in hours])
    axes.set_yticks([day + 0.5 for day in range(len(DAYS))], DAYS)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _matrix(axes: Axes, answer: Answer, colours: Colours, *, narrow: bool) -> None:
    plot = answer.question.plot
    groups = list(dict.fromkeys(str(row[plot.by or ""]) for row in answer.named))
    value, last = plot.values[0], max(_size(row[plot.over]) for row in answer.named)
    most = max((_size(row[value]) for row in answer.named), default=1) or 1
    for row in answer.named:
        across, down = _size(row[plot.over]), groups.index(str(row[plot.by or ""]))
        opacity = FAINTEST + (1 - FAINTEST) * _size(row[value]) / most / 2  # the numbers in it stay readable
        corner = (across + 0.03, down + 0.03)
        axes.add_patch(Rectangle(corner, 0.94, 0.94, facecolor=colours.series[0], alpha=opacity, linewidth=0))
        if not narrow:
            told = f"{_size(row[value]):.0%}"
            axes.text(across + 0.5, down + 0.5, told, ha="center", va="center", color=colours.strong, size=8)
    axes.set_xlim(0, last + 1)
    axes.set_ylim(len(groups), 0)
    axes.set_xticks([place + 0.5 for place in range(0, int(last) + 1, 2 if narrow else 1)])
    axes.set_xticklabels([str(place) for place in range(0, int(last) + 1, 2 if narrow else 1)])
    axes.set_yticks([place + 0.5 for place in range(len(groups))], [group[: len("2026-11")] for group in groups])
    axes.set_xlabel(plot.label)
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


DRAWN: Mapping[PlotKind, Draw] = {
    PlotKind.LINE: _line,
    PlotKind.COLUMNS: _columns,
    PlotKind.BARS: _bars,
    PlotKind.RANGES: _ranges,
    PlotKind.HEAT: _heat,
    PlotKind.MATRIX: _matrix,
}


def _values(axes: Axes, answer: Answer) -> None:
    """Prepare the axis of the values, with their unit."""
    plot = answer.question.plot
    if plot.log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(5))
    formatter: Callable[..., object] = PercentFormatter(1, 0) if plot.percent else FuncFormatter(lambda place, _: compact(place))
    axes.yaxis.set_major_formatter(formatter)  # type: ignore[arg-type] # both are formatters
    axes.minorticks_off()
    axes.set_ylabel(answer.question.column(plot.values[0]).unit)


def _dates(axes: Axes, days: Sequence[date], *, narrow: bool) -> None:
    if len(set(days)) < FEW_DAYS:  # matplotlib finds no distance between so few
        axes.set_xticks(sorted(set(days)), [day.isoformat() for day in sorted(set(days))])
        return
    locator = AutoDateLocator(maxticks=5 if narrow else 9)  # type: ignore[no-untyped-call] # matplotlib's dates have no types
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call] # the same


def _legend(axes: Axes, colours: Colours, series: int, *, narrow: bool) -> None:
    if series > 1:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=3 if narrow else 5, frameon=False, labelcolor=colours.text,
            borderpad=0, handlelength=1.2, columnspacing=1.2,
        )  # fmt: skip


def _range(row: Mapping[str, Value], over: str) -> str:
    """Return what a column of a plot is of: one number, or a range of them."""
    if over != "from" or "to" not in row or row["to"] == row[over]:
        return str(row[over])
    return f"{row[over]} or more" if row["to"] is None else f"{row[over]} to {row['to']}"


def _size(value: Value) -> float:
    return float(value or 0)


def _words(name: str) -> str:
    return name.replace("_", " ")
