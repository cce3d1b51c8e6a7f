"""People you may know, and how far apart two users are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clock import now_ms
from graph.driver import Graph
from graph.rows.users import UserRow
from integers import MAX_SAFE_INTEGER

NAMED = 3
"""Mutuals named as the reason of a suggestion."""
RANKED = 50
"""Candidates ranked at first for each suggestion. Enough for all but 1 in 250 pages of a real graph of 81,306 users."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody followed by users whom the viewer follows: `mutuals` is their number, `mutual_ids` names some."""

    user: UserRow
    mutuals: int
    mutual_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Traversals of the second degree and beyond."""

    graph: Graph

    def of_viewer(self, viewer: str | None) -> "Suggestions":
        """Return a copy with which this viewer reads their own writes in a cluster."""
        return replace(self, graph=self.graph.as_viewer(viewer))

    async def people(self, viewer: int, limit: int) -> list[Suggestion]:
        """Return those with the most mutuals, exactly; of two with as many, the older account comes first.

        Left out are users whom the viewer follows, has asked or mutes, users who do not want to be found, and users who do not
        show the viewer who follows them: there would be no mutual to name. Only mutuals who show whom they follow count.

        Usually one round trip. A second one ranks everybody, if too many of the best are followed already, or if the last one
        shown has no more mutuals than the first one that was cut off.
        """
        found, settled = await self._ranked(viewer, limit, RANKED * limit)
        if not settled:
            found, _ = await self._ranked(viewer, limit, MAX_SAFE_INTEGER)
        return found

    async def _ranked(self, viewer: int, limit: int, enough: int) -> tuple[list[Suggestion], bool]:
        """Return suggestions out of the best `enough` candidates, and whether no other candidate could be among them."""
        now = now_ms()
        row = await self.graph.read(
            "suggestions/people", viewer=viewer, enough=enough, limit=limit, named=NAMED, now=now
        )
        ranked, fewest, rows = row or (0, None, [])
        settled = ranked < enough or (len(rows) == limit and rows[-1][0] > fewest)
        return [Suggestion(UserRow.of(values), mutuals, some) for mutuals, some, values in rows], settled

    async def path(self, viewer: int | None, source: int, target: int) -> list[UserRow] | None:
        """Return the users on a shortest path along follows that the viewer may see, or None beyond six steps.

        Both ends are included, and must be users whom the viewer may see.
        """
        rows = await self.graph.read("suggestions/path", viewer=viewer, source=source, target=target)
        return None if rows is None else [UserRow.of(values) for values in rows]
