"""The schema, built of its roots; `schema.graphql` is printed from it."""

import strawberry

from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import WITH_SCALARS
from schema.subscription import Subscription


def build_schema() -> strawberry.Schema:
    """Build the schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=WITH_SCALARS,
    )
