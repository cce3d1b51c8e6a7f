"""Lookups of whom a viewer may know, ranked: made from the graph, and cached for a minute at most."""

import asyncio
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
    """The ranking of the viewer by the viewer's id, with at least `wanted` candidates where it was not cached.

    `wanted` is the most that any field of the operation asked for, so that fields beside each other share a ranking.
    """

    query, decoded = "suggestions/people", 256

    def __init__(self, graph: Graph, cache: RowCache, viewer: tuple[str, int]) -> None:
        """Take the two stores, and the viewer as id and key."""
        self.id, self._key = viewer
        self.kind = RankingKind(viewer=self._key)
        self.wanted = LEAST
        self._renewing = asyncio.Lock()
        super().__init__(graph, cache)

    @staticmethod
    def row(values: Sequence[Any]) -> Ranking:
        """Build the ranking."""
        return Ranking.of(values)

    async def current(self, wanted: int) -> Ranking:
        """Return the cached ranking, or one that is made now and has `wanted` candidates if there are so many."""
        self.wanted = max(self.wanted, wanted)
        ranking = await self.one(self.id)
        assert ranking is not None  # there is one for everybody, if an empty one
        return ranking

    async def anew(self, short: Ranking, wanted: int) -> Ranking:
        """Return a ranking that is newer than one that is too short, and has `wanted` candidates if there are so many.

        It is made now and cached, unless another field of the operation just made one that is long enough.
        """
        self.wanted = max(self.wanted, wanted)
        async with self._renewing:
            ranking = self.known[self.id]
            if ranking is None or ranking is short or not ranking.has(wanted):
                ranking = self.known[self.id] = await self._renewed(self.wanted)
            return ranking

    async def _renewed(self, wanted: int) -> Ranking:
        """Remove the cached ranking, and make one.

        Somebody else may store a shorter one in between: then this one is returned all the same, and not stored.
        """
        with suppress(Unavailable):
            await self._cache.invalidate([(self.kind, self.id)])
        lookup = await self._cache.rows(self.kind, [self.id], self.decoder)
        found: Ranking | None = lookup.found.get(self.id)
        if found is not None and found.has(wanted):
            return found

        async def load(ids: Sequence[str], _sized: Leases) -> Mapping[str, Ranking]:
            return await self._stored(ids, lookup.leases, wanted)

        # It is joined only by those who hold the same lease and want as many.
        sized = {id_: lease + b" %d" % wanted for id_, lease in lookup.leases.items()}
        return (await self._cache.flights.load({self.id: self.kind.key(self.id)}, sized, load))[self.id]

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
        return await self._stored(ids, leases, self.wanted)

    async def _stored(self, ids: Sequence[str], leases: Leases, wanted: int) -> Mapping[str, Ranking]:
        """Make the ranking with `wanted` candidates if there are so many, and store it where the lease still stands."""
        made = await self.made(wanted)
        await self._cache.fill_rows(self.kind, dict.fromkeys(ids, made), leases)
        return dict.fromkeys(ids, self.row(made))
