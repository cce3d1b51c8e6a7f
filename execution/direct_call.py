"""Functions of fields that can be called as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import strawberry
from graphql import GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.field import StrawberryField

from execution.declarations import HOW, Call

Resolve: TypeAlias = Callable[[Any, Mapping[str, Any]], Any]
"""Takes a row and the coerced arguments, and returns the value or something to await."""

_PLAIN = (str, int, float, bool, strawberry.ID)
"""Types of arguments that Strawberry passes on without conversion."""


@dataclass(frozen=True, slots=True, eq=False)
class DirectCall:
    """The function of a field that is declared as a `Call` and takes plain arguments only.

    Strawberry's resolver looks up for each call how to convert each argument. Plain arguments need no conversion, so the
    function is called without it.
    """

    definition: StrawberryField
    function: Callable[..., Any]
    row: str | None
    """The parameter that takes the row by name; None for the first parameter, by position, if `takes_row`."""
    takes_row: bool
    info: str | None
    names: Mapping[str, str]
    """Parameters, by the names of the arguments in the schema."""

    @classmethod
    def of(cls, field: GraphQLField) -> Self | None:
        """Read it from the definition of a field. Return None where something may change what the function is given."""
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(definition, StrawberryField) or type(definition).get_result is not StrawberryField.get_result:
            return None
        resolver = definition.base_resolver
        if resolver is None or definition.extensions or not isinstance(definition.metadata.get(HOW), Call):
            return None
        function = resolver.wrapped_func
        if isinstance(function, staticmethod | classmethod):
            return None
        names = {graphql: given.python_name for graphql, given in zip(field.args, definition.arguments, strict=True)}
        if not all(_is_plain(argument.type) for argument in definition.arguments):
            return None
        row = resolver.parent_parameter or resolver.root_parameter
        info = resolver.info_parameter
        return cls(
            definition,
            function,
            row.name if row else None,
            row is not None or resolver.self_parameter is not None,
            info.name if info else None,
            names,
        )

    def bound(self, info: strawberry.Info[Any, Any] | None) -> Resolve:
        """Return the call for a level of rows. `info` is needed only if the function has a parameter for it."""
        function, name = self.function, self.row
        infos = {self.info: info} if self.info else {}
        if name is not None:
            return lambda row, arguments: function(**{name: row}, **infos, **arguments)
        if self.takes_row:
            return lambda row, arguments: function(row, **infos, **arguments)
        return lambda _row, arguments: function(**infos, **arguments)


def _is_plain(type_: object) -> bool:
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _is_plain(type_.of_type)
    return type_ in _PLAIN
