"""Sessions: each is one device on which somebody is signed in, until it or somebody ends it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from clock import in_milliseconds, moment, now_ms
from errors import NotFound, ReauthenticationNeeded, SessionEnded, Unavailable
from graph.ids import new_id
from graph.rows.mails import MailKind
from keyspace.sessions import SessionKey, SessionRecord, SessionStore
from services.accounts.client_address import network_of
from services.accounts.devices import UNKNOWN
from services.accounts.refresh_tokens import RefreshClaim, RefreshTokens
from services.accounts.tokens import AccessTokens
from services.accounts.viewer import RefreshToken, SessionTokens, Viewer
from services.events.account_events import SessionReused, SessionsEnded
from services.events.backoff import TROUBLE
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.mail.writing import MailWriting

SESSIONS_MAX = 50
"""Most sessions of one person; another one ends the one that was not used for longest."""
REUSED = "This refresh token was used before, so its session has ended. Log in again."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SessionLives:
    """How long a session lasts that is not refreshed, how long at most, and how long a used refresh token is answered again.

    `recent` is how long ago a person may have proved who they are for what needs more than a session.
    """

    idle: timedelta = timedelta(days=30)
    longest: timedelta = timedelta(days=180)
    grace: timedelta = timedelta(seconds=10)
    recent: timedelta = timedelta(minutes=10)


USUAL_LIVES = SessionLives()


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session as its owner sees it."""

    id: str
    device: str
    network: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, id_: str, record: SessionRecord) -> "ActiveSession":
        """Read what is stored of a session."""
        created, seen, expires = moment(record.created_at), moment(record.seen_at), moment(record.expires_at)
        return cls(id_, record.device, record.network, created, seen, expires)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Starts, refreshes, lists and ends sessions. `announce` tells every process that one has ended, `mail` its owner of a theft.

    All of it is in Redis, and every method raises Unavailable while that is away: what concerns sessions is not done on trust.
    `now` gives the time in milliseconds since 1970 UTC.
    """

    store: SessionStore
    access: AccessTokens
    refreshing: RefreshTokens
    announce: Callable[[str], Awaitable[None]]
    writer: CommandWriter
    mail: MailWriting
    lives: SessionLives = USUAL_LIVES
    now: Callable[[], int] = now_ms

    async def start(
        self,
        user_id: str,
        user_key: int,
        address: str,
        device: str = UNKNOWN,
        *,
        by_factor: bool = False,
        proved_at: int | None = None,
    ) -> SessionTokens:
        """Sign somebody in on a device, whose client has this IP address; `by_factor` where a second factor was proved.

        `proved_at` is when they proved who they are, in milliseconds since 1970 UTC, by default now.
        """
        now, key = self.now(), SessionKey(user_key, new_id())
        record = SessionRecord(
            user_id=user_id,
            generation=1,
            replaced_at=now,
            created_at=now,
            ends_at=now + in_milliseconds(self.lives.longest),
            idle_ends_at=now + in_milliseconds(self.lives.idle),
            seen_at=now,
            authenticated_at=now if proved_at is None else min(proved_at, now),
            factor_at=now if by_factor else 0,
            device=device,
            network=network_of(address),
        )
        await self._tell(user_key, await self.store.start(key, record, SESSIONS_MAX))
        return self._tokens(key, record)

    async def refresh(self, token: str) -> SessionTokens:
        """Let a session go on, and return its next tokens, after which this refresh token is good no more.

        Its answer may get lost, so for a moment the same token gets the same next one; of many requests at once each gets that.
        Later it was stolen, from us or from whoever used it first. Nobody can tell which, so the session ends for both.

        Raises:
            SessionEnded: there is no such session any more, or the token is none, or was used before.

        """
        claim = self.refreshing.read(token)
        if claim is None:
            raise SessionEnded("The refresh token is not valid. Log in again.")
        found = await self.store.refresh(
            claim.session, claim.generation, self.now(), in_milliseconds(self.lives.grace), in_milliseconds(self.lives.idle)
        )
        if found is None:
            raise SessionEnded
        if found.reused:
            await self._reused(claim.session, found.record)
            raise SessionEnded(REUSED)
        return self._tokens(claim.session, found.record)

    async def person_of(self, token: str) -> str:
        """Return the id of the person whose session a refresh token is of, which stays good by that.

        Raises:
            SessionEnded: there is no such session any more, or the token is none.

        """
        claim = self.refreshing.read(token)
        record = None if claim is None else await self.store.one(claim.session)
        if record is None:
            raise SessionEnded
        return record.user_id

    async def all(self, viewer: Viewer) -> Sequence[ActiveSession]:
        """Return the viewer's sessions, those that were used last first."""
        now = self.now()
        found = [(id_, each) for id_, each in (await self.store.all(viewer.key)).items() if each.expires_at > now]
        found.sort(key=lambda each: (each[1].seen_at, each[0]), reverse=True)
        return [ActiveSession.of(id_, each) for id_, each in found]

    async def check(self, viewer: Viewer) -> None:
        """Pass where the session of the viewer's token stands for certain, and where the token is of none.

        Raises:
            SessionEnded: it has ended.
            Unavailable: nobody can say.

        """
        if (session := viewer.session) is not None and not await self.store.stands(session):
            raise SessionEnded

    async def check_recent(self, viewer: Viewer) -> None:
        """Pass as `check` does, where the person proved who they are a short time ago.

        Raises:
            ReauthenticationNeeded: that is too long ago.
            SessionEnded: the session has ended.
            Unavailable: nobody can say.

        """
        if (session := viewer.session) is None:
            return
        if not self._is_recent((await self._record(session)).authenticated_at):
            raise ReauthenticationNeeded

    async def has_recent_factor(self, viewer: Viewer) -> bool:
        """Return whether the viewer proved a second factor a short time ago, in this session. A token of none is taken as it is.

        Raises:
            SessionEnded: the session has ended.
            Unavailable: nobody can say.

        """
        return (session := viewer.session) is None or self._is_recent((await self._record(session)).factor_at)

    async def check_recent_factor(self, viewer: Viewer) -> None:
        """Pass where the viewer proved a second factor a short time ago.

        Raises:
            ReauthenticationNeeded: that is too long ago.
            SessionEnded: the session has ended.
            Unavailable: nobody can say.

        """
        if not await self.has_recent_factor(viewer):
            raise ReauthenticationNeeded

    async def note_added_factor(self, viewer: Viewer) -> None:
        """Note that the viewer has used a factor by adding it in this session; while Redis is away they use it once more."""
        if (session := viewer.session) is not None:
            with suppress(*TROUBLE):
                await self.store.note_factor(session, self.now())

    def _is_recent(self, at: int) -> bool:
        return self.now() - at <= in_milliseconds(self.lives.recent)

    async def _record(self, session: SessionKey) -> SessionRecord:
        record = await self.store.one(session)
        if record is None:
            raise SessionEnded
        return record

    async def note_authenticated(self, viewer: Viewer, *, by_factor: bool) -> datetime:
        """Note that the viewer has just proved who they are, perhaps by a second factor, and return until when that counts.

        Raises:
            SessionEnded: their session has ended, or their token is of none.

        """
        now = self.now()
        if (session := viewer.session) is None or not await self.store.note_authenticated(session, now, by_factor=by_factor):
            raise SessionEnded
        return moment(now) + self.lives.recent

    async def stand(self, sessions: Sequence[SessionKey]) -> Sequence[bool]:
        """Return of each session whether it stands."""
        return await self.store.stand(sessions)

    async def log_out(self, token: str) -> str | None:
        """End the session of a refresh token, and return its id, or None where it had ended before.

        Raises:
            SessionEnded: this is no refresh token.

        """
        claim = self.refreshing.read(token)
        if claim is None:
            raise SessionEnded("The refresh token is not valid.")
        return claim.session.id if await self.end(claim.session) else None

    async def end(self, session: SessionKey) -> bool:
        """End a session at once, in every process; return whether it was there."""
        was_there = await self.store.end(session)
        await self._tell(session.person, [session.id])
        return was_there

    async def revoke(self, viewer: Viewer, session_id: str) -> None:
        """End a session of the viewer.

        Raises:
            NotFound: the viewer has no such session.

        """
        if not await self.end(SessionKey(viewer.key, session_id)):
            raise NotFound("session")

    async def end_others(self, viewer: Viewer) -> Sequence[str]:
        """End every session of the viewer but that of their token, and return the ids of those that ended."""
        return await self._end_all(viewer.key, viewer.session_id)

    async def end_everywhere(self, viewer: Viewer) -> Sequence[str]:
        """End every session of the viewer, and let no device on which they were signed in be known; return the ids that ended.

        The devices first, so that who gets an error is signed in still, and may send it again.

        Raises:
            Unavailable: Redis or the graph is down.

        """
        await self.writer.of_viewer(viewer.id).write("accounts/forget_devices", id=viewer.id, at=self.now())
        return await self.end_all(viewer.key)

    async def end_all(self, user_key: int) -> Sequence[str]:
        """End every session of a person, and return their ids."""
        return await self._end_all(user_key, None)

    async def end_all_soon(self, user_key: int) -> None:
        """End every session of a person now, or, while Redis is away, when the worker handles the event `SessionsEnded`.

        So it is for writes that have such an event.
        """
        try:
            await self.end_all(user_key)
        except TROUBLE as error:
            log.warning("sessions_not_ended", error=type(error).__name__)

    async def end_others_soon(self, viewer: Viewer) -> Sequence[str]:
        """End every session of the viewer but that of their token, as `end_all_soon` does; return the ids of those that ended."""
        try:
            return await self.end_others(viewer)
        except TROUBLE as error:
            log.warning("sessions_not_ended", error=type(error).__name__)
            return []

    async def ended(self, event: SessionsEnded) -> None:
        """End for certain what was to end at a moment, whatever was started since."""
        await self._end_all(event.user_key, event.spared or None, event.latest)

    async def _end_all(self, user_key: int, spared: str | None, latest: int | None = None) -> Sequence[str]:
        """End what there is, or what was started until a moment. Clocks differ, so what is to end now ends whenever it began."""
        ids = await self.store.end_others(user_key, spared, latest)
        await self._tell(user_key, ids)
        return ids

    def _tokens(self, key: SessionKey, record: SessionRecord) -> SessionTokens:
        access = self.access.issue(record.user_id, key.person, key.id, moment(record.expires_at))
        refresh = self.refreshing.write(RefreshClaim(key, record.generation))
        return SessionTokens(access, RefreshToken(refresh, moment(record.expires_at)))

    async def _tell(self, user_key: int, ids: Iterable[str]) -> None:
        """Tell every process which sessions have ended; each looks by itself as well, so a message may get lost."""
        try:
            for id_ in ids:
                await self.announce(mark_of(SessionKey(user_key, id_)))
        except TROUBLE as error:
            log.info("revocation_not_announced", error=type(error).__name__)

    async def _reused(self, session: SessionKey, record: SessionRecord) -> None:
        """Tell that a refresh token was used twice: every process, and by mail whose session it was.

        It has ended all the same where the graph is away. Then only the log says why: nothing else outlasts the session.
        """
        log.warning("refresh_token_reused", user=record.user_id, session=session.id)
        await self._tell(session.person, [session.id])
        notices = self.mail.notices(MailKind.SESSION_STOLEN)

        def events(row: Sequence[Any]) -> list[Event]:
            key, is_told = row
            reused = SessionReused(user_id=record.user_id, user_key=key, session_id=session.id, device=record.device)
            return [reused, *(each.requested() for each in notices if is_told)]

        try:
            mails = [each.mail for each in notices]
            await self.writer.write("accounts/session_reused", events=events, id=record.user_id, mails=mails)
        except Unavailable as error:
            log.warning("theft_not_told", user=record.user_id, session=session.id, error=type(error).__name__)


_MARK = "session"


def mark_of(session: SessionKey) -> str:
    """Return by what processes tell each other of a session that has ended: other than the id of any token."""
    return f"{_MARK}/{session.person}/{session.id}"


def session_of_mark(mark: str) -> SessionKey | None:
    """Return the session of such a mark; None for that of something else."""
    kind, _, rest = mark.partition("/")
    person, _, id_ = rest.partition("/")
    return SessionKey(int(person), id_) if kind == _MARK else None
