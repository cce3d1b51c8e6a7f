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
    awaited: bool = False

    def given(self) -> object:
        """Give the value, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value

    async def given_later(self) -> object:
        """Give it to who awaits it, so that errors come in the order in which graphql-core meets them."""
        return self.given()


class Kept:
    """Values and errors by field and parent; as a middleware of graphql-core it gives them in place of the resolver.

    Parents are told apart by identity, which holds because they are kept as well.
    """

    __slots__ = ("_results",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._results: dict[tuple[int, int], _Result] = {}

    def value(self, node: FieldNode, row: object, value: object, *, awaited: bool = False) -> None:
        """Keep what a field of a parent gave, and whether that had to be awaited."""
        self._results[id(node), id(row)] = _Result(row, value, None, awaited)

    def error(self, node: FieldNode, row: object, error: Exception, *, awaited: bool = False) -> None:
        """Keep what a field of a parent raised."""
        self._results[id(node), id(row)] = _Result(row, None, error, awaited)

    def resolve(self, next_: Callable[..., Any], row: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        """Give what is kept, or ask the resolver."""
        result = self._results.get((id(info.field_nodes[0]), id(row)))
        if result is None:
            return next_(row, info, **arguments)
        return result.given_later() if result.awaited else result.given()
