"""The schema, built of its roots; `schema.graphql` is printed from it."""

import strawberry

from error_codes import ErrorCode, description
from schema.enums import show_enum
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import WITH_SCALARS
from schema.subscription import Subscription

show_enum(
    ErrorCode,
    "What `extensions.code` of an error holds. New codes may be added: take one that you do not know for INTERNAL.",
    {code.name: description(code) for code in ErrorCode},
)


def build_schema() -> strawberry.Schema:
    """Build the schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        # No field gives it: it is the type of `extensions.code`.
        types=[ErrorCode],
        config=WITH_SCALARS,
    )
