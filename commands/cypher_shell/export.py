"""Writes an answer into a file of the kind that its name says."""

from pathlib import Path
from typing import Any

from commands.cypher_shell.client import Result
from commands.cypher_shell.printing import as_csv, as_json, as_text
from commands.cypher_shell.refused import Refused

KINDS = (".csv", ".json", ".parquet")


def export(result: Result, path: Path) -> None:
    """Write an answer, or raise Refused where the name of the file does not say as what."""
    if path.suffix not in KINDS:
        raise Refused(f"The name of the file ends in {', '.join(KINDS[:-1])} or {KINDS[-1]}.")
    if path.suffix == ".parquet":
        _write_parquet(result, path)
    else:
        path.write_text(as_csv(result) if path.suffix == ".csv" else as_json(result), "utf-8")


def _write_parquet(result: Result, path: Path) -> None:
    import polars as pl  # half a second, for this alone

    columns = {
        name: pl.Series(name, [_cell(row[at]) for row in result.rows], strict=False) for at, name in enumerate(result.columns)
    }
    pl.DataFrame(columns).write_parquet(path)


def _cell(value: Any) -> Any:
    """Return a value that a column holds: what has parts is written as text."""
    return value if value is None or isinstance(value, bool | int | float | str) else as_text(value)
