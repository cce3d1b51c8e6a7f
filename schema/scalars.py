"""Scalars of the schema beside those that every GraphQL server has."""

from datetime import UTC, datetime

import strawberry

from execution.leaves import ExactScalars, are_utc_datetimes


def parse_date_time(given: object) -> datetime:
    """Parse a time with any offset from UTC, and return it in UTC.

    Raises:
        ValueError: it is no RFC 3339 text, has no offset, or is not between the years 1 and 9999 of UTC.

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
    parse_value=parse_date_time,
)

EXACT_SCALARS: ExactScalars = {"DateTime": are_utc_datetimes}
"""Scalars whose values `orjson` writes as the scalar does."""
