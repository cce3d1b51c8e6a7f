"""How far apart two users are."""

from dataclasses import dataclass, replace

from graph.driver import Graph
from graph.rows.users import UserRow


@dataclass(frozen=True, slots=True)
class Paths:
    """Shortest ways between users."""

    graph: Graph

    def of_viewer(self, viewer: str | None) -> "Paths":
        """Return a copy with which this viewer reads their own writes in a cluster."""
        return replace(self, graph=self.graph.as_viewer(viewer))

    async def shortest(self, viewer: int | None, source: int, target: int) -> list[UserRow] | None:
        """Return the users on a shortest path along follows that the viewer may see, or None beyond six steps.

        Both ends are included, and must be users whom the viewer may see.
        """
        rows = await self.graph.read("suggestions/path", viewer=viewer, source=source, target=target)
        return None if rows is None else [UserRow.of(values) for values in rows]
