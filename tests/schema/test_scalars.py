"""Times as clients give and get them, as https://scalars.graphql.org/andimarek/date-time says."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from clock import moment
from schema.scalars import date_time_text, date_time_texts, parse_date_time
from services.mutes.expiry import until_of

VALID = {
    "2011-08-30T13:22:53.108Z": "2011-08-30T13:22:53.108Z",
    "2011-08-30T13:22:53.108+00:00": "2011-08-30T13:22:53.108Z",
    "2011-08-30t13:22:53.108z": "2011-08-30T13:22:53.108Z",
    "2011-08-30T13:22:53.108-03:00": "2011-08-30T16:22:53.108Z",
    "2011-08-30T13:22:53.108+03:30": "2011-08-30T09:52:53.108Z",
    "2012-02-29T00:00:00.000+23:59": "2012-02-28T00:01:00.000Z",
}
INVALID = [
    "2011-08-30T13:22:53.108-03",
    "2011-08-30T13:22:53.108912Z",
    "2011-08-30T13:22:53Z",
    "2011-08-30T13:22:53.1Z",
    "2011-08-30T13:22:53,108Z",
    "2011-08-30 13:22:53.108Z",
    "2011-08-30T13:22:53.108",
    "2011-08-30",
    "20110830T132253.108Z",
    "2011-W35-2T13:22:53.108Z",
    "2011-08-30T13:22:53.108-00:00",
    "2011-08-30T13:22:53.108+0330",
    "2011-08-30T13:22:53.108+03:30:15",
    "2011-08-30T24:22:53.108Z",
    "2011-08-30T13:22:60.108Z",
    "2010-02-30T21:22:53.108Z",
    "2010-02-11T21:22:53.108+25:11",
    "2010-02-11T21:22:53.108Z+25:11",
    "2011-08-30T13:22:53.108Z\n",
    "२०११-08-30T13:22:53.108Z",
    "",
    1314710573108,
    None,
]


@pytest.mark.parametrize(("given", "shown"), VALID.items())
def test_a_time_that_the_specification_calls_valid_is_read_and_shown_in_utc(given: str, shown: str) -> None:
    assert date_time_text(parse_date_time(given)) == shown


@pytest.mark.parametrize("given", INVALID)
def test_anything_else_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"DateTime|day"):
        parse_date_time(given)


@pytest.mark.parametrize("given", ["9999-12-31T23:59:59.000-14:00", "0001-01-01T00:00:00.000+14:00"])
def test_a_time_beyond_the_years_of_utc_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        parse_date_time(given)


@pytest.mark.parametrize(("microseconds", "shown"), [(0, "000"), (250_000, "250"), (999_999, "999"), (1_000, "001")])
def test_there_are_always_three_digits(microseconds: int, shown: str) -> None:
    at = datetime(2026, 11, 23, 1, 5, 0, microseconds, tzinfo=UTC)
    assert date_time_text(at) == f"2026-11-23T01:05:00.{shown}Z"
    assert date_time_texts([at, at]) == [date_time_text(at)] * 2


def test_a_column_with_another_zone_is_left_to_the_scalar() -> None:
    at = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert date_time_texts([datetime(2026, 1, 1, tzinfo=UTC), at]) is None
    assert date_time_text(at) == "2025-12-31T22:00:00.000Z"


def test_a_time_without_an_offset_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(ValueError, match="offset"):
        date_time_text(datetime(2026, 1, 1))  # noqa: DTZ001 - odd on purpose


@pytest.mark.parametrize("milliseconds", [0, 1, 1_795_655_100_250, 253_402_300_799_999])
def test_each_millisecond_is_shown_and_read_back_as_it_is(milliseconds: int) -> None:
    shown = date_time_text(moment(milliseconds))
    assert until_of(parse_date_time(shown), now=-1) == milliseconds


def test_a_mute_until_the_last_moment_of_all_is_stored_and_shown() -> None:
    until = until_of(parse_date_time("9999-12-31T23:59:59.999+00:00"), now=0)
    assert until == 253_402_300_799_999
    assert moment(until).year == 9999
