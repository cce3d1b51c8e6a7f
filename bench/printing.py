"""Formats results: a table for the terminal, JSON for programs, Markdown for the page."""

from collections.abc import Mapping

import orjson
from rich.console import Console
from rich.table import Table

from bench.figures import Figure, Result

WIDTH = 120
"""Width of a line when the output is not a terminal, so that names are not wrapped."""
EXACT_BELOW = 10.0
"""Smaller numbers are shown with two decimals, those below ten times this with one."""


def show(result: Result) -> None:
    """Print a table."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    table = Table(title=f"{result.name} · {result.machine}", title_justify="left", title_style="bold")
    table.add_column("figure", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("goal", no_wrap=True)
    for figure in result.figures:
        table.add_row(figure.name, _value(figure), figure.unit, _judged(figure, "[green]✓[/]", "[red]✗ missed[/]"))
    console.print(table)


def as_object(result: Result) -> Mapping[str, object]:
    """Return the result as an object for JSON."""
    return {
        "name": result.name,
        "machine": result.machine,
        "figures": [
            {
                "name": figure.name,
                "value": figure.value,
                "unit": figure.unit,
                "goal": None if figure.goal is None else str(figure.goal),
                "holds": figure.holds,
                "spread": None if figure.spread is None else list(figure.spread),
            }
            for figure in result.figures
        ],
    }


def as_json(value: object) -> str:
    """Return indented JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def as_markdown(result: Result) -> str:
    """Return a Markdown table for the page."""
    rows = [
        f"| {figure.name} | {_value(figure)} | {figure.unit} | {_judged(figure, '✓', '✗ **missed**')} |"
        for figure in result.figures
    ]
    return "\n".join(["| figure | value | unit | goal |", "| --- | ---: | --- | --- |", *rows])


def written(value: float) -> str:
    """Return a number with a number of decimals that fits its size."""
    if value == int(value) and abs(value) < EXACT_BELOW**15:
        return f"{int(value):,}"
    if abs(value) < EXACT_BELOW:
        return f"{value:.2f}"
    return f"{value:,.1f}" if abs(value) < EXACT_BELOW**2 else f"{value:,.0f}"


def _value(figure: Figure) -> str:
    if figure.spread is None:
        return written(figure.value)
    return f"{written(figure.value)} ({' to '.join(map(written, figure.spread))})"


def _judged(figure: Figure, held: str, missed: str) -> str:
    return "" if figure.goal is None else f"{figure.goal} {held if figure.holds else missed}"
