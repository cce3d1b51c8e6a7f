"""Rows of suggestions: people whom a viewer may know, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from graph.rows.users import UserRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody followed by users whom the viewer follows: `mutuals` is their number, `mutual_ids` are the ids of some of them."""

    id: str
    mutuals: int
    mutual_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates with the most mutuals, as they were at one moment; `ended` says that there was nobody else."""

    candidates: tuple[Candidate, ...]
    ended: bool

    def has(self, wanted: int) -> bool:
        """Return whether it has so many candidates, or all there are."""
        return self.ended or len(self.candidates) >= wanted

    def users_of(self, count: int) -> list[str]:
        """Return the ids of all whom the first `count` candidates name, each once, in the order in which they are named."""
        return list(dict.fromkeys(id_ for each in self.candidates[:count] for id_ in (each.id, *each.mutual_ids)))

    @classmethod
    def of(cls, values: Sequence[Any]) -> Self:
        """Build from the values of a `RankingKind`."""
        ended, candidates = values
        return cls(tuple(Candidate(*each) for each in candidates), ended)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate who is shown: `mutuals` is how many mutuals they have, `mutual_ids` names some."""

    user: UserRow
    mutuals: int
    mutual_ids: Sequence[str]
