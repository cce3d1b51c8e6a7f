"""How long what is cached lives, and when it is refreshed before its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import random

SPREAD = 0.1
"""The largest part by which a lifetime is prolonged: of an hour up to six minutes."""


def spread(seconds: float) -> int:
    """Return a lifetime in whole seconds, prolonged by a random part, so that what was stored together does not end together."""
    return int(seconds * (1 + SPREAD * random()))  # noqa: S311 - it spreads load, and guards nothing


@dataclass(frozen=True, slots=True)
class EarlyRefresh:
    """With what chance a read refreshes a row that soon expires.

    `chances` are pairs, rarest first: a chance from 0 to 1, and from how many seconds before its end a row is refreshed with it.
    So the more a row is read, the surer it is refreshed before it ends, and a row that nobody reads just ends.
    """

    chances: Sequence[tuple[float, int]] = ()

    def ahead(self, draw: float) -> int:
        """Return how many seconds before their end rows are refreshed by a read that draws a number from 0 to 1; 0 for none."""
        for chance, seconds in self.chances:
            if draw < chance:
                return seconds
        return 0
