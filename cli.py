"""The `rookery` command."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.reports.formats import Format
from commands import analytics_app
from commands.console import console
from commands.cypher_shell.formats import AnswerFormat
from graph.rows.posts import Delivery
from graph.rows.roles import AccountRole

app = typer.Typer(
    name="rookery",
    help="A social graph server: GraphQL over Neo4j, with timelines in Redis and pictures in an S3 store.\n\n"
    "Start with `rookery up`: it runs its own servers and creates a demo world.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
imports = typer.Typer(help="Import graphs from elsewhere.", no_args_is_help=True)
letters = typer.Typer(help="List, replay or drop events that failed in every attempt.", no_args_is_help=True)
audits = typer.Typer(help="Compare caches with the graph.", no_args_is_help=True)
caches = typer.Typer(help="Forget what is cached.", no_args_is_help=True)
deliveries = typer.Typer(help="See and pin how new posts are delivered.", no_args_is_help=True)
accounts = typer.Typer(help="Help people back into their accounts.", no_args_is_help=True)
roles = typer.Typer(help="Say who may do what beyond what everybody may.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(audits, name="audit")
app.add_typer(caches, name="caches")
app.add_typer(deliveries, name="delivery")
app.add_typer(letters, name="dead-letters")
app.add_typer(roles, name="role")
app.add_typer(accounts, name="account")
app.add_typer(analytics_app.app, name="analytics")

MISSED = 3
"""Exit code of a benchmark that misses a goal, of an audit that finds a difference and leaves it, and of keys still to rotate."""
Reason = Annotated[str, typer.Option(help="Why, for the audit log.")]
BY_OPERATOR = "By the operator of the server."
"""The reason in the audit log where none is given."""


@app.command()
def up(
    data_dir: Annotated[
        Path, typer.Option(envvar="ROOKERY_DATA_DIR", help="Folder for data, logs and secrets.")
    ] = Path(".rookery"),
    demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help="Create the demo world.")] = None,
) -> None:
    """Start everything: embedded servers, demo world, worker and web application. Ctrl-C stops all of it.

    With ROOKERY_NEO4J_URI, ROOKERY_REDIS_URL and ROOKERY_S3_ENDPOINT set, it uses those servers instead, and creates the
    demo world, whose passwords are public, only with --demo.

    ROOKERY_PORT is where it listens (8000), and ROOKERY_STACK_NEO4J_PORT, ROOKERY_STACK_REDIS_PORT, ROOKERY_STACK_S3_PORT and
    ROOKERY_STACK_MAIL_PORT where its servers do. ROOKERY_ALLOWED_ORIGINS lists other origins whose pages may call, such as
    http://localhost:5173.
    """
    from commands.up import up as start

    start(data_dir, demo=demo)


@app.command()
def serve() -> None:
    """Serve GraphQL over HTTP, WebSocket and server-sent events."""
    from commands.serving import serve as run

    run(_settings())


@app.command()
def worker() -> None:
    """Run the worker: it delivers events and posts, and processes pictures. You can run several."""
    from commands.serving import work

    work(_settings())


@app.command()
def migrate() -> None:
    """Apply the migrations of the graph. It is safe to run it twice, or two at the same time."""
    from commands.data import run_migrations

    applied = asyncio.run(run_migrations(_settings()))
    for name in applied:
        console.print(f"applied {name}")
    console.print("The graph is up to date.")


@app.command()
def seed(
    people: Annotated[int, typer.Option(min=12, help="How many people.")] = 2_000,
    posts: Annotated[int, typer.Option(min=0, help="How many posts.")] = 20_000,
    number: Annotated[int, typer.Option("--seed", help="The same number creates the same world.")] = 1,
) -> None:
    """Create the demo world. Running it again changes nothing."""
    from commands.data import seed_world

    for username, password in asyncio.run(seed_world(_settings(), people=people, posts=posts, number=number)):
        console.print(f"demo log-in: {username} / {password}")


@imports.command("follows")
def import_follows(
    file: Annotated[Path, typer.Argument(help="Lines of `src dst`, plain or compressed (.gz .bz2 .xz); `-` is standard input.")],
    posts: Annotated[int, typer.Option(min=0, help="Number of posts to write for the imported people.")] = 0,
    prefix: Annotated[str, typer.Option(help="Text before the id of the file in usernames.")] = "u",
) -> None:
    """Import a follow graph. An interrupted import continues where it stopped; bad lines are reported and skipped."""
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
    """Print the schema, or check that it is up to date and does not break clients."""
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
    """Print the visibility rules: who may see what."""
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
    from commands.sections import EVENTS

    EVENTS.show(write=write)


@app.command()
def errors(
    write: Annotated[bool, typer.Option("--write", help="Write them into docs/api.md instead of printing.")] = False,
) -> None:
    """Print the code of every error: what it means, and what a client does about it."""
    from commands.sections import ERRORS

    ERRORS.show(write=write)


@app.command()
def endings(
    write: Annotated[bool, typer.Option("--write", help="Write them into docs/api.md instead of printing.")] = False,
) -> None:
    """Print how WebSockets and streams end, and what a client does then."""
    from commands.sections import ENDINGS_TABLE

    ENDINGS_TABLE.show(write=write)


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="A GraphQL document.")],
    variables: Annotated[str, typer.Option(help="Variables in JSON: those that @skip and @include read.")] = "{}",
) -> None:
    """Print the code to which a document is compiled."""
    from commands.printing import print_plan

    print_plan(file, variables)


@app.command()
def settings() -> None:
    """Print every setting, as the table in docs/operations.md."""
    from commands.printing import print_settings

    print_settings()


@app.command()
def token(username: Annotated[str, typer.Argument(help="The username to sign in.")]) -> None:
    """Print an access token of a person, without their password. Only in development."""
    from commands.printing import print_token

    asyncio.run(print_token(_settings(), username))


@app.command()
def suspend(
    username: Annotated[str, typer.Argument(help="The username to suspend.")], reason: Reason = BY_OPERATOR
) -> None:
    """Suspend a person: they cannot log in, and nobody sees them or what they wrote."""
    from commands.people import suspend as run

    asyncio.run(run(_settings(), username, reason))


@app.command()
def restore(
    username: Annotated[str, typer.Argument(help="The username to restore.")], reason: Reason = BY_OPERATOR
) -> None:
    """End a suspension: the person and what they wrote are visible again."""
    from commands.people import restore as run

    asyncio.run(run(_settings(), username, reason))


@app.command("sign-out")
def sign_out(
    username: Annotated[str, typer.Argument(help="The username to sign out.")], reason: Reason = BY_OPERATOR
) -> None:
    """Sign a person out on all devices. Tokens of their programs stay."""
    from commands.people import sign_out as run

    asyncio.run(run(_settings(), username, reason))


@app.command("rotate-keys")
def rotate_keys(
    check: Annotated[bool, typer.Option("--check", help="Change nothing, and say what is sealed by which key.")] = False,
) -> None:
    """Seal what is stored with the first of the secrets in ROOKERY_SEAL_SECRET, and say which others are still needed.

    It is safe beside traffic, twice at the same time, and again after it was killed. The exit code is 3 while something is
    sealed by another key.
    """
    from commands.rotate_keys import rotate_keys as run

    if not asyncio.run(run(_settings(), check=check)):
        raise typer.Exit(MISSED)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def report(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Which report, or `overview`; without it, all are listed.")] = None,
    format_: Annotated[
        Format | None, typer.Option("--format", case_sensitive=False, help="By default that of the output's name, or a table.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="File to write; by default the name of the report.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Folder of the analysts' copy; by default that of the settings.")] = None,
) -> None:
    """Answer a question from the analysts' copy: `rookery report degrees --format png`. Parameters follow as `--name value`.

    It reads files and needs no server. Answers are stored below the folder of the copy, until the next refresh.
    """
    from commands.report import list_reports
    from commands.report import report as run

    if name is None:
        list_reports()
        return
    os.nice(10)  # it may take minutes of all cores, on a machine that may serve people meanwhile
    run(name, context.args, format_=format_, output=output, folder=folder or _settings().analytics_path)


@app.command()
def bench(
    name: Annotated[
        str,
        typer.Argument(
            help="exec, executor, analytics, feed, processes, sessions, statements, policy, pymk, pages, fanout, mixed, memory, "
            "queries, peers, celebrity, live, held, likes, reposts, hashtags, writes, threads or all."
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    edges: Annotated[Path | None, typer.Option(help="Measure with this edge list instead of a generated graph.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Measure for about a minute; the results vary more.")] = False,
    operations: Annotated[int | None, typer.Option(min=100, help="Number of operations that `executor` mixes.")] = None,
    sockets: Annotated[
        list[int] | None, typer.Option(min=8, help="Sockets that `live`, `held` or `likes` opens; more than once.")
    ] = None,
    page: Annotated[list[str] | None, typer.Option(help="A page that `peers` measures alone; more than once.")] = None,
    write: Annotated[Path | None, typer.Option(help="Write the results into this page as well.")] = None,
) -> None:
    """Measure the claims of the documentation, with its own servers. The exit code is 3 when a goal is missed."""
    from bench.run import run

    if not run(
        name, as_json=json, edges=edges, quick=quick, operations=operations, sockets=sockets or (), peer_pages=page or (),
        page=write,
    ):  # fmt: skip
        raise typer.Exit(MISSED)


@app.command()
def cypher(
    command: Annotated[list[str] | None, typer.Option("--command", "-c", help="A query to ask; more than once.")] = None,
    url: Annotated[
        str, typer.Option(envvar="ROOKERY_URL", help="Address of the API of a server.")
    ] = "http://127.0.0.1:8000/graphql",
    token: Annotated[
        str, typer.Option(envvar="ROOKERY_TOKEN", help="Token of a program with the scope ANALYTICS; give it as ROOKERY_TOKEN.")
    ] = "",
    param: Annotated[list[str] | None, typer.Option(help="A parameter, as `name => value` with JSON; more than once.")] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help="Seconds that a query may take.")] = None,
    format_: Annotated[
        AnswerFormat, typer.Option("--format", case_sensitive=False, help="How answers are printed.")
    ] = AnswerFormat.TABLE,
) -> None:
    """Ask the analysts' copy of the graph in Cypher: a shell, or queries by -c or by standard input.

    The exit code is 1 where a query is refused; then those behind it are not asked.
    """
    from commands.cypher_shell.shell import start

    if not start(url, token, command or [], param or [], seconds, format_):
        raise typer.Exit(1)


@roles.command("grant")
def grant_role(
    username: Annotated[str, typer.Argument(help="Who is to hold it.")],
    role: Annotated[AccountRole, typer.Argument(case_sensitive=False, help="Which role.")],
    reason: Reason = BY_OPERATOR,
) -> None:
    """Give a person a role; the first administrator has it so. It holds at once."""
    from commands.roles import grant

    asyncio.run(grant(_settings(), username, role, reason))


@roles.command("revoke")
def revoke_role(
    username: Annotated[str, typer.Argument(help="Who is not to hold it any more.")],
    role: Annotated[AccountRole, typer.Argument(case_sensitive=False, help="Which role.")],
    reason: Reason = BY_OPERATOR,
) -> None:
    """Take a role from a person; it is gone at once."""
    from commands.roles import revoke

    asyncio.run(revoke(_settings(), username, role, reason))


@roles.command("list")
def list_roles() -> None:
    """List who holds a role."""
    from commands.roles import show

    asyncio.run(show(_settings()))


@accounts.command("reset-factors")
def reset_factors(
    username: Annotated[str, typer.Argument(help="Who has lost them.")],
    reason: Annotated[str, typer.Option(help="Why, and how you know that it is them, for the audit log.")],
) -> None:
    """Remove the authenticator app, the passkeys and the recovery codes of a person, who is told by mail."""
    from commands.accounts import reset_factors

    asyncio.run(reset_factors(_settings(), username, reason))


@letters.command("list")
def list_letters(
    before: Annotated[str | None, typer.Option(help="Continue below this id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="The most to list.")] = 50,
) -> None:
    """List dead letters, newest first."""
    from commands.dead_letters import list_all

    asyncio.run(list_all(_settings(), before, limit))


@letters.command("replay")
def replay_letters(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids from the list; without any, all are replayed.")] = None,
) -> None:
    """Send dead letters once more to the consumer group that failed on them."""
    from commands.dead_letters import replay_all

    asyncio.run(replay_all(_settings(), ids or []))


@letters.command("drop")
def drop_letters(ids: Annotated[list[str], typer.Argument(help="Ids from the list.")]) -> None:
    """Delete dead letters."""
    from commands.dead_letters import drop as run

    asyncio.run(run(_settings(), ids))


@deliveries.command("show")
def show_delivery() -> None:
    """Print below how many followers posts are pushed to all, what happens above, why so, and how much waits."""
    from commands.delivery import show

    asyncio.run(show(_settings()))


@deliveries.command("health")
def delivery_health(
    metrics: Annotated[list[str], typer.Argument(help="Where workers tell their metrics, such as http://127.0.0.1:9101/metrics.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Print how delivery is doing: what waits, how late it is, what was given up. The exit code is 3 where something is wrong."""
    from commands.delivery_health import health

    if not health(metrics, as_json=json):
        raise typer.Exit(MISSED)


