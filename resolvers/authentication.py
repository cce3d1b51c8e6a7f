"""Who a client is, by the token that it sends: an access token of a person's session, or a token of a program."""

import asyncio
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any

from clock import moment, now_ms
from errors import Unauthenticated
from graph.driver import Graph
from graph.rows.personal_tokens import TokenGrant
from keyspace.row_cache import RowCache
from loaders.personal_tokens import TokenGrantById
from services.accounts.last_uses import LastUses
from services.accounts.personal_token_text import PREFIX, PersonalTokenText
from services.accounts.sessions import Sessions, mark_of, session_of_mark
from services.accounts.tokens import EXPIRED, NOT_VALID
from services.accounts.viewer import Viewer
from services.events.backoff import TROUBLE

KNOWN = 10_000
"""Tokens of programs of which a process knows what they prove, at about 1 kB each."""


@dataclass(frozen=True, slots=True)
class TokenLookups:
    """Looks up what a token stands for."""

    graph: Graph
    cache: RowCache
    sessions: Sessions

    async def certain_viewer(self, token: str) -> Viewer:
        """Return the viewer of a token where it is certain that it is good now.

        Raises:
            SessionEnded: it is of a session that has ended.
            Unauthenticated: it has expired or was revoked, or it is not a token of ours.
            Unavailable: nobody can say.

        """
        if token.startswith(PREFIX):
            return await self.of_program(token)
        viewer = self.sessions.access.verify(token)
        await self.sessions.check(viewer)
        return viewer

    async def of_program(self, token: str) -> Viewer:
        """Return the viewer of a token of a program.

        Raises:
            Unauthenticated: it has expired or was revoked, or it is not a token of ours.
            Unavailable: neither Redis nor the graph can say whether it was revoked.

        """
        text = PersonalTokenText.of(token)
        grant = None if text is None else await self.grant(text.id)
        if text is None or grant is None or not compare_digest(grant.secret_hash, text.secret_hash):
            raise Unauthenticated(NOT_VALID)
        viewer = Viewer(grant.user_id, grant.user_key, moment(grant.expires_at), grant.scopes, text.id)
        check_unexpired(viewer)
        return viewer

    async def grant(self, id_: str) -> TokenGrant | None:
        """Return what the token of a program proves, None where it is good no more."""
        return await TokenGrantById(self.graph, self.cache).one(id_)

    async def revoked(self, marks: Sequence[str]) -> Collection[str]:
        """Return those of some ids of tokens, and marks of sessions, of which it is certain that they are good no more.

        Where nobody can say, they are believed: sessions without Redis, and tokens without Redis and the graph.
        """
        sessions = {mark: session for mark in marks if (session := session_of_mark(mark)) is not None}
        ids = [mark for mark in marks if mark not in sessions]
        ended = list[str]()
        with suppress(*TROUBLE):
            stand = await self.sessions.stand(list(sessions.values()))
            ended += [mark for mark, stands in zip(sessions, stand, strict=True) if not stands]
        with suppress(*TROUBLE):
            grants = await TokenGrantById(self.graph, self.cache).many(ids)
            ended += [id_ for id_, grant in zip(ids, grants, strict=True) if grant is None]
        return ended


@dataclass(frozen=True, slots=True)
class Authentication:
    """Finds the viewer of a token. Whether it was revoked is looked up at each use, so that it is refused at once.

    What a token of a program proves never changes, so it is known from its first use on, but for that. An access token proves by
    itself what it does; what is looked up is its session.
    """

    lookups: TokenLookups
    last_uses: LastUses
    _known: dict[str, Viewer] = field(default_factory=dict)
    """The viewers of tokens of programs that were used before."""

    async def viewer(self, token: str) -> Viewer:
        """Return the viewer of a token.

        Raises:
            SessionEnded: it is of a session that has ended.
            Unauthenticated: it has expired or was revoked, or it is not a token of ours.
            Unavailable: neither Redis nor the graph can say whether it was revoked.

        """
        if token.startswith(PREFIX):
            return self._used(token, await self.lookups.of_program(token))
        viewer = self.lookups.sessions.access.verify(token)
        if viewer.session is not None:
            await self._admit_session(viewer)
        return viewer

    async def begun(self, token: str) -> tuple[Viewer, "asyncio.Task[None] | None"]:
        """Return the viewer of a token, and what finds out whether it was revoked, where the rest is known.

        That goes to Redis together with what the caller asks first, so that it costs no further round trip.

        Raises:
            Unauthenticated: it has expired, or it is not a token of ours; or it was revoked, where nothing of it was known.
            Unavailable: as for `viewer`.

        """
        if not token.startswith(PREFIX):
            viewer = self.lookups.sessions.access.verify(token)
            return viewer, None if viewer.session is None else _admission(self._admit_session(viewer))
        if (known := self._known.get(token)) is None:
            return await self.viewer(token), None
        return self._used(token, known), _admission(self._admit(token, str(known.token_id)))

    def _used(self, token: str, viewer: Viewer) -> Viewer:
        """Note a use of a token of a program."""
        try:
            check_unexpired(viewer)
        except Unauthenticated:
            self._known.pop(token, None)
            raise
        if token not in self._known and len(self._known) >= KNOWN:
            del self._known[next(iter(self._known))]
        self._known[token] = viewer
        self.last_uses.note(str(viewer.token_id))
        return viewer

    async def _admit(self, token: str, id_: str) -> None:
        if await self.lookups.grant(id_) is None:
            self._known.pop(token, None)
            raise Unauthenticated(NOT_VALID)

    async def _admit_session(self, viewer: Viewer) -> None:
        """Pass unless the viewer's session has ended. While Redis is away, a token is believed until it ends, which is soon."""
        with suppress(*TROUBLE):
            await self.lookups.sessions.check(viewer)
            self.last_uses.note_session(viewer)


def check_unexpired(viewer: Viewer) -> None:
    """Raise Unauthenticated where a viewer's token has expired."""
    if viewer.expires_at <= moment(now_ms()):
        raise Unauthenticated(EXPIRED)


def mark_of_viewer(viewer: Viewer) -> str | None:
    """Return by what processes tell each other that what this viewer came with is good no more; None for what always is."""
    return viewer.token_id if viewer.session is None else mark_of(viewer.session)


def _admission(looks: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Begin to find out whether somebody is let in."""
    admission = asyncio.create_task(looks, name="admission")
    admission.add_done_callback(_seen)
    return admission


def _seen(admission: "asyncio.Task[None]") -> None:
    """Look at how it ended: whoever waited is told, and if nobody did any more, nobody misses it."""
    if not admission.cancelled():
        admission.exception()
