"""Refuses operations that cost too much, before anything is read."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from execution.costs import Costs
from execution.plans import ParsedDocument, ParsedOperation
from execution.price import Price
from execution.pricing import FieldCosts, price_of


class Prices:
    """The prices of operations by the costs of fields. They are cached as long as their documents are in use elsewhere."""

    def __init__(self, costs: FieldCosts) -> None:
        """Begin with none."""
        self._costs = costs
        self._prices: WeakKeyDictionary[ParsedDocument, dict[str | None, Price]] = WeakKeyDictionary()

    def of(self, operation: ParsedOperation) -> int:
        """Return the price of an operation with its variables."""
        prices = self._prices.get(operation.document)
        if prices is None:
            prices = self._prices[operation.document] = {}
        name = operation.node.name.value if operation.node.name else None
        price = prices.get(name)
        if price is None:
            price = prices[name] = price_of(self._costs, operation.document.node, operation.node)
        return price.of(operation.variables)


class Admission:
    """Compares prices of operations with a maximum, whoever runs them."""

    def __init__(self, costs: Costs, maximum: int, too_expensive: Callable[[int, int], Exception]) -> None:
        """Admit what costs no more than the maximum; `too_expensive` makes the error from the price and the maximum."""
        self._prices = Prices(costs)
        self._maximum = maximum
        self._too_expensive = too_expensive

    def price(self, operation: ParsedOperation) -> int:
        """Return the price of an operation with its variables."""
        return self._prices.of(operation)

    async def admit(self, operation: ParsedOperation, _context: object) -> None:
        """Let an operation run, or raise the error for one that costs more than the maximum."""
        price = self.price(operation)
        if price > self._maximum:
            raise self._too_expensive(price, self._maximum)
