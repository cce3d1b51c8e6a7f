"""Completes what an analyst writes: labels, types of relationships, properties, parameters, words of Cypher and commands."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from analytics.graph_copy.model import NODE_TYPES, RELATIONSHIP_TYPES, NodeType, RelationshipType

WORDS = (
    "ALL", "AND", "AS", "ASC", "CALL", "CASE", "CONTAINS", "COUNT", "DESC", "DISTINCT", "ELSE", "END", "ENDS WITH", "EXISTS",
    "IN", "IS NOT NULL", "IS NULL", "LIMIT", "MATCH", "NOT", "OPTIONAL MATCH", "OR", "ORDER BY", "RETURN", "SHORTEST", "SKIP",
    "STARTS WITH", "THEN", "UNION", "UNWIND", "WHEN", "WHERE", "WITH", "XOR", "avg", "coalesce", "collect", "count", "date",
    "datetime", "datetime.truncate", "duration.between", "head", "labels", "length", "max", "min", "nodes", "percentileCont",
    "range", "reduce", "relationships", "round", "size", "sum", "toString", "type",
)  # fmt: skip
COMMANDS = {
    ":param": "name => value: give a parameter its value",
    ":params": "list the parameters",
    ":seconds": "allow each query so many seconds; without a number, what its estimate gives it",
    ":export": "write the last answer into a file: .csv, .json or .parquet",
    ":schema": "print the model of the graph",
    ":help": "list these commands",
    ":quit": "leave",
}
"""What the shell itself does."""
_TYPE = re.compile(r"\[\s*\w*\s*:\s*(?:\w+\s*\|\s*)*(\w*)$")
_LABEL = re.compile(r"\(\s*\w*\s*:\s*(?:\w+\s*[|&:]\s*)*(\w*)$|\bWHERE\b[^()]*\b\w+:(\w*)$", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([A-Za-z_]\w*)\.(\w*)$")
_IN_MAP = re.compile(r"\(\s*\w*\s*:\s*(\w+)\s*\{(?:[^}]*,)?\s*(\w*)$")
_PARAMETER = re.compile(r"\$(\w*)$")
_WORD = re.compile(r"([A-Za-z_][\w.]*)$")
_NODE = re.compile(r"\(\s*(\w+)\s*:\s*(\w+)")
_EDGE = re.compile(r"\[\s*(\w+)\s*:\s*(\w+)")


@dataclass(frozen=True, slots=True)
class CypherCompleter(Completer):
    """Completes by the model of the analysts' graph, and by the parameters that are set."""

    parameters: Mapping[str, Any]

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002 the library's names
        """Offer what may stand at the cursor."""
        before = document.text_before_cursor
        for start, text, meaning in self._offers(before):
            if text.lower().startswith(start.lower()):
                yield Completion(text, start_position=-len(start), display_meta=meaning)

    def _offers(self, before: str) -> Iterator[tuple[str, str, str]]:
        """Give what is written of a word, and each word that it may become with what that means."""
        if before.lstrip().startswith(":"):
            yield from ((before.lstrip(), name, text) for name, text in COMMANDS.items())
        elif found := _PARAMETER.search(before):
            yield from ((found[1], name, repr(value)) for name, value in self.parameters.items())
        elif found := _TYPE.search(before):
            yield from ((found[1], name, _ends(each)) for name, each in RELATIONSHIP_TYPES.items())
        elif found := _LABEL.search(before):
            yield from ((found[1] or found[2] or "", name, each.text) for name, each in NODE_TYPES.items())
        elif found := _IN_MAP.search(before):
            yield from _properties(found[2], _named(found[1]))
        elif found := _PROPERTY.search(before):
            yield from _properties(found[2], _of_variable(before, found[1]))
        elif found := _WORD.search(before):
            yield from ((found[1], name, "") for name in WORDS)


def _of_variable(before: str, variable: str) -> Collection[NodeType | RelationshipType]:
    """Return what a variable may be: what it was declared as, and otherwise anything."""
    declared = [name for pattern in (_NODE, _EDGE) for each, name in pattern.findall(before) if each == variable]
    return [each for name in declared for each in _named(name)] or [*NODE_TYPES.values(), *RELATIONSHIP_TYPES.values()]


def _named(name: str) -> Collection[NodeType | RelationshipType]:
    found = NODE_TYPES.get(name) or RELATIONSHIP_TYPES.get(name)
    return [] if found is None else [found]


def _properties(start: str, of: Collection[NodeType | RelationshipType]) -> Iterator[tuple[str, str, str]]:
    told = {name: each.text for type_ in of for name, each in type_.properties.items()}
    yield from ((start, name, text) for name, text in told.items())


def _ends(each: RelationshipType) -> str:
    return f"({each.start})-->({each.end}) {each.text}"
