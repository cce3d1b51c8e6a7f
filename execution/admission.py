"""Refuses what costs too much, before anything is read."""

from weakref import WeakKeyDictionary

from strawberry import Schema

from errors import QueryTooExpensive
from execution.costs import Costs
from execution.plans import ParsedDocument, ParsedOperation
from execution.price import Price
from execution.pricing import priced


class Admission:
    """Knows the prices of documents for as long as these are kept, so it costs the same whoever runs the operation."""

    def __init__(self, schema: Schema, maximum: int) -> None:
        """Admit what costs no more than the maximum."""
        self._costs = Costs(schema._schema)  # noqa: SLF001 (Strawberry has no public name for it)
        self._maximum = maximum
        self._prices: WeakKeyDictionary[ParsedDocument, dict[str | None, Price]] = WeakKeyDictionary()

    def price(self, operation: ParsedOperation) -> int:
        """Give the price of an operation with its variables."""
        prices = self._prices.get(operation.document)
        if prices is None:
            prices = self._prices[operation.document] = {}
        name = operation.node.name.value if operation.node.name else None
        price = prices.get(name)
        if price is None:
            price = prices[name] = priced(self._costs, operation.document.node, operation.node)
        return price.of(operation.variables)

    async def admit(self, operation: ParsedOperation, _context: object) -> None:
        """Let an operation run.

        Raises:
            QueryTooExpensive: it costs more than the maximum.

        """
        price = self.price(operation)
        if price > self._maximum:
            raise QueryTooExpensive(price, self._maximum)