@deliveries.command("pin")
def pin_delivery(
    threshold: Annotated[int | None, typer.Option(help="Followers from which posts are not pushed to all.")] = None,
    mode: Annotated[Delivery | None, typer.Option(case_sensitive=False, help="How posts above it are delivered.")] = None,
) -> None:
    """Pin how new posts are delivered, whatever the load; it holds until `unpin`, through restarts of everything."""
    from commands.delivery import pin

    asyncio.run(pin(_settings(), threshold, mode))


@deliveries.command("unpin")
def unpin_delivery() -> None:
    """End a pin: load decides again."""
    from commands.delivery import unpin

    asyncio.run(unpin(_settings()))


@deliveries.command("plan")
def plan_of_delivery(post: Annotated[str, typer.Argument(help="Global id of a post, or its id in the graph.")]) -> None:
    """Print how a post is delivered: to whom, how far, and why so."""
    from commands.delivery import plan

    asyncio.run(plan(_settings(), post))


@audits.command("timelines")
def audit_timelines(
    sample: Annotated[int, typer.Option(min=1, help="How many cached timelines to compare.")] = 100,
    repair: Annotated[bool, typer.Option("--repair", help="Build those that differ anew.")] = False,
) -> None:
    """Compare a sample of cached timelines with the graph. The exit code is 3 when one differs and is not repaired."""
    from commands.audit import audit_timelines as run

    if not asyncio.run(run(_settings(), sample, repair=repair)):
        raise typer.Exit(MISSED)


@caches.command("drop")
def drop_caches() -> None:
    """Drop all timelines and cached rows, as after a failover to a replica that lacked something. They are built anew."""
    from commands.caches import drop

    asyncio.run(drop(_settings()))


def _settings() -> Any:
    from commands.environment import load_settings

    return load_settings()


def _check_house() -> None:
    """Stop when another package named `schema`, such as the one on PyPI, hides ours."""
    import schema as ours

    if Path(ours.__file__ or "").resolve().parent.parent != Path(__file__).resolve().parent:
        console.print("Another package named `schema` hides the one of Rookery: install Rookery into its own environment.")
        sys.exit(1)


def main() -> None:
    """Run the command; an expected error prints its message and gives exit code 1."""
    from commands.failures import EXPECTED

    _check_house()
    try:
        app()
    except EXPECTED as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
