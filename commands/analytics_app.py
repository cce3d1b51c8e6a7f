"""The subcommands of `rookery analytics`: the copy for analysts, its graph, and what was asked of it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from commands.environment import load_settings

app = typer.Typer(help="The copy for analysts of what strangers may see.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option(help="Folder of the copy; by default that of the settings.")]


@app.command("up")
def serve_analytics(
    data_dir: Annotated[Path, typer.Option(envvar="ROOKERY_DATA_DIR", help="Folder of the data.")] = Path(".rookery"),
    folder: Annotated[
        Path | None, typer.Option(envvar="ROOKERY_ANALYTICS_FOLDER", help="Folder of the copy; by default in that of the data.")
    ] = None,
    heap: Annotated[str, typer.Option(envvar="ROOKERY_ANALYTICS_HEAP", help="Memory of the server, such as 1g.")] = "1g",
    cache: Annotated[
        str, typer.Option(envvar="ROOKERY_ANALYTICS_PAGE_CACHE", help="Memory for the pages of its store.")
    ] = "256m",
    query: Annotated[
        str, typer.Option(envvar="ROOKERY_ANALYTICS_QUERY_MEMORY", help="Part of its memory that one query may take.")
    ] = "256m",
    queries: Annotated[
        str, typer.Option(envvar="ROOKERY_ANALYTICS_QUERIES_MEMORY", help="Part of its memory that all queries may take.")
    ] = "512m",
) -> None:
    """Serve the newest snapshot of the copy as a graph, in a Neo4j of its own, until Ctrl-C.

    It runs at the lowest priority and on one core. When there is a newer snapshot, that is loaded beside it and takes its place.
    """
    from commands.analytics_up import up as start
    from stack.analysts_neo4j import Bounds

    start(folder or data_dir / "analytics", Bounds(heap, cache, query, queries))


@app.command("refresh")
def refresh_copy(
    everything: Annotated[bool, typer.Option("--all", help="Write everything anew, not only what changed.")] = False,
    folder: Folder = None,
) -> None:
    """Bring the copy up to now, at low priority. Killed, the next one goes on.

    The exit code is 4 where another refresh is at work, and 1 where it failed: the copy is as it was then.
    """
    from commands.analytics import refresh as run

    if (code := run(load_settings(), folder, everything=everything)) != 0:
        raise typer.Exit(code)


@app.command("status")
def status_of_copy(
    folder: Folder = None,
) -> None:
    """Print what the copy holds, up to when, and what waits to be written anew."""
    from commands.analytics import status as run

    asyncio.run(run(load_settings(), folder))


@app.command("remove")
def remove_copy(
    folder: Folder = None,
) -> None:
    """Remove the copy with its keys, answers and graph, as when it is not wanted any more."""
    from commands.analytics_remove import remove

    remove(load_settings(), folder)


@app.command("log")
def analytics_log(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many queries.")] = 50,
) -> None:
    """Print what analysts asked, newest first, and what came of it."""
    from commands.analytics_log import show

    asyncio.run(show(load_settings(), limit))


@app.command("tables")
def tables_of_copy(
    write: Annotated[bool, typer.Option("--write", help="Write them into docs/analysts.md instead of printing.")] = False,
) -> None:
    """Print the tables of the copy: what a row is, and what its columns mean."""
    from commands.analytics import TABLES_SECTION

    TABLES_SECTION.show(write=write)


@app.command("model")
def analytics_model(
    write: Annotated[bool, typer.Option("--write", help="Write it into docs/analysts.md instead of printing.")] = False,
) -> None:
    """Print the model of the analysts' graph: labels, relationships and properties."""
    from commands.sections import MODEL

    MODEL.show(write=write)
