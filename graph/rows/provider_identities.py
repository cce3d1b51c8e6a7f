"""Providers that are linked to an account, as their owner sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from clock import moment


@dataclass(frozen=True, slots=True)
class LinkedProvider:
    """A provider by its name, when it was linked, and when somebody last logged in by it; None for never since."""

    name: str
    linked_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the list that `provider_identities/of_user` gives."""
        name, linked_at, last_used_at = values
        return cls(name, moment(linked_at), None if last_used_at is None else moment(last_used_at))
