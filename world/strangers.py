"""Names and a past for people of an imported graph, of whom nothing is known but an id."""

from bisect import bisect
from hashlib import blake2b

from graph.ids import id_at
from graph.rows.users import UserState
from world.cultures import cultures, shares
from world.rhythm import DAY

FOLLOWING_SPAN = 63_072_000_011
"""Milliseconds over which imported follows are spread: the first prime above two years."""
JOINING_SPAN = 730 * DAY
"""Milliseconds over which imported people signed up, all of them before the first follow."""


def first_follow(now_ms: int) -> int:
    """Give the moment after which imported follows lie."""
    return now_ms - FOLLOWING_SPAN


def stranger(username: str, now_ms: int) -> dict[str, object]:
    """Give the properties of a person, the same for the same username and moment."""
    dice = int.from_bytes(blake2b(username.encode(), digest_size=32).digest())
    dice, tail = divmod(dice, 1 << 74)
    dice, age = divmod(dice, JOINING_SPAN)
    dice, draw = divmod(dice, shares()[-1])
    culture = cultures()[bisect(shares(), draw)]
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
