"""`rookery analytics log`: what analysts asked, and what came of it."""

from rich.table import Table
from rich.text import Text

from clock import moment
from commands.console import results
from commands.visible import visible
from parts import open_parts
from services.settings import Settings

NEWEST = "g"
"""Stands behind every id."""
_TEXT = 120
"""Characters of a query that are shown; the log has all of it."""


async def show(settings: Settings, limit: int) -> None:
    """Print the newest queries."""
    async with open_parts(settings) as parts:
        rows = await parts.graph.read("analyst_queries/recent", before=NEWEST, limit=limit)
    table = Table("at (UTC)", "who", "token", "outcome", "seconds", "rows", "bytes", "query")
    for at, actor, username, token, text, outcome, seconds, count, size in rows:
        numbers = ("" if each is None else f"{each:,}" for each in (seconds, count, size))
        query = Text(visible(" ".join(text.split())[:_TEXT]))
        table.add_row(f"{moment(at):%Y-%m-%d %H:%M:%S}", username or actor, token or "", outcome or "unknown", *numbers, query)
    results.print(table)
