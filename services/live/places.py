"""Places in the live stream, which is what cursors of subscriptions name."""

from typing import TypeAlias

StreamPlace: TypeAlias = tuple[str, int, int]
"""Where an entry stands: the epoch of its stream, milliseconds since 1970 UTC, and a number. Order is within an epoch."""


def place_of(epoch: str, id_: str) -> StreamPlace:
    """Return the place that the id of an entry names."""
    milliseconds, _, number = id_.partition("-")
    return epoch, int(milliseconds), int(number)


def id_of(place: StreamPlace) -> str:
    """Return the id of the entry at a place."""
    return f"{place[1]}-{place[2]}"


def beside(post: str) -> StreamPlace:
    """Return what stands for the place of a post's counts, which have none in the stream. It comes after all places."""
    return f"~{post}", 0, 0
