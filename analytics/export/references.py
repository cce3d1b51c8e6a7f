"""References: what names nobody who is in the copy is taken out of every file, and what is there twice is noticed.

The tables are read one after the other while the product goes on, so a post may be deleted between two of them. And who is
hidden goes out of months that nobody reads anew for that.
"""

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from analytics.errors import SamePseudonym
from analytics.export.building import Building

_NAMES: Mapping[str, Mapping[str, str]] = {
    "hashtags": {"post": "posts"},
    "mentions": {"post": "posts", "person": "people"},
    "likes": {"person": "people", "post": "posts"},
    "reposts": {"person": "people", "post": "posts"},
    "follows": {"follower": "people", "followed": "people"},
}
"""Columns of each table that name a row of another: a row goes where it is not there."""
_MAY_BE_NULL = ("reply_to", "root", "quote_of")
"""Columns of posts that name other posts: they become null."""


def tie(building: Building) -> int:
    """Take out what names nobody, in every file, and return how many files changed.

    Raises:
        SamePseudonym: two people or two posts have the same one.

    """
    people = _all(building, "people", "person")
    written = _each(building, "posts", lambda rows: rows.filter(pl.col("author").is_in(people.implode())))
    posts = _all(building, "posts", "post")
    written += _each(building, "posts", lambda rows: _known(rows, posts))
    known = {"people": people, "posts": posts}
    for table, names in _NAMES.items():
        here = [pl.col(column).is_in(known[other].implode()) for column, other in names.items()]
        written += _each(building, table, _only(here))
    return written


def _known(rows: pl.DataFrame, posts: pl.Series) -> pl.DataFrame:
    named = [pl.when(pl.col(name).is_in(posts.implode())).then(name).alias(name) for name in _MAY_BE_NULL]
    return rows.with_columns(named)


def _all(building: Building, table: str, column: str) -> pl.Series:
    """Return the pseudonyms of a table, each once.

    Raises:
        SamePseudonym: one is there twice.

    """
    files = [building.file(table, month) for month in building.months(table)]
    if not files:
        return pl.Series(column, [], pl.String)
    found = pl.scan_parquet(files, hive_partitioning=False).select(column).collect()[column]
    if found.n_unique() != found.len():
        raise SamePseudonym(table)
    return found


def _only(conditions: Sequence[pl.Expr]) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what leaves the rows of which all of this holds."""
    return lambda rows: rows.filter(*conditions)


def _each(building: Building, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> int:
    """Change every file of a table, and return how many are others than before: an equal one stays the same file."""
    written = 0
    for month in building.months(table):
        before = pl.read_parquet(building.file(table, month), hive_partitioning=False)
        after = change(before)
        if after.height != before.height or not after.equals(before, null_equal=True):
            building.put(table, month, after)
            written += 1
    return written
