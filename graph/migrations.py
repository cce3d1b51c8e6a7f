"""Migrations: numbered files of idempotent statements, applied once each, in order, by one process at a time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j

from graph.errors import translated
from graph.queries import FOLDER, Catalogue

MIGRATIONS = FOLDER / "migrations"
LOCK_TIMEOUT = 120.0
"""Seconds to wait for another process that migrates."""
INDEX_TIMEOUT = 300
"""Seconds to wait for new indexes to be filled."""


class MigrationError(Exception):
    """A migration that was applied has been changed since, or its file is gone."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number and name (`0001_constraints`), statements and checksum."""

    name: str
    statements: tuple[str, ...]
    checksum: str

    @classmethod
    def of(cls, path: Path) -> "Migration":
        """Read a file; statements end with a semicolon at the end of a line."""
        text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("//"))
        statements = tuple(part.strip() for part in text.split(";\n") if part.strip().strip(";"))
        return cls(path.stem, tuple(s.rstrip(";") for s in statements), hashlib.sha256(text.encode()).hexdigest())


def known(folder: Path = MIGRATIONS) -> list[Migration]:
    """Return every migration in order."""
    return [Migration.of(path) for path in sorted(folder.glob("[0-9]*.cypher"))]


async def migrate(
    driver: neo4j.AsyncDriver, database: str, catalogue: Catalogue, folder: Path = MIGRATIONS
) -> list[str]:
    """Apply what is missing, and return the names of those applied.

    Safe when two start at once: a lock node is held by an open transaction, and the second waits, then finds nothing to do.

    Raises:
        MigrationError: an applied file was changed or is gone.
        Unavailable: the graph cannot be reached.

    """
    first, *rest = files = known(folder)
    with translated():
        async with driver.session(database=database) as session, driver.session(database=database) as holder:
            await _apply(session, first)
            async with await holder.begin_transaction(timeout=LOCK_TIMEOUT) as held:
                await (await held.run(catalogue["migrations_log/hold_lock"].text)).consume()
                done = dict(await _value(session, catalogue, "migrations_log/applied"))
                _check(done, files)
                missing = [migration for migration in (first, *rest) if migration.name not in done]
                for migration in missing:
                    await _apply(session, migration)
                    await _value(
                        session, catalogue, "migrations_log/record", name=migration.name, checksum=migration.checksum
                    )
                await _value(session, catalogue, "migrations_log/await_indexes", seconds=INDEX_TIMEOUT)
    return [migration.name for migration in missing]


async def _apply(session: neo4j.AsyncSession, migration: Migration) -> None:
    for statement in migration.statements:
        await (await session.run(statement)).consume()


async def _value(session: neo4j.AsyncSession, catalogue: Catalogue, statement: str, /, **params: Any) -> Any:
    result = await session.run(catalogue[statement].text, params)
    return (await result.single(strict=True))[0]


def _check(done: dict[str, str], files: list[Migration]) -> None:
    checksums = {migration.name: migration.checksum for migration in files}
    for name, checksum in done.items():
        if name not in checksums:
            raise MigrationError(f"The graph was migrated by {name}, which this version lacks: run a newer version.")
        if checksums[name] != checksum:
            raise MigrationError(f"The file {name} was changed after it was applied: add a new migration instead.")
