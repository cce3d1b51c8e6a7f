"""`rookery analytics refresh`, `status` and `tables`: the copy for analysts, made and looked at."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.table import Table

from analytics.errors import NotTurnedOn, RefreshRuns
from analytics.export.catching_up import CatchingUp
from analytics.export.lock import holder
from analytics.export.pages import Pages, PageSizes
from analytics.export.refresh import Refresh, Refreshed
from analytics.export.schedule import BUSY
from analytics.graph_copy.address import GRAPH
from analytics.snapshots import Snapshot
from analytics.tables import HOUR, TABLES, Column
from clock import moment, now_ms
from commands.console import bars, console, results
from commands.sections import Section
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.event_stream import EventStream
from keyspace.roles import Role
from parts import Parts, open_parts
from services.settings import Settings
from stack.analysts_stores import remove_stores

LOWEST = 19
"""The lowest priority of a process: everything else goes first."""
MEGABYTE = 1_000_000


def refresh(settings: Settings, folder: Path | None, *, everything: bool) -> int:
    """Refresh the copy, and return the exit code.

    Raises:
        NotTurnedOn: the settings turn the copy off.
        RookeryError: it failed; the copy is as it was.

    """
    if not settings.analytics:
        raise NotTurnedOn
    os.nice(LOWEST)
    root, began = folder or settings.analytics_path, time.monotonic()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o777 & ~root.stat().st_mode)  # who may read the folder may read what is written in it
    try:
        done = asyncio.run(_refresh(settings, root, everything=everything))
    except RefreshRuns as error:
        console.print(str(error), style="red", markup=False)
        return BUSY
    # Of a graph that is not served at the moment, too, nothing stays longer than the snapshot that it was made from.
    remove_stores(root / GRAPH, but={each.name for each in done.snapshot.folder.parent.iterdir()})
    _summarize(done, time.monotonic() - began)
    return 0


async def _refresh(settings: Settings, folder: Path, *, everything: bool) -> Refreshed:
    async with open_parts(settings) as parts:
        with bars() as report:
            return await refresh_of(parts, folder, report).run(everything=everything)


def refresh_of(
    parts: Parts, folder: Path, report: Callable[[int, int, str], None], sizes: PageSizes | None = None
) -> Refresh:
    """Return what refreshes the copy in a folder. In a cluster it reads from the member that writes."""
    graph, streams = parts.graph.from_leader(), parts.redis.of(Role.STREAMS)
    sizes = sizes or replace(PageSizes(), timeout=parts.settings.neo4j_worker_timeout)
    catching_up = CatchingUp(graph, EventStream(streams))
    return Refresh(folder, Pages(graph, sizes), AnalyticsNotes(streams), catching_up, parts.settings.analytics_text, report)


def _summarize(done: Refreshed, seconds: float) -> None:
    manifest = done.snapshot.manifest
    _print_tables(done.snapshot)
    results.print(
        f"{done.files:,} files written anew in {seconds:.1f} s ({done.months:,} months of tables read in {done.rounds} rounds). "
        f"What was committed before {moment(manifest.mark):%Y-%m-%d %H:%M:%S} UTC is in the copy."
    )


async def status(settings: Settings, folder: Path | None) -> None:
    """Print what the copy holds.

    Raises:
        NoSnapshot: there is none.
        Unavailable: Redis is away.

    """
    root = folder or settings.analytics_path
    if (who := holder(root)) is not None:
        results.print(f"A refresh is at work: {who}.", markup=False)
    snapshot = Snapshot.newest(root)
    manifest = snapshot.manifest
    async with open_parts(settings) as parts:
        waiting = await AnalyticsNotes(parts.redis.of(Role.STREAMS)).waiting()
    _print_tables(snapshot)
    age = (now_ms() - manifest.mark) / 1_000
    for line in (
        f"{snapshot.folder}",
        f"What was committed before {moment(manifest.mark):%Y-%m-%d %H:%M:%S} UTC, {age:,.0f} s ago, is in it.",
        f"Its pseudonyms are those of {manifest.epoch}; it has {'the' if manifest.with_text else 'no'} texts of posts.",
        "Everything is to be written anew." if waiting is None else f"{waiting:,} notes of what is stale wait.",
    ):
        results.print(line, markup=False, soft_wrap=True)


def _print_tables(snapshot: Snapshot) -> None:
    table = Table("table", "rows", "months", "MB")
    for name in TABLES:
        found = snapshot.manifest.parts.get(name, {}).values()
        rows, size = sum(part.rows for part in found), sum(part.bytes for part in found)
        table.add_row(name, f"{rows:,}", f"{len(found):,}", f"{size / MEGABYTE:,.2f}")
    results.print(table)


def _text() -> str:
    """Return the tables in Markdown."""
    return "\n".join(
        f"**`{table.name}`**: {table.text} One file a month, {table.month}.\n\n| column | type | meaning |\n| --- | --- | --- |\n"
        + "".join(
            f"| `{name}` | {_type(column)}{', or null' if column.nullable else ''} | {column.text} |\n"
            for name, column in table.columns.items()
        )
        for table in TABLES.values()
    )


def _type(column: Column) -> str:
    return "Datetime (UTC)" if column.type == HOUR else str(column.type)


TABLES_SECTION = Section(Path("docs") / "analysts.md", "analytics tables", "analytics/tables.py", _text)
