"""How answers look: as a table for people, as CSV or JSON for other programs."""

import csv
import io
from typing import Any

import orjson
from rich.table import Table
from rich.text import Text

from commands.cypher_shell.client import Result
from commands.visible import visible


def as_table(result: Result) -> Table:
    """Return an answer as a table. What others wrote is shown, and neither read as markup nor obeyed by the terminal."""
    table = Table()
    for each in result.columns:
        table.add_column(Text(visible(each)))
    for row in result.rows:
        table.add_row(*(Text(visible(as_text(each))) for each in row))
    return table


def as_text(value: Any) -> str:
    """Return a value as a cell shows it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case {"$type": "node", "labels": labels, "properties": properties}:
            return f"(:{':'.join(labels)} {_json(properties)})"
        case {"$type": "relationship", "type": name, "properties": properties}:
            return f"[:{name} {_json(properties)}]" if properties else f"[:{name}]"
        case {"$type": "path", "nodes": nodes, "relationships": edges}:
            edges_and_nodes = [f"{as_text(edge)}{as_text(node)}" for edge, node in zip(edges, nodes[1:], strict=True)]
            return "".join([as_text(nodes[0]), *edges_and_nodes])
    return _json(value)


def as_csv(result: Result) -> str:
    """Return an answer as CSV with a line of its columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([as_text(each) for each in row] for row in result.rows)
    return text.getvalue()


def as_json(result: Result) -> str:
    """Return an answer as JSON: a list of objects."""
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n"


def told(result: Result, seconds: float) -> str:
    """Return what stands below a table: how much it is, how long it took, and how fresh it is."""
    rows = f"{len(result.rows):,} row" + ("" if len(result.rows) == 1 else "s")
    cut = f", cut off: {result.truncated.lower()}" if result.truncated else ""
    return f"{rows}{cut}, {seconds * 1_000:,.0f} ms, {result.seconds * 1_000:,.0f} ms of it in the graph, as of {result.mark}"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
