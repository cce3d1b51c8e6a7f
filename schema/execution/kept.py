"""What resolvers gave already, kept for graphql-core in case it has to go on: nothing is done or read twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLResolveInfo


@dataclass(frozen=True, slots=True)
class _Result:
    row: object
    value: object = None
    error: Exception | None = None


class Kept:
    """Values and errors by field and parent; as a middleware of graphql-core it gives them in place of the resolver.

    Parents are told apart by identity, which holds because they are kept as well.
    """

    __slots__ = ("_results",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._results: dict[tuple[int, int], _Result] = {}

    def value(self, node: FieldNode, row: object, value: object) -> None:
        """Keep what a field of a parent gave."""
        self._results[id(node), id(row)] = _Result(row, value)

    def error(self, node: FieldNode, row: object, error: Exception) -> None:
        """Keep what a field of a parent raised."""
        self._results[id(node), id(row)] = _Result(row, error=error)

    def resolve(self, next_: Callable[..., Any], row: Any, info: GraphQLResolveInfo, /, **arguments: Any) -> Any:
        """Give what is kept, or ask the resolver."""
        result = self._results.get((id(info.field_nodes[0]), id(row)))
        if result is None:
            return next_(row, info, **arguments)
        if result.error is not None:
            raise result.error
        return result.value
