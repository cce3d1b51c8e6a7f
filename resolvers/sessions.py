"""Whose a refresh token is, and what a token proves."""

from collections.abc import Sequence
from dataclasses import dataclass

from errors import SessionEnded, Unauthenticated
from graph.rows.personal_tokens import TokenScope
from graph.rows.users import UserRow, UserState
from resolvers.authentication import TokenLookups
from resolvers.context import Context
from services.accounts.sessions import ActiveSession
from services.accounts.viewer import SignedIn, Viewer


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


async def refreshed(context: Context, token: str) -> SignedIn:
    """Let a session go on by its refresh token, and make its person the viewer of the rest of the operation.

    Raises:
        SessionEnded: the session has ended, or the account is not in use.

    """
    tokens = await context.services.sessions.refresh(token)
    viewer = tokens.access.viewer
    user = await context.loaders.users.one(viewer.id)
    if user is None or user.state is not UserState.ACTIVE:
        raise SessionEnded
    context.sign_in(viewer)
    return SignedIn(user, tokens)


async def logged_out(context: Context, token: str | None) -> str | None:
    """End the session of a refresh token, or that of the viewer without one; return its id, None where it had ended before.

    Raises:
        SessionEnded: this is no refresh token.
        Unauthenticated: nobody is signed in, or by a token that is of no session.

    """
    sessions = context.services.sessions
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
    found = {each.id: each for each in await context.services.sessions.all(viewer)}
    return [found.get(id_) for id_ in ids]


async def proof_of(context: Context, token: str) -> TokenProof | None:
    """Return what a token proves now, None where it is good for nothing.

    Raises:
        Unavailable: nobody can say.

    """
    services = context.services
    lookups = TokenLookups(services.graph, services.cache, services.sessions)
    try:
        viewer = await lookups.certain_viewer(token)
    except Unauthenticated:
        return None
    user = await context.loaders.users.one(viewer.id)
    return None if user is None or user.state is not UserState.ACTIVE else TokenProof(user, viewer)
