"""`rookery seed` and `import follows`: fill the graph."""

from pathlib import Path

from commands.console import bars
from errors import Forbidden
from keyspace.bulk_invalidation import invalidate_follows
from parts import open_parts
from services.settings import Settings
from world.demo import seed
from world.importer import ImportReport, import_follows

PEOPLE, POSTS = 2_000, 20_000
"""Size of the demo world: large enough for every page to be full, made in under a minute."""


async def seed_world(
    settings: Settings, *, people: int = PEOPLE, posts: int = POSTS, number: int = 1
) -> list[tuple[str, str]]:
    """Make the demo world unless it exists, and return the demo log-ins as username and password.

    Raises:
        Forbidden: this is not a development environment, and everybody knows the passwords of the demo world.

    """
    if settings.environment != "development":
        raise Forbidden("The demo world has published passwords, and ROOKERY_ENVIRONMENT is production.")
    parts = open_parts(settings)
    try:
        with bars() as report:
            world = await seed(
                parts.graph,
                people=people,
                posts=posts,
                seed=number,
                progress=report,
                create_account=parts.demo_accounts.set_password_account,
            )
        return [(login.username, login.password) for login in world.logins]
    finally:
        await parts.close()


async def import_edges(settings: Settings, source: Path, *, prefix: str, posts: int) -> ImportReport:
    """Import an edge list."""
    parts = open_parts(settings)
    try:
        with bars() as report:
            done = await import_follows(
                parts.graph, "-" if str(source) == "-" else source, prefix=prefix, posts=posts, progress=report
            )
        await invalidate_follows(parts.keyspace)
        return done
    finally:
        await parts.close()
