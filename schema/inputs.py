"""Arguments of operations, made from the parameters of a function, and the way from what a client sends to them.

A query has an argument for each parameter; a mutation that has any has one input with a field for each.
"""

import inspect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

import strawberry
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from resolvers.global_ids import own_id, own_ids
from schema.object_types import input_type


@dataclass(frozen=True, slots=True)
class IdOf:
    """Marks a parameter that clients give as the global id of this kind; the function gets the own id."""

    kind: str


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a query, for each parameter one."""

    parameters: Sequence[inspect.Parameter]
    """As clients see them."""
    ids: Mapping[str, str]
    """The kind of each parameter that is an id."""

    @classmethod
    def of(cls, parameters: Iterable[inspect.Parameter]) -> Self:
        """Read the parameters of a function; those with `IdOf` are ids to clients, and their texts descriptions."""
        seen: list[inspect.Parameter] = []
        ids: dict[str, str] = {}
        for parameter in parameters:
            type_, kind, text = _read(parameter.annotation)
            if kind is not None:
                ids[parameter.name] = kind
            seen.append(parameter if text is None else parameter.replace(annotation=_described(type_, text)))
        return cls(seen, ids)

    def decoded(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a client gave, ids decoded."""
        return {name: _decoded(value, self.ids.get(name), name) for name, value in given.items()} if self.ids else given


@dataclass(frozen=True, slots=True)
class ParametersInput:
    """An input with a field for each parameter."""

    graphql_type: type
    ids: Mapping[str, str]
    """The kind of each parameter that is an id."""
    lists: Collection[str]
    """The parameters that are lists and may be left out; null is an empty list."""

    @classmethod
    def of(cls, name: str, module: str, description: str, parameters: Iterable[inspect.Parameter]) -> Self:
        """Make the type. Each parameter is annotated with its description, and with `IdOf` if it is an id.

        Raises:
            TypeError: a parameter has no description.

        """
        fields_: dict[str, tuple[Any, StrawberryField]] = {}
        ids: dict[str, str] = {}
        lists: set[str] = set()
        for parameter in parameters:
            type_, kind, text = _read(parameter.annotation)
            if parameter.default == ():
                lists.add(parameter.name)
                type_ |= None
            if text is None:
                raise TypeError(f"{name}: {parameter.name} has no description")
            if kind is not None:
                ids[parameter.name] = kind
            fields_[parameter.name] = (type_, strawberry.field(description=text, **_default(parameter.default)))
        return cls(input_type(name, module, description, fields_), ids, lists)

    def arguments(self, given: object) -> dict[str, Any]:
        """Return the arguments by name, ids decoded."""
        return {
            name: () if value is None and name in self.lists else _decoded(value, self.ids.get(name), name)
            for name, value in vars(given).items()
        }


@dataclass(frozen=True, slots=True)
class PatchInput:
    """An input that is a patch: the function gets what differs from the defaults, as one mapping named `changes`."""

    graphql_type: type
    ids: Mapping[str, str]
    defaults: Mapping[str, object]

    @classmethod
    def of(cls, input_class: type) -> Self:
        """Read a class of inputs, whose fields all have a default that means "not given"."""
        hints = get_type_hints(input_class, include_extras=True)
        kinds = {name: _read(hint)[1] for name, hint in hints.items()}
        defaults = {each.name: each.default for each in fields(input_class)}
        if MISSING in defaults.values():
            raise TypeError(f"{input_class.__name__}: a field of a patch needs a default")
        return cls(input_class, {name: kind for name, kind in kinds.items() if kind is not None}, defaults)

    def arguments(self, given: object) -> dict[str, Any]:
        """Return the changes, ids decoded."""
        changes = {
            name: _decoded(value, self.ids.get(name), name)
            for name, value in vars(given).items()
            if value is not self.defaults[name]
        }
        return {"changes": changes}


_GLOBAL_IDS: Mapping[Any, Any] = {
    str: strawberry.ID,
    str | None: strawberry.ID | None,
    Sequence[str]: list[strawberry.ID],
}
"""How clients see the types of ids."""


def _read(annotation: Any) -> tuple[Any, str | None, str | None]:
    """Return the type that clients see, the kind of its ids and its description."""
    if get_origin(annotation) is not Annotated:
        return annotation, None, None
    type_, *notes = get_args(annotation)
    kind = next((each.kind for each in notes if isinstance(each, IdOf)), None)
    text = next((each for each in notes if isinstance(each, str)), None)
    return _GLOBAL_IDS.get(type_, type_) if kind else type_, kind, text


def _described(type_: Any, text: str) -> Any:
    return Annotated[type_, strawberry.argument(description=text)]


def _default(value: object) -> dict[str, Any]:
    if value is inspect.Parameter.empty:
        return {}
    return {"default_factory": list} if value == () else {"default": value}


def _decoded(value: Any, kind: str | None, name: str) -> Any:
    if kind is None or value is None:
        return value
    field = to_camel_case(name)
    if isinstance(value, str):
        return own_id(kind, value, field)
    return own_ids(kind, value, field)
