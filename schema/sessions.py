"""Sessions: going on with one, seeing where one is signed in, and ending what should not be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

import resolvers.sessions
from execution.declarations import Cost, RowsOf
from graph.rows.personal_tokens import TokenScope
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.sessions import TokenProof
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.accounts import Session
from schema.fields import attribute, computed, global_id
from schema.inputs import IdOf
from schema.nodes import Node
from schema.operations import mutation, public_mutation, query
from schema.payloads import Returned, returned
from schema.users import User
from services.accounts import sessions as rows
from services.accounts.sessions import SESSIONS_MAX
from services.accounts.viewer import Viewer


@strawberry.type(description="A session of the viewer: a device on which they are signed in.")
class ActiveSession(Node):
    """Shows the row of the same name, to its owner alone."""

    id: strawberry.ID = global_id("ActiveSession")
    device_name: str = attribute("What the device is called: as it said itself, or after its browser.", "device")
    network: str = attribute("The network of the address from which the person signed in, such as `192.0.2.0/24`.")
    created_at: datetime = attribute("When the person signed in.")
    last_seen_at: datetime = attribute("When it was last used, some minutes late.", "seen_at")
    expires_at: datetime = attribute("When it ends, unless it is refreshed before.")
    is_current: bool = computed(
        lambda session, context: context.viewer is not None and context.viewer.session_id == session.id,
        "Whether it is the one of this request.",
    )

    is_type_of = RowsOf(rows.ActiveSession)


@query(list[ActiveSession], cost=Cost(rows=SESSIONS_MAX), access=BY_PERSON)
async def sessions(context: Context, viewer: Viewer) -> Sequence[rows.ActiveSession]:
    """Where the viewer is signed in, what was used last first."""
    return await context.services.accounts.sessions.all(viewer)


@public_mutation(
    takes="What a session goes on with.",
    gives={"session": returned(Session, "The person, with the next tokens of the session.")},
)
async def refresh_session(
    context: Context,
    refresh_token: Annotated[str | None, "The refresh token that the device got last; null where it is in a cookie."] = None,
) -> Returned:
    """Get the next two tokens of a session. An old refresh token is good for some seconds more, and then ends its session."""
    return {"session": await resolvers.sessions.refreshed(context, refresh_token)}


@public_mutation(
    takes="Which session ends.",
    gives={"ended_session_id": returned(strawberry.ID | None, "The id of the session; null where it had ended before.")},
    access=BY_PERSON,
)
async def log_out(
    context: Context,
    refresh_token: Annotated[str | None, "For a device whose access token has ended; null: the session of this request."] = None,
) -> Returned:
    """Sign out on this device: every token of the session is refused at once, and what it has open ends."""
    ended = await resolvers.sessions.logged_out(context, refresh_token)
    return {"ended_session_id": None if ended is None else strawberry.ID(encode("ActiveSession", ended))}


@mutation(
    takes="Which session is to end.",
    gives={"revoked_session_id": returned(strawberry.ID, "The id of the session that is no more.")},
    access=BY_PERSON_RECENTLY,
)
async def revoke_session(
    context: Context, viewer: Viewer, session_id: Annotated[str, IdOf("ActiveSession"), "Global id of the session."]
) -> Returned:
    """Sign out on another device: its tokens are refused at once, and what it has open ends."""
    await context.services.accounts.sessions.revoke(viewer, session_id)
    return {"revoked_session_id": strawberry.ID(encode("ActiveSession", session_id))}


@mutation(
    takes="Which sessions are to end.",
    gives={"revoked_session_ids": returned(list[strawberry.ID], "The ids of the sessions that are no more.")},
    access=BY_PERSON_RECENTLY,
)
async def revoke_other_sessions(
    context: Context,
    viewer: Viewer,
    also_this: Annotated[
        bool,
        "Whether the session of this request ends as well: then the person is signed in nowhere, and every device is a new one.",
    ] = False,
) -> Returned:
    """Sign out on all other devices."""
    sessions = context.services.accounts.sessions
    ended = await (sessions.end_everywhere(viewer) if also_this else sessions.end_others(viewer))
    return {"revoked_session_ids": [strawberry.ID(encode("ActiveSession", each)) for each in ended]}


@strawberry.type(description="What a token proves.")
class TokenValidation:
    """Shows a `TokenProof`."""

    viewer: User = attribute("Whose it is.", "user")
    expires_at: datetime = attribute("When the token ends.", "viewer.expires_at")
    scopes: list[TokenScope] | None = attribute(
        "What it opens, for a token of a program; null for one of a session, which opens everything.", "scopes", cost=Cost(rows=0)
    )

    is_type_of = RowsOf(TokenProof)


@public_mutation(
    takes="Which token to look at.",
    gives={"validation": returned(TokenValidation | None, "What the token proves; null where it is good for nothing.")},
)
async def validate_token(
    context: Context, token: Annotated[str, "An access token, or the token of a program."]
) -> Returned:
    """Say whose a token is, and whether it is good now. For servers that are given one; nothing changes by it.

    It is a mutation so that no token comes to stand in an address, a log or a cache.
    """
    return {"validation": await resolvers.sessions.proof_of(context, token)}
