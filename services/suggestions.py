"""People you may know, and how far apart two people are."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.driver import Graph
from graph.rows import UserRow

NAMED = 3
"""Mutuals named as the reason of a suggestion."""
SPARE = 50
"""Candidates looked at beyond those followed, for people who are not suggested for other reasons."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody whom people that the viewer follows follow: how many of them, and the ids of some."""

    person: UserRow
    mutuals: int
    mutual_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Traversals of the second degree and beyond."""

    graph: Graph

    async def people(self, viewer: int, limit: int) -> list[Suggestion]:
        """Give the people with most mutuals whom the viewer does not follow, exactly; ties go to the older account.

        Candidates are ranked before the followed are dropped, so at least as many are looked at as can be dropped; where
        more than `SPARE` go for other reasons, the question is asked again, wider. Usually two round trips.
        """
        enough = (await self.graph.read("feed/degree", viewer=viewer) or 0) + limit + SPARE
        while True:
            row = await self.graph.read("suggestions/people", viewer=viewer, enough=enough, limit=limit, named=NAMED)
            looked_at, found = row or (0, [])
            if len(found) >= limit or looked_at < enough:
                return [Suggestion(UserRow.of(values), mutuals, some) for mutuals, some, values in found]
            enough *= 4

    async def path(self, source: int, target: int) -> list[UserRow] | None:
        """Give the people on a shortest way along follows, both ends included, or None beyond six steps."""
        rows = await self.graph.read("suggestions/path", source=source, target=target)
        return None if rows is None else [UserRow.of(values) for values in rows]
