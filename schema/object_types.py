"""Types that are made from a table of their fields, where a class for each would only repeat it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import strawberry
from strawberry.types.field import StrawberryField

Fields: TypeAlias = Mapping[str, tuple[Any, StrawberryField]]
"""The type and the declaration of each field, by its name in Python."""


def object_type(name: str, module: str, description: str, fields: Fields) -> type:
    """Make a type; names in its annotations are looked up in `module`."""
    return strawberry.type(_class(name, module, fields), description=description)


def input_type(name: str, module: str, description: str, fields: Fields) -> type:
    """Make a type of inputs."""
    return strawberry.input(_class(name, module, fields), description=description)


def _class(name: str, module: str, fields: Fields) -> type:
    annotations = {field: type_ for field, (type_, _) in fields.items()}
    declared = {field: declaration for field, (_, declaration) in fields.items()}
    return type(name, (), {"__annotations__": annotations, "__module__": module, **declared})
