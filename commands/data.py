"""`rookery migrate`, `seed` and `import follows`: fill the graph."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from commands.console import bars
from errors import Forbidden, Unavailable
from graph.migrations import migrate
from parts import open_parts
from services.settings import Settings
from services.stale_caches import StaleCaches
from world.demo import seed
from world.errors import WorldConflict
from world.importer import ImportReport, import_follows

PEOPLE, POSTS = 2_000, 20_000
"""Size of the demo world: large enough to fill every page, small enough to be made in less than a minute."""

STALE = (
    "What is cached of the graph before could not be dropped, so pages may still show who followed whom before. "
    "Run `rookery caches drop` when Redis is back."
)


async def run_migrations(settings: Settings) -> list[str]:
    """Bring the graph to this version; return the names of what was applied."""
    async with open_parts(settings) as parts:
        return await migrate(parts.graph.driver, settings.neo4j_database, parts.graph.catalogue)


async def seed_world(
    settings: Settings, *, people: int = PEOPLE, posts: int = POSTS, number: int = 1
) -> list[tuple[str, str]]:
    """Create the demo world unless it exists; return its log-ins as pairs of username and password.

    Raises:
        Forbidden: this is not a development environment, and the passwords of the demo world are public.
        Unavailable: the graph is away, or what is cached of before could not be removed.

    """
    if settings.environment != "development":
        raise Forbidden("The demo world has published passwords, and ROOKERY_ENVIRONMENT is production.")
    async with open_parts(settings) as parts:
        written = True
        try:
            with bars() as report:
                world = await seed(
                    parts.graph,
                    people=people,
                    posts=posts,
                    seed=number,
                    progress=report,
                    create_account=parts.accounts.demo.set_password_account,
                )
            written = not world.present
        except (WorldConflict, ValueError):
            written = False
            raise
        finally:
            if written:  # at least some of it, where it failed or was interrupted
                await _drop_stale(StaleCaches(parts.writer, parts.redis).drop)
        return [(login.username, login.password) for login in world.logins]


async def import_edges(settings: Settings, source: Path, *, prefix: str, posts: int) -> ImportReport:
    """Import an edge list from a file; `-` is standard input.

    Raises:
        Unavailable: the graph is away, or what is cached of who followed whom before could not be removed.

    """
    async with open_parts(settings) as parts:
        drop_left = StaleCaches(parts.writer, parts.redis).drop_left
        try:
            with bars() as report:
                done = await import_follows(
                    parts.graph, "-" if str(source) == "-" else source, prefix=prefix, posts=posts, progress=report
                )
        except BaseException:
            with suppress(Unavailable):  # a worker drops it later: whatever was written is marked
                await drop_left()
            raise
        await _drop_stale(drop_left)
        return done


async def _drop_stale(drop: Callable[[], Awaitable[object]]) -> None:
    """Drop what is cached of the graph before."""
    try:
        await drop()
    except Unavailable as error:
        raise Unavailable(STALE) from error
