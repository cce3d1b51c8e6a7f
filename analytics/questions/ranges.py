"""Ranges of numbers that double: 0, 1, 2 to 3, 4 to 7 and so on, as suits numbers of which most are small and a few are huge."""

from typing import TYPE_CHECKING

from analytics.questions.question import Column, ColumnType, Derived, Key

if TYPE_CHECKING:
    import polars as pl

BITS = 63


def ranges(number: "pl.Expr") -> "tuple[pl.Expr, pl.Expr]":
    """Return the columns `from` and `to` of the range in which a number of at least 0 lies."""
    import polars as pl

    bit = BITS - number.clip(lower_bound=1).cast(pl.UInt64).bitwise_leading_zeros().cast(pl.Int64)
    low = pl.lit(2, pl.Int64).pow(bit).cast(pl.Int64)
    return (
        pl.when(number > 0).then(low).otherwise(0).alias("from"),
        pl.when(number > 0).then(2 * low - 1).otherwise(0).alias("to"),
    )


def range_columns(what: str) -> tuple[Column, Column]:
    """Return the columns that say which range of numbers a row is about."""
    return (
        Column("from", ColumnType.INTEGER, f"The least {what} of the row.", Key()),
        Column("to", ColumnType.INTEGER, f"The most {what} of the row; ranges of few people are merged.", Key()),
    )


def fraction(text: str) -> Column:
    """Return a column that tells a part of a whole."""
    return Column("fraction", ColumnType.FLOAT, text, Derived())
