"""Results that resolvers gave before a bailout: graphql-core takes them, so nothing is done or read twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLResolveInfo


@dataclass(frozen=True, slots=True)
class _Result:
    row: object
    value: object = None
    error: Exception | None = None
    awaited: bool = False

    def get(self) -> object:
        """Return the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value

    async def get_later(self) -> object:
        """Return it when it is awaited, so that errors come in the order in which graphql-core meets them."""
        return self.get()


class PartialResults:
    """Values and errors by field and parent. As a middleware of graphql-core it answers in place of the resolver.

    Parents are distinguished by identity, which is safe because they are held here as well.
    """

    __slots__ = ("_results",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._results: dict[tuple[int, int], _Result] = {}

    def add_value(self, node: FieldNode, row: object, value: object, *, awaited: bool = False) -> None:
        """Add what a field of a parent gave, and whether that had to be awaited."""
        self._results[id(node), id(row)] = _Result(row, value, None, awaited)

    def add_error(self, node: FieldNode, row: object, error: Exception, *, awaited: bool = False) -> None:
        """Add what a field of a parent raised."""
        self._results[id(node), id(row)] = _Result(row, None, error, awaited)

    def resolve(self, next_: Callable[..., Any], row: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        """Return the result that is here, or call the resolver."""
        result = self._results.get((id(info.field_nodes[0]), id(row)))
        if result is None:
            return next_(row, info, **arguments)
        return result.get_later() if result.awaited else result.get()
