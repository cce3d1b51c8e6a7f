"""Declarations: how a field gets its value and what it costs, as data in the metadata of a Strawberry field.

A declaration lets the compiler work on all rows of a level at once. The field's resolver must give the same values: it serves
graphql-core.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, TypeAlias

from graphql import GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from execution.not_compiled import NotCompiled, Reason

HOW = "how"
"""Key of the declaration in a field's metadata."""

COST = "cost"
"""Key of a `Cost` in a field's metadata, where the field does not cost what its declaration costs."""

Column: TypeAlias = Sequence[Any]
"""One value for each row of a level."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """The value is an attribute of the row; dots lead to attributes of attributes."""

    name: str


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """The value comes from an attribute of the row, by a function of the whole column, which is never empty.

    The function gives one result for each value, as it stands in the response: results are not checked. It is for leaf types.
    """

    name: str
    function: Callable[[Column], Column]


@dataclass(frozen=True, slots=True)
class ByKeys:
    """The value is a list of lookups, by an attribute that holds several keys. What is not found is left out."""

    loader: str
    keys: str


@dataclass(frozen=True, slots=True)
class Computed:
    """The value is a function of the row and the context, which neither waits nor changes anything."""

    function: Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class ByKey:
    """The value is one lookup: the loader of this name, by an attribute of the row. No key, no value.

    With `shown`, the value is that of the answer, such as one of several counts, and null where the answer is null. Fields that
    share a lookup make it once.
    """

    loader: str
    key: str
    shown: Attribute | Computed | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The value is what the field's resolver returns, called for all rows of a level at the same time.

    The resolver may use its row, its arguments and `info.context`, and nothing else of `info`: the path is not known. What has
    no call depends on the viewer by what the context's lookups and `is_viewer` answer, and by nothing else: so an event may be
    executed once for several viewers (`event_execution`).
    """


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The rows of a type are those of this class. Stands in the type as `is_type_of`."""

    kind: type

    def __call__(self, row: object, _info: object) -> bool:
        """Return whether a row is of the type."""
        return isinstance(row, self.kind)


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What a field costs more where one of its arguments is given, or has a value."""

    argument: str
    weight: int = 0
    """Lookups that one parent's field is worth more."""
    each: int = 0
    """Lookups that each of its rows is worth more."""
    value: str | None = None
    """The value, one of an enum; None is any but null."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a field costs before it runs, in lookups of one row. What is None follows from the declaration."""

    weight: int | None = None
    """Lookups that one parent's field is worth, whatever it gives."""
    rows: int | None = None
    """Most items of a list."""
    per: tuple[str, ...] = ("first", "last")
    """The arguments that say how many rows are read: numbers, or lists with one for each. The largest counts. Fields without any
    of them read one row."""
    most: int | None = None
    """Most that the resolver lets those arguments ask for; by default the longest page of the schema."""
    surcharges: tuple[Surcharge, ...] = ()
    """What some arguments make it cost more."""


Declaration: TypeAlias = Attribute | MappedColumn | ByKey | ByKeys | Computed | Call


def declaration_of(field: GraphQLField, name: str) -> Declaration:
    """Return the declaration of a field; `name`, as in `Post.author`, is for the error.

    Raises:
        NotCompiled: it has none.

    """
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    # Extensions of a field, such as permissions, run in its resolver only.
    if not isinstance(definition, StrawberryField) or definition.extensions:
        raise NotCompiled(Reason.UNDECLARED, name)
    how = definition.metadata.get(HOW)
    if how is None and definition.is_basic_field and definition.default_resolver is getattr:
        how = Attribute(definition.python_name)
    if not isinstance(how, Declaration):
        raise NotCompiled(Reason.UNDECLARED, name)
    return how


def attribute_path(name: str) -> str:
    """Return the name of an attribute, which may be dotted. It becomes code, so anything else is refused.

    Raises:
        NotCompiled: it is not the name of an attribute.

    """
    if not all(step.isidentifier() and not iskeyword(step) for step in name.split(".")):
        raise NotCompiled(Reason.UNDECLARED, name)
    return name
