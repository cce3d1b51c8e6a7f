"""Some rows of the copy, made by hand."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from analytics.export.building import Source
from analytics.tables import TABLES

SOURCE = Source.now("2026-11", "key", "token", with_text=False)
AT, DAY = datetime(2026, 10, 1, 8, tzinfo=UTC), date(2026, 10, 1)


def rows(table: str, *values: tuple[Any, ...]) -> pl.DataFrame:
    """Give rows of a table."""
    return pl.DataFrame(list(values), TABLES[table].schema, orient="row")


def post(name: str, author: str, reply_to: str | None = None) -> tuple[Any, ...]:
    """Give the row of a post, which answers another or nothing."""
    return (name, author, AT, "en", "REPLY" if reply_to else "POST", reply_to, reply_to, None, 5, 0, False, False, None)


def person(name: str) -> tuple[Any, ...]:
    """Give the row of a person."""
    return (name, DAY, False, False, False)
