"""Tokens of programs: how they are made, and operations of every root field, as small as can be."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from schema.build import build_schema
from tests.api.product import Person, Product
from web.execution import core_schema

CREATE = """mutation ($input: CreatePersonalTokenInput!) { createPersonalToken(input: $input) {
  token personalToken { id name start scopes createdAt expiresAt lastUsedAt } } }"""
REVOKE_TOKEN = "mutation ($input: RevokePersonalTokenInput!) { revokePersonalToken(input: $input) { revokedTokenId } }"
TOKENS = "{ personalTokens { id name start scopes createdAt expiresAt lastUsedAt } }"
ALL_SCOPES = ("READ", "WRITE", "ANALYTICS", "ADMIN")
_VALUES = {"ID": "no id", "String": "x", "Int": 1, "Boolean": True, "DateTime": "2030-01-01T00:00:00.000Z"}


async def program_of(product: Product, user: Person, *scopes: str) -> tuple[Person, str]:
    """Make a token, and return the person as their program, and the token's id."""
    made = (await product.run(CREATE, user, input={"name": "backup", "scopes": list(scopes)}))["createPersonalToken"]
    return Person(user.id, user.username, made["token"]), made["personalToken"]["id"]


def operations(kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give for each root field its name, an operation of it alone, and variables that fit."""
    schema = core_schema(build_schema())
    root = schema.query_type if kind == "query" else schema.mutation_type
    assert isinstance(root, GraphQLObjectType)
    for name, field in root.fields.items():
        required = {key: each.type for key, each in field.args.items() if is_required_argument(each)}
        declared = ", ".join(f"${key}: {type_}" for key, type_ in required.items())
        given = ", ".join(f"{key}: ${key}" for key in required)
        selection = "" if is_leaf_type(get_named_type(field.type)) else "{ __typename }"
        document = f"{kind} {f'({declared})' if declared else ''} {{ {name}{f'({given})' if given else ''} {selection} }}"
        yield name, document, {key: _value(type_) for key, type_ in required.items()}


def _value(type_: GraphQLInputType) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _value(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [_value(type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {name: _value(each.type) for name, each in type_.fields.items() if is_required_input_field(each)}
    return _VALUES[type_.name]
