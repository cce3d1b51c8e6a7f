"""Records that clients keep for us for a while: sealed, so that nobody else reads or changes them, and with an end."""

from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from clock import in_milliseconds, now_ms
from services.sealing import SealBroken, Sealing

T = TypeVar("T")
LONGEST = 8_192
"""Characters of a sealed record."""


class SealedRecords(Generic[T]):
    """Seals records of one type for one purpose, each for `life`."""

    def __init__(self, secret: str, purpose: str, type_: type[T], life: timedelta) -> None:
        """Derive the key of the purpose. What is sealed for another one is not read."""
        self.life = life
        self._sealing = Sealing(secret, purpose)
        self._written: TypeAdapter[tuple[int, T]] = TypeAdapter(tuple[int, type_])  # type: ignore[valid-type]  # it is a value

    def seal(self, record: T) -> str:
        """Return a record as its client keeps it."""
        return self._sealing.seal(self._written.dump_json((now_ms() + in_milliseconds(self.life), record)).decode())

    def unseal(self, text: str) -> T | None:
        """Return a record; None where it has ended, was changed, or is none of ours."""
        if not text.isascii() or len(text) > LONGEST:
            return None
        try:
            until, record = self._written.validate_json(self._sealing.unseal(text))
        except (SealBroken, ValidationError):
            return None
        return record if now_ms() < until else None
