"""The schema, put together; `schema.graphql` is printed from it."""

from datetime import UTC, datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.leaves import ExactScalars, are_utc_datetimes
from schema.media import Picture
from schema.mutation import Mutation
from schema.query import Query
from schema.subscription import Subscription


def moment_of(given: object) -> datetime:
    """Read a moment that a client gives, with any offset from UTC, and give it in UTC.

    Raises:
        ValueError: it is not one, does not say its offset, or is in no year that can be told in UTC.

    """
    at = datetime.fromisoformat(given) if isinstance(given, str) else None
    if at is None or at.tzinfo is None:
        raise ValueError("A DateTime is a string with its offset from UTC, as in 2026-11-23T01:05:00Z.")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("A DateTime is between the years 1 and 9999 of UTC.") from error


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment in UTC as RFC 3339 writes it, to the millisecond: 2026-11-23T01:05:00.250000+00:00.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    serialize=datetime.isoformat,
    parse_value=moment_of,
)


EXACT_SCALARS: ExactScalars = {"DateTime": are_utc_datetimes}
"""Scalars whose values `orjson` writes as the scalar does."""


def build_schema() -> strawberry.Schema:
    """Build the schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Picture],
        config=StrawberryConfig(auto_camel_case=True, scalar_map={datetime: DATE_TIME}),
    )
