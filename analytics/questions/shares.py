"""The shares of single people in a count of what many did: beside each count, the largest of them go on to `group_size.py`."""

from typing import TYPE_CHECKING

from analytics.questions.group_size import MINIMUM
from analytics.questions.question import largest

if TYPE_CHECKING:
    import polars as pl


def shares(things: str) -> "tuple[pl.Expr, pl.Expr]":
    """Return how a column with what each person did is aggregated: the sum, and the largest shares, the largest first."""
    import polars as pl

    each = pl.col(things)
    return each.sum(), each.filter(each > 0).top_k(MINIMUM).sort(descending=True).alias(largest(things))
