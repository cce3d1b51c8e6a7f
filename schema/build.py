"""The schema, built of its roots; `schema.graphql` is printed from it."""

from datetime import datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import DATE_TIME
from schema.subscription import Subscription


def build_schema() -> strawberry.Schema:
    """Build the schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(auto_camel_case=True, scalar_map={datetime: DATE_TIME}),
    )
