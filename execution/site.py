"""Places of fields in a document: what compiled code hands to a run when it asks for something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from graphql import FieldNode, GraphQLAbstractType, GraphQLField, GraphQLObjectType

from execution.arguments import Arguments
from execution.declarations import RowsOf
from execution.direct_call import DirectCall
from execution.instrumentation import FieldInstrument


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A field at its place in a document."""

    name: str
    """As in `Post.author`."""
    parent_type: GraphQLObjectType
    key: str
    """The response name."""
    field: GraphQLField
    nodes: list[FieldNode]
    arguments: Arguments
    direct_call: DirectCall | None = None
    """Its function, if that can be called as it is."""
    instrument: FieldInstrument | None = None
    """What measures it, if it is looked up or called in an instrumented executor."""

    @property
    def node(self) -> FieldNode:
        """The node that names the field and its arguments."""
        return self.nodes[0]


@dataclass(frozen=True, slots=True, eq=False)
class PossibleTypes:
    """The object types that a field of an abstract type may give."""

    abstract: GraphQLAbstractType
    names: frozenset[str]
    by_row: Mapping[type, str]
    """Names by the class of rows, where that alone decides."""
    site: Site

    @classmethod
    def of(cls, type_: GraphQLAbstractType, possible: Sequence[GraphQLObjectType], site: Site) -> Self:
        """Read which rows each type has."""
        rows = {each.is_type_of.kind: each.name for each in possible if isinstance(each.is_type_of, RowsOf)}
        return cls(type_, frozenset(each.name for each in possible), rows if len(rows) == len(possible) else {}, site)
