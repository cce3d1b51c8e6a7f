"""Who a client is, by the token that it sends: an access token of a person's session, or a token of a program."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from clock import moment, now_ms
from errors import Unauthenticated
from graph.driver import Graph
from graph.rows.personal_tokens import TokenGrant
from keyspace.row_cache import RowCache
from loaders.personal_tokens import TokenGrantById
from services.accounts.last_uses import LastUses
from services.accounts.personal_token_text import PREFIX, PersonalTokenText
from services.accounts.tokens import EXPIRED, NOT_VALID, AccessTokens
from services.accounts.viewer import Viewer

KNOWN = 10_000
"""Tokens of programs of which a process knows what they prove, at about 1 kB each."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Finds the viewer of a token. A token of a program is looked up at each use, so one that was revoked is refused at once.

    What such a token proves never changes, so it is known from its first use on, but for whether it was revoked since.
    """

    graph: Graph
    cache: RowCache
    tokens: AccessTokens
    last_uses: LastUses
    _known: dict[str, Viewer] = field(default_factory=dict)
    """The viewers of tokens of programs that were used before."""

    async def viewer(self, token: str) -> Viewer:
        """Return the viewer of a token.

        Raises:
            Unauthenticated: it has expired or was revoked, or it is not a token of ours.
            Unavailable: neither Redis nor the graph can say whether it was revoked.

        """
        if not token.startswith(PREFIX):
            return self.tokens.verify(token)
        text = PersonalTokenText.of(token)
        grant = None if text is None else await self._grant(text.id)
        if text is None or grant is None or not compare_digest(grant.secret_hash, text.secret_hash):
            raise Unauthenticated(NOT_VALID)
        return self._used(token, Viewer(grant.user_id, grant.user_key, moment(grant.expires_at), grant.scopes, text.id))

    async def begun(self, token: str) -> tuple[Viewer, "asyncio.Task[None] | None"]:
        """Return the viewer of a token, and what finds out whether it was revoked, where the rest is known.

        That goes to Redis together with what the caller asks first, so that it costs no further round trip.

        Raises:
            Unauthenticated: it has expired, or it is not a token of ours; or it was revoked, where nothing of it was known.
            Unavailable: as for `viewer`.

        """
        if (known := self._known.get(token)) is None:
            return await self.viewer(token), None
        admission = asyncio.create_task(self._admit(token, str(known.token_id)), name="admission")
        admission.add_done_callback(_seen)
        return self._used(token, known), admission

    def _used(self, token: str, viewer: Viewer) -> Viewer:
        """Note a use of a token of a program."""
        if viewer.expires_at <= moment(now_ms()):
            self._known.pop(token, None)
            raise Unauthenticated(EXPIRED)
        if token not in self._known and len(self._known) >= KNOWN:
            del self._known[next(iter(self._known))]
        self._known[token] = viewer
        self.last_uses.note(str(viewer.token_id))
        return viewer

    async def _admit(self, token: str, id_: str) -> None:
        if await self._grant(id_) is None:
            self._known.pop(token, None)
            raise Unauthenticated(NOT_VALID)

    async def _grant(self, id_: str) -> TokenGrant | None:
        return await TokenGrantById(self.graph, self.cache).one(id_)

    async def revoked(self, ids: Sequence[str]) -> Collection[str]:
        """Return those of some ids of tokens that were revoked.

        Raises:
            Unavailable: neither Redis nor the graph can say.

        """
        grants = await TokenGrantById(self.graph, self.cache).many(ids)
        return [id_ for id_, grant in zip(ids, grants, strict=True) if grant is None]


def _seen(admission: "asyncio.Task[None]") -> None:
    """Look at how it ended: whoever waited is told, and if nobody did any more, nobody misses it."""
    if not admission.cancelled():
        admission.exception()
