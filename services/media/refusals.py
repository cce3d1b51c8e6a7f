"""Why a picture is refused: short stable words that clients may switch on."""

from enum import StrEnum


class Refusal(StrEnum):
    """What is wrong with an upload; stored with the picture and shown to its owner."""

    EMPTY = "EMPTY"
    LARGER_THAN_ANNOUNCED = "LARGER_THAN_ANNOUNCED"
    NOT_A_PICTURE = "NOT_A_PICTURE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    DAMAGED = "DAMAGED"
    TOO_COSTLY = "TOO_COSTLY"
    """Decoding it took more memory or time than any honest picture needs."""
    LOST = "LOST"
    """The upload was gone before it could be processed."""


class Refused(Exception):  # an answer about a picture, not a fault of the program
    """Raised for a picture that cannot be accepted."""

    def __init__(self, reason: Refusal) -> None:
        """Keep the reason."""
        super().__init__(reason.value)
        self.reason = reason
