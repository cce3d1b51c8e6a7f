"""Why an operation has no plan and is left to graphql-core."""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why an operation has no plan. The values are for people: commands and reports of tests print them."""

    NOT_YET = "met for the first time"
    UNDECLARED = "a field that is not declared"
    INTROSPECTION = "introspection"
    DEFER = "@defer"
    FRAGMENT_VARIABLES = "variables of fragments"
    UNKNOWN_VARIABLE_TYPE = "variables of unknown types"
    NO_ROOT_TYPE = "no root type"
    TOO_MANY_FIELDS = "too many fields"
    TOO_DEEP = "too deep"
    TOO_MANY_OUTCOMES = "too many outcomes of @skip and @include"
    DEFECT = "a defect of the compiler"


class Obstacle(NamedTuple):
    """A reason, and the field of the schema that it is about, if any. It is cached in place of a plan."""

    reason: Reason
    field: str = ""


class NotCompiled(Exception):
    """There is no plan."""

    def __init__(self, reason: Reason, field: str = "") -> None:
        """`field` is as in `Post.author`."""
        super().__init__(f"{reason}: {field}" if field else str(reason))
        self.obstacle = Obstacle(reason, field)
