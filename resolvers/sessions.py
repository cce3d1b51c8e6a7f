"""How tokens come to clients and from them: in answers and arguments, or in cookies; and what a token proves."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from errors import Forbidden, InvalidInput, SessionEnded, Unauthenticated
from graph.rows.personal_tokens import TokenScope
from graph.rows.users import UserRow, UserState
from resolvers.authentication import TokenLookups
from resolvers.context import Client, Context
from services.accounts.devices import device_name
from services.accounts.sessions import ActiveSession
from services.accounts.viewer import SignedIn, Viewer
from services.events.backoff import TROUBLE


@dataclass(frozen=True, slots=True)
class SessionAnswer:
    """A session as its client is told of it: without tokens where these are in cookies."""

    user: UserRow
    access_token: str | None
    expires_at: datetime
    refresh_token: str | None
    refresh_expires_at: datetime
    device_token: str | None


@dataclass(frozen=True, slots=True)
class TokenProof:
    """What a token proves, and of whom."""

    user: UserRow
    viewer: Viewer

    @property
    def scopes(self) -> Sequence[TokenScope] | None:
        """What a token of a program opens, in the order of all scopes."""
        opened = self.viewer.scopes
        return None if opened is None else [scope for scope in TokenScope if scope in opened]


def device_of(context: Context, given: str | None) -> str:
    """Return what to call the device of a client that signs in, which says so, or does not.

    Raises:
        Forbidden: it wants its tokens in cookies, and can be given none.
        InvalidInput: on `deviceName`, when it is too long or holds characters that no line has.

    """
    client = _with_cookies(context) or context.client
    return device_name(given, "" if client is None else client.user_agent)


def device_token_of(context: Context, given: str | None) -> str | None:
    """Return what says that somebody was signed in on a device before: what the client gives, or has in a cookie.

    Raises:
        Forbidden: it has its tokens in cookies, and its page may not use them.

    """
    client = _with_cookies(context)
    return given if given is not None or client is None else client.device_cookie


async def begun(context: Context, signed_in: SignedIn) -> SessionAnswer:
    """Hand over the tokens of somebody who signs in; the session that the client had in its cookies before ends.

    Nobody has the tokens of that one any more, so that only whoever had copied them could go on with it.
    """
    if (client := _with_cookies(context)) is not None:
        with suppress(Forbidden, SessionEnded, *TROUBLE):  # whoever signs in has signed in all the same
            if (before := client.refresh_cookie) is not None:
                await context.services.accounts.sessions.log_out(before)
    return _handed_over(context, signed_in)


def _handed_over(context: Context, signed_in: SignedIn) -> SessionAnswer:
    """Make somebody who signs in the viewer of the rest of the operation, and hand over their tokens as the client wants them."""
    access, refresh, client = signed_in.tokens.access, signed_in.tokens.refresh, _with_cookies(context)
    context.sign_in(access.viewer)
    user, device = signed_in.user, signed_in.device
    if client is None:
        token = None if device is None else device.token
        return SessionAnswer(user, access.token, access.expires_at, refresh.token, refresh.expires_at, token)
    client.keep(access.token, access.expires_at, refresh.token, refresh.expires_at)
    if device is not None:
        client.keep_device(device.token, device.expires_at)
    return SessionAnswer(user, None, access.expires_at, None, refresh.expires_at, None)


async def refreshed(context: Context, token: str | None) -> SessionAnswer:
    """Let a session go on by its refresh token, which is in a cookie where none is given.

    Raises:
        Forbidden: the client wants its tokens in cookies, and can be given none, or its page may not use those that it has.
        InvalidInput: there is no token, and no cookie is asked for.
        SessionEnded: the session has ended, or the account is not in use.

    """
    client = _with_cookies(context)
    if client is None:
        if token is None:
            raise InvalidInput("refreshToken", "Send the refresh token, or the header `X-Rookery-Session: cookie`.")
        return _handed_over(context, await _refreshed(context, token))
    try:
        return _handed_over(context, await _refreshed(context, token or client.refresh_cookie))
    except SessionEnded:
        client.forget()
        raise


def _with_cookies(context: Context) -> Client | None:
    """Return the client where it keeps its tokens in cookies."""
    client = context.client
    return client if client is not None and client.wants_cookies else None


async def _refreshed(context: Context, token: str | None) -> SignedIn:
    """Use a refresh token, last of all: where anything else fails, the client may send it again however late."""
    if token is None:
        raise SessionEnded
    sessions = context.services.accounts.sessions
    user = await context.loaders.users.one(await sessions.person_of(token))
    if user is None or user.state is not UserState.ACTIVE:
        raise SessionEnded
    return SignedIn(user, await sessions.refresh(token))


async def logged_out(context: Context, token: str | None) -> str | None:
    """End the session of a refresh token; without one that of the cookies, where the client has these, or that of the viewer.

    Return its id, None where it had ended before.

    Raises:
        Forbidden: the client has cookies, and its page may not use them.
        SessionEnded: this is no refresh token.
        Unauthenticated: nobody is signed in, or by a token that is of no session.

    """
    sessions, client = context.services.accounts.sessions, _with_cookies(context)
    if client is not None:
        token = token or client.refresh_cookie
        try:
            return None if token is None else await sessions.log_out(token)
        finally:  # whatever fails: no script can remove them
            client.forget()
    if token is not None:
        return await sessions.log_out(token)
    session = context.signed_in().session
    if session is None:
        raise Unauthenticated("This token is of no session.")
    return session.id if await sessions.end(session) else None


async def own_sessions(context: Context, ids: Sequence[str]) -> Sequence[ActiveSession | None]:
    """Return sessions of the viewer by id, to a person alone: a program does not learn of them."""
    viewer = context.viewer
    if viewer is None or viewer.token_id is not None:
        return [None] * len(ids)
    found = {each.id: each for each in await context.services.accounts.sessions.all(viewer)}
    return [found.get(id_) for id_ in ids]


async def proof_of(context: Context, token: str) -> TokenProof | None:
    """Return what a token proves now, None where it is good for nothing.

    Raises:
        Unavailable: nobody can say.

    """
    services = context.services
    lookups = TokenLookups(services.graph, services.cache, services.accounts.sessions)
    try:
        viewer = await lookups.certain_viewer(token)
    except Unauthenticated:
        return None
    user = await context.loaders.users.one(viewer.id)
    return None if user is None or user.state is not UserState.ACTIVE else TokenProof(user, viewer)
