"""How deep and wide a document is, with its fragments spread out, found in one walk over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from web.limits import DocumentLimits
from web.refusals import document_refused

# Inline fragments and spreads nest without adding depth, so the walk is bounded by a multiple of the depth.
_LEVELS_PER_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Complexity:
    """What a selection amounts to; `width` counts the fields at its own level."""

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0
    aliases: int = 0
    width: int = 0


def check_complexity(document: DocumentNode, limits: DocumentLimits) -> None:
    """Refuse a document that is deeper or wider than the limits."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    _hold("fragments", len(fragments), limits.fragments)
    walk = _Walk(fragments, limits)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            walk.directives += len(node.directives or ())
            shape = walk.measure(node.selection_set, 0)
            _hold("levels", shape.depth, limits.depth)
            _hold("levels of introspection", shape.introspection_depth, limits.introspection_depth)
            _hold("fields", shape.fields, limits.fields)
            _hold("aliases", shape.aliases, limits.aliases)
            _hold("root fields", shape.width, limits.root_fields)
    _hold("directives", walk.directives, limits.directives)


def _hold(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise document_refused("QUERY_TOO_EXPENSIVE", f"The document has {count} {what}; at most {limit} are allowed.")


class _Walk:
    """Measures each selection once; a fragment's shape is kept and added wherever it is spread."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: DocumentLimits) -> None:
        self.directives = 0
        self._fragments = fragments
        self._known: dict[str, Complexity] = {}
        self._limits = limits
        self._deepest = _LEVELS_PER_DEPTH * max(limits.depth, limits.introspection_depth)

    def measure(self, selections: SelectionSetNode, level: int) -> Complexity:
        _hold("nested selections", level, self._deepest)
        depth = introspection = fields = aliases = width = 0
        seen: dict[str, int] = {}
        for node, shape, is_field in self._parts(selections, level, seen):
            self.directives += len(node.directives or ())
            depth = max(depth, shape.depth)
            introspection = max(introspection, shape.introspection_depth)
            fields += shape.fields
            aliases += shape.aliases
            width += 1 if is_field else shape.width
        # Counts stop growing just above their limits, or fragments that multiply would make huge numbers.
        return Complexity(
            depth,
            introspection,
            min(fields, self._limits.fields + 1),
            min(aliases, self._limits.aliases + 1),
            min(width, self._limits.fields + 1),
        )

    def _parts(
        self, selections: SelectionSetNode, level: int, seen: dict[str, int]
    ) -> Iterator[tuple[SelectionNode, Complexity, bool]]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                _hold("repeats of one name", _count(seen, (node.alias or node.name).value), self._limits.repeats)
                yield node, self._field(node, level), True
            elif isinstance(node, InlineFragmentNode):
                yield node, self.measure(node.selection_set, level + 1), False
            elif isinstance(node, FragmentSpreadNode):
                _hold("repeats of one name", _count(seen, f"...{node.name.value}"), self._limits.repeats)
                yield node, self._spread(node.name.value, level), False

    def _field(self, node: FieldNode, level: int) -> Complexity:
        inner = self.measure(node.selection_set, level + 1) if node.selection_set else Complexity()
        aliases = inner.aliases + (node.alias is not None)
        if node.name.value in {"__schema", "__type"}:
            return Complexity(1, inner.depth + 1, 1, aliases, 1)
        return Complexity(inner.depth + 1, inner.introspection_depth, inner.fields + 1, aliases, 1)

    def _spread(self, name: str, level: int) -> Complexity:
        definition = self._fragments.get(name)
        if definition is None:
            return Complexity()  # validation says so
        if name not in self._known:
            self._known[name] = Complexity()  # a fragment that spreads itself ends here; validation says so
            self._known[name] = self.measure(definition.selection_set, level + 1)
        return self._known[name]


def _count(seen: dict[str, int], name: str) -> int:
    seen[name] = seen.get(name, 0) + 1
    return seen[name]
