"""Measures how deep and wide a document is, with its fragments expanded, in one walk over it."""

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

from error_codes import ErrorCode
from web.limits import DocumentLimits
from web.refusals import document_refused

# Inline fragments and spreads nest without adding depth, so this multiple of the depth limits the walk.
_LEVELS_PER_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Complexity:
    """The size of a selection; `width` counts the fields at its own level."""

    depth: int = 0
    introspection_depth: int = 0
    fields: int = 0
    aliases: int = 0
    width: int = 0


def check_complexity(document: DocumentNode, limits: DocumentLimits) -> None:
    """Check a document against the limits.

    Raises:
        DocumentRefused: it is deeper or wider than a limit.

    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    _check_limit("fragments", len(fragments), limits.fragments)
    walk = _Walk(fragments, limits)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            walk.directives += len(node.directives or ())
            size = walk.measure(node.selection_set, 0)
            _check_limit("levels", size.depth, limits.depth)
            _check_limit("levels of introspection", size.introspection_depth, limits.introspection_depth)
            _check_limit("fields", size.fields, limits.fields)
            _check_limit("aliases", size.aliases, limits.aliases)
            _check_limit("root fields", size.width, limits.root_fields)
    _check_limit("directives", walk.directives, limits.directives)


def _check_limit(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise document_refused(ErrorCode.QUERY_TOO_EXPENSIVE, f"The document has {count} {what}; at most {limit} are allowed.")


class _Walk:
    """Measures each selection once; the size of a fragment is stored and added wherever it is spread."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: DocumentLimits) -> None:
        self.directives = 0
        self._fragments = fragments
        self._fragment_sizes: dict[str, Complexity] = {}
        self._limits = limits
        self._deepest = _LEVELS_PER_DEPTH * max(limits.depth, limits.introspection_depth)

    def measure(self, selections: SelectionSetNode, level: int) -> Complexity:
        _check_limit("nested selections", level, self._deepest)
        depth = introspection = fields = aliases = width = 0
        seen: dict[str, int] = {}
        for node, size, is_field in self._selections(selections, level, seen):
            self.directives += len(node.directives or ())
            depth = max(depth, size.depth)
            introspection = max(introspection, size.introspection_depth)
            fields += size.fields
            aliases += size.aliases
            width += 1 if is_field else size.width
        # Counts stop just above their limits: fragments that multiply would make huge numbers.
        return Complexity(
            depth,
            introspection,
            min(fields, self._limits.fields + 1),
            min(aliases, self._limits.aliases + 1),
            min(width, self._limits.fields + 1),
        )

    def _selections(
        self, selections: SelectionSetNode, level: int, seen: dict[str, int]
    ) -> Iterator[tuple[SelectionNode, Complexity, bool]]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                _check_limit("repeats of one name", _count(seen, (node.alias or node.name).value), self._limits.repeats)
                yield node, self._field(node, level), True
            elif isinstance(node, InlineFragmentNode):
                yield node, self.measure(node.selection_set, level + 1), False
            elif isinstance(node, FragmentSpreadNode):
                _check_limit("repeats of one name", _count(seen, f"...{node.name.value}"), self._limits.repeats)
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
            return Complexity()  # validation reports it
        if name not in self._fragment_sizes:
            self._fragment_sizes[name] = Complexity()  # a fragment that spreads itself ends here; validation reports it
            self._fragment_sizes[name] = self.measure(definition.selection_set, level + 1)
        return self._fragment_sizes[name]


def _count(seen: dict[str, int], name: str) -> int:
    seen[name] = seen.get(name, 0) + 1
    return seen[name]
