"""What administrators do: give and take roles, verify people, and read what was done."""

from datetime import datetime
from typing import Annotated

import strawberry

from feeds.audit import audit_log as feed
from feeds.connection import Connection
from feeds.pipeline import page
from feeds.windows import USUAL_SIZE, Window
from graph.rows import audit as rows
from graph.rows.audit import AuditAction
from graph.rows.roles import AccountRole
from resolvers.context import Context
from resolvers.global_ids import encode
from schema.access import ADMINISTERING
from schema.connections import connection_of
from schema.enums import show_enum
from schema.fields import attribute, by_key, computed
from schema.inputs import IdOf
from schema.operations import mutation, query
from schema.pages import After, First
from schema.payloads import Returned, lookup_returned, returned
from schema.users import User, UserId
from services.accounts.audit import REASON_MAX
from services.accounts.viewer import Viewer

show_enum(
    AuditAction,
    "What was done to a person.",
    {
        "ROLE_GRANTED": "They were given a role; `details` names it as `role`.",
        "ROLE_REVOKED": "A role was taken from them; `details` names it as `role`.",
        "USER_VERIFIED": "They were marked as verified.",
        "USER_UNVERIFIED": "The verified mark was taken from them.",
        "USER_SUSPENDED": "Their account was suspended.",
        "USER_RESTORED": "Their suspension ended.",
        "SESSIONS_ENDED": "They were signed out on all devices.",
        "FACTORS_RESET": "All their second factors were removed, since they had lost them.",
        "USERNAME_CHANGED": "They changed their username themselves; `details` has both, as `former` and `username`.",
    },
)

Reason = Annotated[str, f"Why, for the audit log: 1 to {REASON_MAX} characters."]
"""The parameter of an operation that is written into the audit log."""


@strawberry.type(description="More of what was done.")
class AuditDetail:
    """Shows the row of the same name."""

    name: str = attribute("What it is, such as `role`.")
    value: str = attribute("Its value.")


@strawberry.type(description="Something that was done to a person, by whom and why. Entries never change and never go.")
class AuditEntry:
    """Shows the row of the same name."""

    at: datetime = attribute("When it was done.")
    action: AuditAction = attribute("What was done.", "action")
    actor: User | None = by_key(
        "visible_users", "actor_id", "Who did it; null for the operator of the server, and where the viewer does not see them."
    )
    actor_username: str | None = attribute("Their username of now, seen or not; null for the operator of the server.")
    subject: User | None = by_key(
        "visible_users", "subject_id", "To whom; null where the viewer does not see them, such as somebody suspended."
    )
    subject_id: strawberry.ID = computed(lambda entry, _: encode("User", entry.subject_id), "The global id of that person.")
    subject_username: str | None = attribute("Their username of now, seen or not; null where they are gone.")
    reason: str = attribute("Why, as whoever did it wrote.")
    details: list[AuditDetail] = attribute("More of what was done.")


@connection_of(AuditEntry, "an audit entry", "audit entries")
class AuditEntryConnection:
    """A page of the audit log."""


@query(AuditEntryConnection, access=ADMINISTERING)
async def audit_log(
    context: Context,
    _: Viewer,
    first: First = USUAL_SIZE,
    after: After = None,
    action: Annotated[AuditAction | None, "Only entries of this action."] = None,
    subject_id: Annotated[str | None, IdOf("User"), "Only entries about the person of this global id."] = None,
) -> Connection[rows.AuditEntry]:
    """What administrators and the operator of the server did to people, and who changed their username, newest first."""
    return await page(context.reader, feed(context.reader, action, subject_id), Window(first, after))


_USER = lookup_returned(User, "visible_users", "The person; null where the viewer does not see them.")
_ROLES = returned(list[AccountRole], "All roles that they hold now.")


@mutation(takes="Whom to give which role.", gives={"user": _USER, "roles": _ROLES}, access=ADMINISTERING)
async def grant_role(
    context: Context,
    viewer: Viewer,
    user_id: UserId,
    role: Annotated[AccountRole, "Which role; not MEMBER."],
    reason: Reason,
) -> Returned:
    """Give a person a role; it holds at once. Twice is as good as once."""
    given = await context.services.accounts.roles.grant(viewer, user_id, role, reason)
    return {"user": user_id, "roles": given.roles}


@mutation(takes="From whom to take which role.", gives={"user": _USER, "roles": _ROLES}, access=ADMINISTERING)
async def revoke_role(
    context: Context,
    viewer: Viewer,
    user_id: UserId,
    role: Annotated[AccountRole, "Which role; not MEMBER."],
    reason: Reason,
) -> Returned:
    """Take a role from a person; it is gone at once. Twice is as good as once.

    Nobody takes the role ADMINISTRATOR from themselves: another administrator does, so taking roles away never leaves none.
    """
    left = await context.services.accounts.roles.revoke(viewer, user_id, role, reason)
    return {"user": user_id, "roles": left.roles}


@mutation(takes="Who is who they say they are.", gives={"user": _USER}, access=ADMINISTERING)
async def verify_user(context: Context, viewer: Viewer, user_id: UserId, reason: Reason) -> Returned:
    """Mark a person as verified: everybody sees it at once. Who is verified already stays so since when they were."""
    await context.services.accounts.verification.verify(viewer, user_id, reason)
    return {"user": user_id}


@mutation(takes="Who is not verified any more.", gives={"user": _USER}, access=ADMINISTERING)
async def unverify_user(context: Context, viewer: Viewer, user_id: UserId, reason: Reason) -> Returned:
    """Take the verified mark from a person. Twice is as good as once."""
    await context.services.accounts.verification.unverify(viewer, user_id, reason)
    return {"user": user_id}


@mutation(takes="Whom to sign out.", gives={"user": _USER}, access=ADMINISTERING)
async def sign_user_out(context: Context, viewer: Viewer, user_id: UserId, reason: Reason) -> Returned:
    """Sign a person out on all devices: for an account that may be in wrong hands. Tokens of their programs stay."""
    await context.services.accounts.signing_out.run(viewer, user_id, reason)
    return {"user": user_id}
