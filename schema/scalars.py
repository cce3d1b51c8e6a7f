"""Scalars of the schema beside those that every GraphQL server has."""

import re
from datetime import UTC, datetime
from functools import lru_cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.declarations import Column
from execution.leaves import ColumnScalars

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}(?:Z|(?!-00:00)[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
_NO_DATE_TIME = "A DateTime has three digits of milliseconds and an offset from UTC, as in 2026-11-23T01:05:00.250Z."
_UNTIL_MILLISECONDS = len("2026-11-23T01:05:00.250")
TEXTS = 16_384
"""Texts of times that a process keeps, about 3 MB: the times on pages that many read."""
_KIND, _UTC = {datetime}, {UTC}
_iso = datetime.isoformat


def parse_date_time(given: object) -> datetime:
    """Parse a time with any offset from UTC, and return it in UTC.

    Leap seconds and the year 0 are refused: no clock here knows them.

    Raises:
        ValueError: it is not written as the specification of the scalar says, or is not between the years 1 and 9999 of UTC.

    """
    if not isinstance(given, str) or not _DATE_TIME.fullmatch(given):
        raise ValueError(_NO_DATE_TIME)
    try:
        return datetime.fromisoformat(given.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("A DateTime is between the years 1 and 9999 of UTC.") from error


def date_time_text(at: datetime) -> str:
    """Return how clients see a time: in UTC, cut to milliseconds.

    Raises:
        ValueError: it has no offset, so that nobody knows which moment it is.

    """
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    return _text(at.astimezone(UTC))


def date_time_texts(column: Column) -> Column | None:
    """Return the texts of a whole column, or None where one of its values is not a time in UTC."""
    if _KIND.issuperset(map(type, column)) and _UTC.issuperset([at.tzinfo for at in column]):
        return [_text(at) for at in column]
    return None


@lru_cache(maxsize=TEXTS)
def _text(at: datetime) -> str:
    """Return the text of a time in UTC. Rows that many read are decoded once, so the same objects come again."""
    return f"{_iso(at, 'T', 'milliseconds')[:_UNTIL_MILLISECONDS]}Z"


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="A moment, to the millisecond: 2026-11-23T01:05:00.250Z. There are always three digits of milliseconds. "
    "Answers are in UTC; what is sent may have another offset, as in 2026-11-23T02:05:00.250+01:00.",
    specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
    serialize=date_time_text,
    parse_value=parse_date_time,
)

WITH_SCALARS = StrawberryConfig(auto_camel_case=True, scalar_map={datetime: DATE_TIME})
"""The configuration of a schema that shows times as this scalar does."""
COLUMN_SCALARS: ColumnScalars = {"DateTime": date_time_texts}
"""Scalars of which compiled operations convert a whole column at once."""
