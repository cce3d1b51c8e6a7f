"""Times that clients give."""

import pytest

from clock import moment
from schema.scalars import parse_date_time
from services.mutes.expiry import until_of


@pytest.mark.parametrize("given", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_beyond_the_years_of_utc_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="between the years 1 and 9999"):
        parse_date_time(given)


def test_a_mute_until_the_last_moment_of_all_is_stored_and_shown() -> None:
    until = until_of(parse_date_time("9999-12-31T23:59:59.999999+00:00"), now=0)
    assert until == 253_402_300_799_999
    assert moment(until).year == 9999
