"""The `rookery` command."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from commands.console import console

app = typer.Typer(
    name="rookery",
    help="A social graph server: GraphQL over Neo4j, with timelines in Redis and pictures in an S3 store.\n\n"
    "Start with `rookery up`, which brings its own servers and a demo world.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
imports = typer.Typer(help="Bring graphs from elsewhere in.", no_args_is_help=True)
letters = typer.Typer(help="Events that kept failing: look at them, replay or drop them.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(letters, name="dead-letters")

MISSED = 3
"""Exit code of a benchmark whose goal is missed."""


@app.command()
def up(
    data_dir: Annotated[
        Path, typer.Option(envvar="ROOKERY_DATA_DIR", help="Where data, logs and secrets live.")
    ] = Path(".rookery"),
    demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="Make the demo world; by default yes.")] = None,
) -> None:
    """Start everything: embedded servers, demo world, worker, web. Ctrl-C stops it all.

    With ROOKERY_NEO4J_URI, ROOKERY_REDIS_URL and ROOKERY_S3_ENDPOINT set, your own servers are used instead, and the demo
    world, whose passwords everybody knows, is made there only with --demo.
    """
    from commands.up import up as start

    start(data_dir, demo=demo)


@app.command()
def serve() -> None:
    """Answer GraphQL over HTTP, WebSocket and SSE."""
    from commands.serving import serve as run

    run(_settings())


@app.command()
def worker() -> None:
    """Move events, deliver posts to timelines and process pictures. Run as many as you like."""
    from commands.serving import work

    work(_settings())


@app.command()
def migrate() -> None:
    """Bring the graph to this version. Safe to run twice, and two at once."""
    from app import run_migrations

    applied = asyncio.run(run_migrations(_settings()))
    for name in applied:
        console.print(f"applied {name}")
    console.print("The graph is up to date.")


@app.command()
def seed(
    people: Annotated[int, typer.Option(min=12, help="How many people.")] = 2_000,
    posts: Annotated[int, typer.Option(min=0, help="How many posts.")] = 20_000,
    number: Annotated[int, typer.Option("--seed", help="The same number makes the same world.")] = 1,
) -> None:
    """Make the demo world. Running it again changes nothing."""
    from commands.data import seed_world

    for username, password in asyncio.run(seed_world(_settings(), people=people, posts=posts, number=number)):
        console.print(f"demo log-in: {username} / {password}")


@imports.command("follows")
def import_follows(
    file: Annotated[Path, typer.Argument(help="Lines of `src dst`, plain or compressed (.gz .bz2 .xz); - for standard input.")],
    posts: Annotated[int, typer.Option(min=0, help="Posts to write for the imported people.")] = 0,
    prefix: Annotated[str, typer.Option(help="What usernames begin with, before the id of the file.")] = "u",
) -> None:
    """Import a follow graph. Broken off, it goes on where it was; bad lines are named and skipped."""
    from commands.data import import_edges

    report = asyncio.run(import_edges(_settings(), file, prefix=prefix, posts=posts))
    console.print(
        f"{report.people:,} people, {report.follows:,} follows and {report.posts:,} posts of this file are in the graph "
        f"({report.seconds:.0f} s)."
    )
    for line, reason in report.bad:
        console.print(f"line {line} skipped: {reason}", markup=False)
    if report.bad_count > len(report.bad):
        console.print(f"and {report.bad_count - len(report.bad):,} more lines skipped")


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Compare with schema.graphql instead of printing.")] = False,
) -> None:
    """Print the schema, or refuse a change of it that would break clients."""
    from commands.printing import check_schema, print_schema

    if check:
        check_schema(Path("schema.graphql"))
    else:
        print_schema()


@app.command()
def policy(
    write: Annotated[
        bool, typer.Option("--write", help="Write docs/policy.md and cypher/rules/ instead of printing.")
    ] = False,
) -> None:
    """Print who may see what."""
    from commands.policy import print_policy, write_policy

    if write:
        write_policy(Path())
    else:
        print_policy()


@app.command()
def events(
    write: Annotated[bool, typer.Option("--write", help="Write them into docs/architecture.md instead of printing.")] = False,
) -> None:
    """Print every event: when it happens, its payload, and what it makes stale."""
    from commands.events import print_events, write_events

    if write:
        write_events(Path())
    else:
        print_events()


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="A GraphQL document.")],
    variables: Annotated[str, typer.Option(help="Variables in JSON: those that @skip and @include read.")] = "{}",
) -> None:
    """Print the code that a document is compiled to."""
    from commands.printing import print_plan

    print_plan(file, variables)


@app.command()
def settings() -> None:
    """Print every setting as the table of docs/operations.md."""
    from commands.printing import print_settings

    print_settings()


@app.command()
def token(username: Annotated[str, typer.Argument(help="Whom to sign in.")]) -> None:
    """Print an access token for somebody, without their password. Development only."""
    from commands.printing import print_token

    asyncio.run(print_token(_settings(), username))


@app.command()
def suspend(username: Annotated[str, typer.Argument(help="Whom to suspend.")]) -> None:
    """Hide a person and all that they wrote from everybody at once, and keep them from signing in."""
    from commands.people import suspend as run

    asyncio.run(run(_settings(), username))


@app.command()
def restore(username: Annotated[str, typer.Argument(help="Whose suspension to take back.")]) -> None:
    """Take a suspension back: everything of the person is there again."""
    from commands.people import restore as run

    asyncio.run(run(_settings(), username))


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="exec, executor, feed, policy, pymk, pages, fanout, memory, queries or all.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    edges: Annotated[Path | None, typer.Option(help="Measure on this edge list instead of a made graph.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A minute instead of several; wider noise.")] = False,
    operations: Annotated[int | None, typer.Option(min=100, help="How many operations `executor` mixes.")] = None,
    write: Annotated[Path | None, typer.Option(help="Also write the results into this page.")] = None,
) -> None:
    """Measure what the documentation claims, with its own servers. Exits 3 when a goal is missed."""
    from bench.run import run

    if not run(name, as_json=json, edges=edges, quick=quick, operations=operations, page=write):
        raise typer.Exit(MISSED)


@letters.command("list")
def list_letters(
    before: Annotated[str | None, typer.Option(help="Go on below this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 50,
) -> None:
    """List dead letters, newest first."""
    from commands.dead_letters import list_all

    asyncio.run(list_all(_settings(), before, limit))


@letters.command("replay")
def replay_letters(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids from the list; none for all.")] = None,
) -> None:
    """Give dead letters to the group that failed on them once more."""
    from commands.dead_letters import replay_all

    asyncio.run(replay_all(_settings(), ids or []))


@letters.command("drop")
def drop_letters(ids: Annotated[list[str], typer.Argument(help="Ids from the list.")]) -> None:
    """Forget dead letters."""
    from commands.dead_letters import drop as run

    asyncio.run(run(_settings(), ids))


def _settings() -> Any:
    from commands.environment import load_settings

    return load_settings()


def _check_house() -> None:
    """Stop when another package named `schema`, as there is one on PyPI, was installed over ours."""
    import schema as ours

    if Path(ours.__file__ or "").resolve().parent.parent != Path(__file__).resolve().parent:
        console.print("Another package named `schema` hides Rookery's: install Rookery into an environment of its own.")
        sys.exit(1)


def main() -> None:
    """Run the command; an error that has a cause is one clear text and exit code 1."""
    from commands.failures import EXPECTED, sentence

    _check_house()
    try:
        app()
    except EXPECTED as error:
        console.print(sentence(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
