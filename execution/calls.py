"""How the resolver of a field is called: as graphql-core calls it, or its own function where that comes to the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import strawberry
from graphql import GraphQLField, default_field_resolver
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryMaybe, StrawberryOptional
from strawberry.types.field import StrawberryField

from schema.fields import HOW, Call

if TYPE_CHECKING:
    from execution.run import Run, Site

Resolve: TypeAlias = Callable[[Any, Mapping[str, Any]], Any]
"""Takes a row and the coerced arguments."""

_PLAIN = (str, int, float, bool, strawberry.ID)
"""Types of arguments that Strawberry hands on as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Direct:
    """The function of a field that is declared as a call, with nothing between it and us that would change what it is given.

    Strawberry's own way there looks up how to convert each argument, for each call; here all are plain.
    """

    definition: StrawberryField
    function: Callable[..., Any]
    row: str | None
    """The parameter that takes the row by name; None for the first by position, if `takes_row`."""
    takes_row: bool
    info: str | None
    names: Mapping[str, str]
    """Parameters by the names of arguments in the schema."""

    @classmethod
    def of(cls, field: GraphQLField) -> Self | None:
        """Read it from the definition of a field; None where there may be something in between."""
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

    def bound(self, run: "Run", site: "Site") -> Resolve:
        """Give the call for a level of rows."""
        function, name = self.function, self.row
        told = {self.info: LevelInfo(run, site, self.definition)} if self.info else {}
        if name is not None:
            return lambda row, arguments: function(**{name: row}, **told, **arguments)
        if self.takes_row:
            return lambda row, arguments: function(row, **told, **arguments)
        return lambda _row, arguments: function(**told, **arguments)


def resolve_of(run: "Run", site: "Site") -> Resolve:
    """Give the call of a field for a level of rows."""
    if site.direct is not None:
        return site.direct.bound(run, site)
    resolve, info = site.field.resolve or default_field_resolver, run.info(site)
    return lambda row, arguments: resolve(row, info, **arguments)


class LevelInfo(strawberry.Info[Any, Any]):
    """What a resolver is told. Most ask for the context only; the rest is made when it is asked for."""

    def __init__(self, run: "Run", site: "Site", definition: StrawberryField) -> None:
        """Keep what it can be made from."""
        self._run, self._site, self._field = run, site, definition

    @property
    def context(self) -> Any:
        """The context of the operation."""
        return self._run.context

    @property
    def _raw_info(self) -> Any:  # type: ignore[override]  # nobody writes it
        return self._run.info(self._site)


def _is_plain(type_: object) -> bool:
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        return _is_plain(type_.of_type)
    return type_ in _PLAIN
