"""How a field gets its value, read from its declaration; a field without one is not compiled."""

from keyword import iskeyword
from typing import TypeAlias

from graphql import GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from execution.bailout import Uncompiled
from schema.fields import HOW, Attribute, ByKey, ByKeys, Call, Computed, GlobalId

How: TypeAlias = Attribute | GlobalId | ByKey | ByKeys | Computed | Call


def declared(field: GraphQLField, name: str) -> How:
    """Give the declaration of a field; `name` blames it."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    # Extensions of a field, such as permissions, run in its resolver only.
    if not isinstance(definition, StrawberryField) or definition.extensions:
        raise Uncompiled(name)
    how = definition.metadata.get(HOW)
    if how is None and definition.is_basic_field and definition.default_resolver is getattr:
        how = Attribute(definition.python_name)
    if not isinstance(how, How):
        raise Uncompiled(name)
    return how


def attribute_path(name: str) -> str:
    """Give the name of an attribute, which may be dotted, after making sure that it is nothing else."""
    if not all(part.isidentifier() and not iskeyword(part) for part in name.split(".")):
        raise Uncompiled(name)
    return name
