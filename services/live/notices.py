"""What is told of a stream itself: that it begins, and that something was missed."""

from dataclasses import dataclass
from enum import StrEnum

from services.live.places import StreamPlace


class ResyncReason(StrEnum):
    """Why what was missed cannot be told."""

    EXPIRED = "EXPIRED"
    LOST = "LOST"
    TOO_MANY = "TOO_MANY"
    TOO_SLOW = "TOO_SLOW"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Started:
    """All that comes after the place is told from now on."""

    place: StreamPlace


@dataclass(frozen=True, slots=True)
class Resync:
    """Entries up to the place were missed: the client is to read its timeline again. What comes after it is told.

    `missed` is how many they were, where it is known; not all of them need have been for the viewer.
    """

    reason: ResyncReason
    place: StreamPlace
    missed: int | None = None


Notice = Started | Resync
