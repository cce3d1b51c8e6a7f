"""Lookups of whom a viewer may know, ranked: made from the graph, and cached for a minute at most."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from clock import now_ms
from errors import Unavailable
from graph.driver import Graph
from graph.rows.suggestions import Ranking
from integers import MAX_SAFE_INTEGER
from keyspace.rankings import RankingKind
from keyspace.row_cache import Leases, RowCache, Values
from loaders.cached_rows import CachedRowById

MUTUALS_HELD = 6
"""Most mutuals whose ids are held for each candidate: of three that are named, as many may be hidden meanwhile."""
SPARE = 5
"""Candidates held beyond those asked for, to stand in for those who may not be shown any more."""
LEAST = 10
"""Fewest suggestions for which a ranking is made: the usual number, so that whoever asks for less makes none of their own."""
RANKED = 50
"""Candidates ranked at first for each suggestion. Enough for all but 1 in 250 pages of a real graph of 81,306 users."""


class RankingByViewer(CachedRowById[Ranking]):
    """The ranking of the viewer by the viewer's id, with at least `wanted` candidates where it was not cached."""

    query, decoded = "suggestions/people", 256

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int]) -> None:
        """Take the two stores, and the viewer as id and key."""
        self.id, self._key = viewer
        self.kind = RankingKind(viewer=self._key)
        self.wanted = LEAST
        super().__init__(graph, cache)

    @staticmethod
    def row(values: Sequence[Any]) -> Ranking:
        """Build the ranking."""
        return Ranking.of(values)

    async def current(self, wanted: int) -> Ranking:
        """Return the cached ranking, or one that is made now and has `wanted` candidates if there are so many."""
        self.wanted = max(LEAST, wanted)
        ranking = await self.one(self.id)
        assert ranking is not None  # there is one for everybody, if an empty one
        return ranking

    async def anew(self, wanted: int) -> Ranking:
        """Return a ranking that is made now and has `wanted` candidates if there are so many, and cache it."""
        with suppress(Unavailable):
            await self._cache.invalidate([(self.kind, self.id)])
        self.known.clear()
        self.leases.clear()
        return await self.current(wanted)

    async def made(self, wanted: int) -> Values:
        """Return the values of a ranking from the graph.

        Those with the most mutuals come first, exactly; of two with as many, the older account. Left out are users whom the
        viewer follows, has asked or mutes, users who do not want to be found, and users who do not show the viewer who follows
        them: there would be no mutual to name. Only mutuals who show whom they follow count.

        Usually one round trip. A second one ranks everybody, if too many of the best are followed already, or if the last one
        wanted has no more mutuals than the first one that was cut off.
        """
        found = await self._best(wanted, RANKED * wanted)
        if found is None:
            found = await self._best(wanted, MAX_SAFE_INTEGER)
        assert found is not None  # everybody was ranked
        return found

    async def _best(self, wanted: int, enough: int) -> Values | None:
        """Return a ranking out of the best `enough` candidates, None where others could be among those wanted."""
        limit = wanted + SPARE
        row = await self._graph.read(
            self.query, viewer=self._key, enough=enough, limit=limit, held=MUTUALS_HELD, now=now_ms()
        )
        ranked, fewest, candidates = row or (0, None, [])
        if ranked < enough:
            return len(candidates) < limit, candidates
        # Candidates with as many mutuals as the last one ranked stand beside others who were cut off.
        certain = [candidate for candidate in candidates if candidate[1] > fewest]
        return (False, certain) if len(certain) >= wanted else None

    async def _read(self, ids: Sequence[str], leases: Leases) -> Mapping[str, Ranking]:
        """Read the ranking from the graph, and store it where the lease still stands."""
        made = await self.made(self.wanted)
        await self._cache.fill_rows(self.kind, dict.fromkeys(ids, made), leases)
        return dict.fromkeys(ids, self.row(made))
