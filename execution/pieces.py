"""Pieces of the response that are the same for every viewer: fields of a row, next to each other in an object.

Where a field is an attribute of a row that caches its JSON (`CachesJson`), what is written of it depends on the row alone. The
fields of such a row that stand side by side are a piece: written once for each row, and joined with the rest of the object by
each operation. All pieces of a selection are cached together, so that they are found by one lookup and dropped as one. An object
whose fields are written by pieces is a `Fragment`, JSON within the result of a plan.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from orjson import Fragment, dumps

from cached_json import CachesJson, Pieces, cache_json
from execution.bailout import Bailout, BailoutCause
from execution.declarations import Column, RowsOf

__all__ = ["Fragment", "SelectedPieces", "caches_json", "join", "json"]

join = b"".join
"""Puts the parts of an object together."""


def caches_json(is_type_of: object) -> bool:
    """Return whether the rows of a type cache their JSON; `is_type_of` is what the type declares."""
    return isinstance(is_type_of, RowsOf) and issubclass(is_type_of.kind, CachesJson)


def json(column: Column) -> list[bytes]:
    """Write each value of a column in JSON."""
    try:
        return list(map(dumps, column))
    except TypeError:
        raise Bailout(BailoutCause.NOT_JSON) from None


ResultsOf: TypeAlias = Callable[[Column, Any], Sequence[object]]
"""A function of a plan that gives the object of a piece for each row of a run."""


class SelectedPieces:
    """Gives what a selection shows of each row of a level: a piece for each run of fields that stand side by side."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        """`key` says what the pieces show: in one process, the same key always means the same runs of the same fields."""
        self.key = key

    def __call__(self, runs: Sequence[ResultsOf], rows: Sequence[CachesJson], run: object) -> Sequence[Pieces]:
        """Return the pieces of each row: as the row has them, or made of what the functions of `runs` give."""
        key = self.key
        try:
            return [row.json[key] for row in rows]
        except (AttributeError, KeyError):
            return self._written(runs, rows, run)

    def _written(self, runs: Sequence[ResultsOf], rows: Sequence[CachesJson], run: object) -> Sequence[Pieces]:
        key = self.key
        found = {id(row): row.json[key] for row in rows if key in getattr(row, "json", ())}
        missing = list({id(row): row for row in rows if id(row) not in found}.values())
        written = [[whole[1:-1] for whole in json(results_of(missing, run))] for results_of in runs]
        for row, *pieces in zip(missing, *written, strict=True):
            found[id(row)] = tuple(pieces)
            cache_json(row, key, found[id(row)])
        return [found[id(row)] for row in rows]
