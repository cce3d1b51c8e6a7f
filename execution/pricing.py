"""Prices a document in one walk over each selection; each fragment once, however often it is spread.

Every field counts where it stands, so what two fragments ask for alike is counted twice although it runs once: merging them
would take as long as the document is large with its fragments spread out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from execution.costs import FieldCost
from execution.price import Addend, Price, Step, Sum
from execution.sizes import Size, conditions_of, is_charged, rows_of


class FieldCosts(Protocol):
    """What the fields of a schema cost."""

    @property
    def schema(self) -> GraphQLSchema:
        """The schema."""

    def of(self, type_: GraphQLObjectType | GraphQLAbstractType, name: str, /) -> FieldCost:
        """Return what a field costs."""


def price_of(costs: FieldCosts, document: DocumentNode, operation: OperationDefinitionNode) -> Price:
    """Return the price of an operation of a valid document."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    pricing = _Pricing(costs, operation)
    for fragment in _innermost_first(operation.selection_set, fragments):
        type_ = costs.schema.type_map[fragment.type_condition.name.value]
        pricing.fragments[fragment.name.value] = pricing.selections(type_, fragment.selection_set)
    total = pricing.selections(costs.schema.get_root_type(operation.operation), operation.selection_set)
    return Price(tuple(pricing.steps), total)


@dataclass(slots=True)
class _Pricing:
    costs: FieldCosts
    operation: OperationDefinitionNode
    fragments: dict[str, Addend] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def selections(self, type_: Any, selections: SelectionSetNode) -> Addend:
        """Price what is selected on one row. This nests no deeper than the text does, which the parser went through."""
        total, counted = Sum(), set[tuple[str, str]]()
        for node in selections.selections:
            conditions = list(conditions_of(node, self.operation))
            if isinstance(node, FieldNode):
                cost = self.costs.of(type_, node.name.value)
                if cost.shared is None or cost.shared not in counted:
                    total.add(Addend(cost.weight), conditions)
                if cost.shared is not None and not conditions:
                    counted.add(cost.shared)
                self._add_below(total, type_, node, cost, conditions)
            elif isinstance(node, FragmentSpreadNode):
                total.add(self.fragments[node.name.value], conditions)
            elif isinstance(node, InlineFragmentNode):
                on = self.costs.schema.type_map[node.type_condition.name.value] if node.type_condition else type_
                total.add(self.selections(on, node.selection_set), conditions)
        return total.as_addend(self.steps)

    def _add_below(self, total: Sum, type_: Any, node: FieldNode, cost: FieldCost, conditions: list[Any]) -> None:
        name = node.name.value
        if node.selection_set is None or name.startswith("__"):
            return
        definition = type_.fields[name]
        rows: int | Size = cost.rows
        if cost.per:
            rows = rows_of(node, definition, cost.per, cost.most, self.operation)
        below = self.selections(get_named_type(definition.type), node.selection_set)
        total.add(Addend(cost.each + below.known, below.step), [*conditions, rows])
        for surcharge in cost.surcharges:
            charged = [*conditions, is_charged(node, definition, surcharge, self.operation)]
            total.add(Addend(surcharge.weight), charged)
            total.add(Addend(surcharge.each), [*charged, rows])


def _innermost_first(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FragmentDefinitionNode]:
    """Yield the fragments that are reached, each after those that it spreads. A chain of them may be long: no recursion."""
    met: set[str] = set()
    waiting: list[tuple[FragmentDefinitionNode | None, Iterator[str]]] = [(None, _spreads(selections))]
    while waiting:
        fragment, spreads = waiting[-1]
        name = next((each for each in spreads if each not in met), None)
        if name is not None:
            met.add(name)
            waiting.append((fragments[name], _spreads(fragments[name].selection_set)))
            continue
        waiting.pop()
        if fragment is not None:
            yield fragment


def _spreads(selections: SelectionSetNode) -> Iterator[str]:
    waiting = [iter(selections.selections)]
    for node in chain.from_iterable(waiting):
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif (inner := getattr(node, "selection_set", None)) is not None:
            waiting.append(iter(inner.selections))
