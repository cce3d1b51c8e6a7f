"""Places in the live stream, which is what cursors of subscriptions name."""

from typing import TypeAlias

StreamPlace: TypeAlias = tuple[str, int, int, int]
"""Where something stands: the epoch of its stream, milliseconds since 1970 UTC, a number, and its index in the entry there, from
1; 0 where the entry tells one thing. Order is within an epoch."""


def place_of(epoch: str, id_: str, index: int = 0) -> StreamPlace:
    """Return the place that the id of an entry names, and an index in it."""
    milliseconds, _, number = id_.partition("-")
    return epoch, int(milliseconds), int(number), index


def id_of(place: StreamPlace) -> str:
    """Return the id of the entry at a place."""
    return f"{place[1]}-{place[2]}"
