"""Buckets of time: whole days, weeks from Monday and calendar months (UTC), always on the same grid.

Only buckets that were over at the mark are shown. One that has just begun would grow from snapshot to snapshot by what one person
did meanwhile.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from analytics.questions.parameters import Choice, Whole

MONTHS = 12
MILLISECONDS = 1_000


class Bucket(StrEnum):
    """The length of a bucket."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"

    @property
    def sql(self) -> str:
        """Return it as DuckDB names it."""
        return self.value.lower()

    @property
    def every(self) -> str:
        """Return it as Polars writes durations."""
        return {"DAY": "1d", "WEEK": "1w", "MONTH": "1mo"}[self.value]

    def start(self, day: date) -> date:
        """Return the first day of the bucket in which a day lies."""
        match self:
            case Bucket.DAY:
                return day
            case Bucket.WEEK:
                return day - timedelta(days=day.weekday())
            case Bucket.MONTH:
                return day.replace(day=1)

    def before(self, start: date, count: int) -> date:
        """Return the first day of the bucket so many before the one that begins on `start`."""
        match self:
            case Bucket.DAY:
                return start - timedelta(days=count)
            case Bucket.WEEK:
                return start - timedelta(weeks=count)
            case Bucket.MONTH:
                years, month = divmod(start.year * MONTHS + start.month - 1 - count, MONTHS)
                return date(years, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole buckets: from the first day of the first one to the day after the last one."""

    bucket: Bucket
    since: date
    until: date

    @classmethod
    def last(cls, bucket: Bucket, count: int, mark: int) -> "Span":
        """Return the last so many buckets that were over at a mark, in milliseconds since 1970 UTC."""
        until = bucket.start(datetime.fromtimestamp(mark / MILLISECONDS, UTC).date())
        return cls(bucket, bucket.before(until, count), until)

    @property
    def first_moment(self) -> datetime:
        """Return when it begins."""
        return midnight(self.since)

    @property
    def end(self) -> datetime:
        """Return the first moment that is not in it any more."""
        return midnight(self.until)


def last_year(mark: int) -> Span:
    """Return the last twelve calendar months that were over at a mark, in milliseconds since 1970 UTC.

    It is for what is counted over a time without being told by time. Up to the end of a month it stays the same, so that two
    snapshots do not differ by what somebody did in the week between them.
    """
    return Span.last(Bucket.MONTH, MONTHS, mark)


def midnight(day: date) -> datetime:
    """Return when a day begins (UTC)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


BY = Choice("by", "Length of a bucket of time: days, weeks from Monday, or calendar months, in UTC.", Bucket.WEEK)
BY_MONTH = Choice(BY.name, BY.text, Bucket.MONTH)
BUCKETS = Whole("buckets", "How many buckets, the newest of those that were over at the mark.", 52, 1, 400)
