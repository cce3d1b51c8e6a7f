"""The schema, put together; `schema.graphql` is printed from it."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.media import Picture
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription


def build_schema() -> strawberry.Schema:
    """Build the schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Picture],
        config=StrawberryConfig(auto_camel_case=True),
    )
