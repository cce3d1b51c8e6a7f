"""The codes of errors in the schema: all of them, each described."""

import pytest
from graphql import GraphQLEnumType

from error_codes import BEFORE, RUNNING, ErrorCode
from errors import RookeryError
from schema.build import build_schema
from web.execution import core_schema


def kinds(of: type[RookeryError]) -> set[type[RookeryError]]:
    return {each for kind in of.__subclasses__() for each in ({kind} | kinds(kind))}


def test_the_schema_has_every_code_with_its_meaning():
    shown = core_schema(build_schema()).type_map["ErrorCode"]
    assert isinstance(shown, GraphQLEnumType)
    assert set(shown.values) == set(ErrorCode)
    assert all(len(value.description or "") > len(name) for name, value in shown.values.items())


def test_every_code_has_a_line_in_a_table():
    assert RUNNING.keys() | BEFORE.keys() == set(ErrorCode)


@pytest.mark.parametrize("kind", sorted(kinds(RookeryError), key=str))
def test_an_error_of_the_product_has_a_code_for_operations_that_run(kind):
    assert kind.code in RUNNING
