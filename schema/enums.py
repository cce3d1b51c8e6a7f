"""Enums of rows, shown to clients with a description for each value."""

from collections.abc import Mapping
from enum import StrEnum

import strawberry
from strawberry.types.enum import has_enum_definition


def show_enum(enum: type[StrEnum], description: str, values: Mapping[str, str], *, name: str | None = None) -> None:
    """Make an enum of rows one of the schema, so that both sides use the same; `values` describes each member.

    Raises:
        TypeError: a member is not described, or what is described is not a member.

    """
    if values.keys() != enum.__members__.keys():
        raise TypeError(f"{enum.__name__}: the descriptions are not of its members")
    shown = strawberry.enum(enum, name=name, description=description)
    assert has_enum_definition(shown)
    for value in shown.__strawberry_definition__.values:
        value.description = values[value.name]
