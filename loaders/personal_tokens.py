"""Lookups of tokens of programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph.driver import Graph
from graph.rows.personal_tokens import TOKENS_MAX, PersonalToken, TokenGrant
from keyspace.row_cache import PERSONAL_TOKENS
from loaders.cached_rows import CachedPairById
from loaders.loader import OptionalLoader


class TokenGrantById(CachedPairById[TokenGrant]):
    """What tokens prove, by the token's id; None for what was revoked, and for what never was."""

    kind, query = PERSONAL_TOKENS, "personal_tokens/by_id"

    @staticmethod
    def row(values: Sequence[Any]) -> TokenGrant:
        """Build what a token proves."""
        return TokenGrant.of(values)


class OwnPersonalTokenById(OptionalLoader[str, PersonalToken]):
    """The viewer's own tokens by the token's id, as they see them."""

    def __init__(self, graph: Graph, viewer: str | None) -> None:
        """Take the viewer's id, None for nobody signed in."""
        super().__init__()
        self._graph, self._viewer = graph, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PersonalToken]:
        """Look up those of these that the viewer made, among all of theirs, which are few."""
        if self._viewer is None:
            return {}
        rows = await self._graph.read("personal_tokens/of_user", viewer=self._viewer, limit=TOKENS_MAX)
        return {row[0]: PersonalToken.of(row) for row in rows if row[0] in keys}
