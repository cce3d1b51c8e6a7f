"""Choices: the variables that `@skip` and `@include` read. Each outcome of them has a plan of its own."""

from collections.abc import Iterator

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

_CHOOSING = {"skip", "include"}


def choices_of(operation: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> tuple[str, ...]:
    """Return the names of the variables that decide what an operation selects."""
    names: dict[str, None] = {}
    for node in _nodes(operation.selection_set, fragments):
        for directive in node.directives or ():
            if directive.name.value in _CHOOSING:
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        names[argument.value.name.value] = None
    return tuple(names)


def _nodes(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[SelectionNode]:
    """Yield every selection that can be reached, each fragment once."""
    spread: set[str] = set()
    waiting = [selections]
    while waiting:
        for node in waiting.pop().selections:
            yield node
            inner = getattr(node, "selection_set", None)
            if isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = fragments.get(node.name.value)
                inner = fragment.selection_set if fragment else None
            if inner is not None:
                waiting.append(inner)
