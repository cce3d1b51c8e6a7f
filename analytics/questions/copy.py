"""A snapshot as the engines read it: frames of Polars, scanned lazily, and SQL of DuckDB with bounds on memory and threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from analytics.questions.working_folder import made_within, working_folder
from analytics.snapshots import Snapshot
from analytics.tables import TABLES

SPILL = "spill"
"""Folder of what does not fit into memory, in that of the copy."""
DUCKDB_TYPES = {
    pl.String: "VARCHAR",
    pl.Date: "DATE",
    pl.Boolean: "BOOLEAN",
    pl.Int32: "INTEGER",
    pl.Datetime: "TIMESTAMP WITH TIME ZONE",
}
POLARS_TYPES: Mapping[str, pl.DataType] = {
    "BIGINT": pl.Int64(),
    "VARCHAR": pl.String(),
    "DATE": pl.Date(),
    "BIGINT[]": pl.List(pl.Int64()),
}
"""The types of the columns that statements give."""


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What an engine may take: megabytes of memory, beyond which DuckDB writes to disk, and threads."""

    memory: int = 1_024
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Copy:
    """The tables of one snapshot."""

    snapshot: Snapshot
    limits: EngineLimits = EngineLimits()

    @property
    def mark(self) -> int:
        """Return the time, in milliseconds since 1970 UTC, up to which every change is in it."""
        return self.snapshot.manifest.mark

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table, of which only the columns and rows that are asked for are read."""
        paths = self.snapshot.files(name)
        return pl.scan_parquet([*paths], glob=False) if paths else pl.LazyFrame(schema=TABLES[name].schema)

    def sql(self, statement: str, **parameters: object) -> pl.DataFrame:
        """Answer a statement of `analytics/sql/`, in which every table is a view.

        Times are `TIMESTAMP`s in UTC. DuckDB may read the snapshot and nothing else.
        """
        with duckdb.connect(":memory:") as connection:
            self._prepare(connection)
            result = connection.execute(_text(statement), parameters)
            schema = {name: POLARS_TYPES[str(type_)] for name, type_, *_ in result.description or ()}
            return pl.DataFrame(result.fetchall(), schema=schema, orient="row")

    def _prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        spill = made_within(working_folder(self.snapshot.folder.parent.parent), SPILL)
        settings: Mapping[str, object] = {
            "memory_limit": f"{self.limits.memory}MB",
            "threads": self.limits.threads,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
            "allowed_directories": [str(self.snapshot.folder), str(spill)],
            "enable_external_access": False,
            "lock_configuration": True,
        }
        for name, value in settings.items():
            connection.execute(f"SET {name} = {_literal(value)}")
        for name in TABLES:
            connection.execute(f"CREATE VIEW {name} AS {_view(name, self.snapshot.files(name))}")


def _view(name: str, paths: Sequence[Path]) -> str:
    columns = TABLES[name].columns
    shown = ", ".join(
        f'epoch_ms(epoch_ms("{column}")) AS "{column}"' if isinstance(each.type, pl.Datetime) else f'"{column}"'
        for column, each in columns.items()
    )
    found = [str(path) for path in paths]
    if found:
        return f"SELECT {shown} FROM read_parquet({_literal(found)}, hive_partitioning = false)"  # noqa: S608 names of ours
    empty = ", ".join(f'NULL::{DUCKDB_TYPES[type(each.type)]} AS "{column}"' for column, each in columns.items())
    return f"SELECT {shown} FROM (SELECT {empty}) WHERE false"  # noqa: S608 names of ours


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()


@cache
def _text(statement: str) -> str:
    return files("analytics").joinpath("sql", f"{statement}.sql").read_text("utf-8")
