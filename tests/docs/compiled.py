"""Whether the operations of a document are compiled for the product, with variables made for them."""

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    is_required_input_field,
    type_from_ast,
)

from execution.compiler_options import CompilerOptions
from execution.plans import Plans
from schema.build import build_schema
from tests.execution.share import Share
from web.documents import Documents, pick_operation
from web.execution import core_schema
from web.limits import Limits
from web.requests import GraphQLRequest

SCHEMA = core_schema(build_schema())
SCALARS = {"Int": 1, "Float": 1.0, "Boolean": True, "DateTime": "2026-11-23T01:05:00.250Z"}


def share_of(text: str) -> Share:
    """Meet each operation of a document that fits the schema of the product."""
    document, plans, share = Documents(SCHEMA, Limits()).get(text), Plans(CompilerOptions(SCHEMA), compile_after=1), Share()
    for name, node in document.operations.items():
        share.meet(pick_operation(document, GraphQLRequest(None, name or None, variables_for(node), None)), plans)
    assert share.total == len(document.operations)
    return share


def variables_for(operation: OperationDefinitionNode) -> dict[str, object]:
    """Make a value of its type for each variable."""
    return {
        each.variable.name.value: sample(type_from_ast(SCHEMA, each.type))  # type: ignore[arg-type] # the document is valid
        for each in operation.variable_definitions or ()
    }


def sample(type_: GraphQLInputType) -> object:
    """Make a value of a type."""
    if isinstance(type_, GraphQLNonNull):
        return sample(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [sample(type_.of_type)]
    if isinstance(type_, GraphQLInputObjectType):
        return {name: sample(field.type) for name, field in type_.fields.items() if is_required_input_field(field)}
    return next(iter(type_.values)) if isinstance(type_, GraphQLEnumType) else SCALARS.get(type_.name, "x")
