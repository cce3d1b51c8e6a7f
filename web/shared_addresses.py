"""Warns when very many people seem to come from one address: then it is likely that of a proxy that is not trusted."""

from collections import Counter
from collections.abc import Hashable

import structlog

MANY = 200
"""People at once: more than most offices have, and fewer than any limit for an address allows."""

log = structlog.get_logger(__name__)


class SharedAddresses:
    """Counts who is connected from each address, and warns once for the process."""

    __slots__ = ("_people", "_warned")

    def __init__(self) -> None:
        """Begin with nobody."""
        self._people: dict[str, Counter[Hashable]] = {}
        self._warned = False

    def __len__(self) -> int:
        """Count the addresses."""
        return len(self._people)

    def add(self, address: str, person: Hashable) -> None:
        """Count a connection of a person."""
        people = self._people.setdefault(address, Counter())
        people[person] += 1
        if len(people) >= MANY and not self._warned:
            self._warned = True
            log.warning(
                "many people share one address; name proxies on other machines in ROOKERY_TRUSTED_PROXIES",
                address=address,
                people=len(people),
            )

    def remove(self, address: str, person: Hashable) -> None:
        """Count one less; nothing is kept of who has none."""
        people = self._people[address]
        people[person] -= 1
        if not people[person]:
            del people[person]
        if not people:
            del self._people[address]
