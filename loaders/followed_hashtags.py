"""Lookups of the hashtags that the viewer follows."""

import asyncio
from collections.abc import Mapping, Sequence

from graph.driver import Graph
from loaders.loader import Loader


class FollowedHashtags(Loader[str, bool]):
    """Whether the viewer follows a hashtag, by its name: all that they follow are read by one statement for an operation."""

    def __init__(self, graph: Graph, viewer: int | None) -> None:
        """`viewer` is the small integer key of who is signed in, None for nobody."""
        super().__init__()
        self._graph, self._viewer = graph, viewer
        self._reading: asyncio.Task[Sequence[str]] | None = None

    async def all(self) -> Sequence[str]:
        """Return the names of the hashtags that the viewer follows, newest first."""
        if self._viewer is None:
            return ()
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read(self._viewer))
        # Shielded, since a failing sibling field cancels what it awaits.
        return await asyncio.shield(self._reading)

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Return which of some hashtags are followed."""
        followed = set(await self.all())
        return {key: key in followed for key in keys}

    def absent(self, key: str) -> bool:  # noqa: ARG002 - the same for every key
        """Return False."""
        return False

    async def _read(self, viewer: int) -> Sequence[str]:
        return [name for name, _ in await self._graph.read("hashtags/followed", viewer=viewer)]


