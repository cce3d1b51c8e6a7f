"""Generates names and dates for the people of an imported graph, who have only an id."""

from bisect import bisect
from hashlib import blake2b

from graph.ids import id_at
from graph.rows.users import UserState
from world.cultures import cultures, cumulative_weights
from world.times import DAY

FOLLOWING_SPAN = 63_072_000_011
"""Time range of imported follows in milliseconds: the first prime above two years."""
JOINING_SPAN = 730 * DAY
"""Time range of the sign-ups of imported people in milliseconds; all are before the first follow."""


def first_follow(now_ms: int) -> int:
    """Return the time before all imported follows."""
    return now_ms - FOLLOWING_SPAN


def generated_person(username: str, now_ms: int) -> dict[str, object]:
    """Return the properties of a person, the same for the same username and time."""
    dice = int.from_bytes(blake2b(username.encode(), digest_size=32).digest())
    dice, tail = divmod(dice, 1 << 74)
    dice, age = divmod(dice, JOINING_SPAN)
    dice, draw = divmod(dice, cumulative_weights()[-1])
    culture = cultures()[bisect(cumulative_weights(), draw)]
    dice, given = divmod(dice, len(culture.given))
    dice, family = divmod(dice, len(culture.family))
    joined = first_follow(now_ms) - 1 - age
    return {
        "id": id_at(joined, tail),
        "username": username,
        "usernameKey": username,
        "displayName": culture.full_name(culture.given[given], culture.family[family]),
        "bio": "",
        "location": culture.cities[dice % len(culture.cities)],
        "private": False,
        "discoverable": True,
        "state": UserState.ACTIVE,
        "createdAt": joined,
    }
