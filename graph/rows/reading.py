"""Rows of where people are in their feeds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clock import moment


class ReadingFeed(StrEnum):
    """A feed in which people keep their place."""

    HOME = "HOME"
    PUBLIC = "PUBLIC"


@dataclass(frozen=True, slots=True)
class ReadingPosition:
    """Where somebody is in a feed, and since when, in milliseconds since 1970 UTC. `place` is one of the feed's keyset."""

    feed: ReadingFeed
    place: tuple[int | str, ...]
    at: int

    @property
    def read_at(self) -> datetime:
        """When they were there."""
        return moment(self.at)
