"""Rankings that are held for later pages, looked up and held for all pages of an operation in one round trip each."""

from collections.abc import Mapping, Sequence
from inspect import isawaitable

from keyspace.held_rankings import HeldRankings
from loaders.loader import Loader, OptionalLoader


class RankingByToken(OptionalLoader[str, Sequence[str]]):
    """The rankings of the viewer that are held, by their token; None where one is not held any more."""

    def __init__(self, rankings: HeldRankings) -> None:
        """Take the viewer's rankings."""
        super().__init__()
        self._rankings = rankings

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Sequence[str] | None]:
        """Look up the tokens."""
        return await self._rankings.held(keys)


class HoldingByToken(Loader[str, bool]):
    """Holds rankings of the viewer: those of one tick of the event loop together."""

    def __init__(self, rankings: HeldRankings) -> None:
        """Take the viewer's rankings."""
        super().__init__()
        self._rankings = rankings
        self._ids: dict[str, Sequence[str]] = {}

    async def hold(self, token: str, ids: Sequence[str]) -> None:
        """Hold a ranking, which is not empty, under a new token.

        Raises:
            Unavailable: Redis is away.

        """
        self._ids[token] = ids
        held = self.load(token)
        if isawaitable(held):
            await held

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Hold the rankings of these tokens."""
        await self._rankings.hold({token: self._ids.pop(token) for token in keys})
        return dict.fromkeys(keys, True)
