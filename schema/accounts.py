"""Accounts: signing up, logging in, and changing one's profile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from errors import Conflict
from graph.idempotency import Once
from graph.rows.mails import Language
from resolvers.context import Context
from resolvers.global_ids import encode
from resolvers.sessions import begun, device_of, device_token_of
from schema.access import BY_PERSON, BY_PERSON_RECENTLY
from schema.enums import show_enum
from schema.factor_methods import SecondFactor
from schema.fields import attribute
from schema.inputs import IdOf
from schema.operations import mutation, public_mutation
from schema.payloads import Returned, returned
from schema.users import User
from services.accounts.devices import NAME_MAX
from services.accounts.second_factor import SecondFactorNeeded
from services.accounts.viewer import SignedIn, Viewer
from services.mail.languages import preferred

show_enum(Language, "A language in which mails are written.", {"EN": "English.", "DE": "German."})

DEVICE_NAME = f"What to call this device in `sessions`, at most {NAME_MAX} characters; by default after the browser or program."
DeviceToken = Annotated[
    str | None, "The `deviceToken` of the last session on this device; null where there was none, or where it is in a cookie."
]
"""The parameter of an operation that signs in."""


@strawberry.type(description="A signed-in person and the tokens that prove it.")
class Session:
    """Shows a `SessionAnswer`."""

    viewer: User = attribute("The person, who is the viewer of every request with the token.", "user")
    access_token: str | None = attribute(
        "Send it as `Authorization: Bearer …`, or as `authorization` when a WebSocket connects. Null where it is in a cookie."
    )
    expires_at: datetime = attribute("When the token ends; open subscriptions end with it.")
    refresh_token: str | None = attribute(
        "Gets the next two tokens by `refreshSession`, once. Keep it where nobody else reads it. Null where it is in a cookie."
    )
    refresh_expires_at: datetime = attribute("When the session ends, unless it is refreshed before.")
    device_token: str | None = attribute(
        "Send it with the next log-in on this device, also after logging out, so that whoever fails to log in elsewhere "
        "cannot keep the person out of it. It signs nobody in. Null where it is in a cookie, and from `refreshSession`."
    )


async def _session(context: Context, signed_in: SignedIn) -> Mapping[str, object]:
    return {"session": await begun(context, signed_in)}


async def _signed_up(context: Context, id_: str, arguments: Mapping[str, Any]) -> Returned:
    """Sign in: nobody gets a token for a key and a name alone, nor by a password where that is not enough any more."""
    await context.services.accounts.sign_up.repeated(id_, arguments["username"])
    outcome = await context.services.accounts.log_in.run(
        arguments["username"],
        arguments["password"],
        context.address,
        device_of(context, arguments["device_name"]),
        device_token_of(context, None),
    )
    if isinstance(outcome, SecondFactorNeeded):
        raise Conflict("This account has a second factor by now. Log in.")
    return await _session(context, outcome)


@public_mutation(
    takes="A new account.",
    gives={"session": returned(Session, "The new person, signed in.")},
    again=_signed_up,
    secret=("email", "password"),
)
async def sign_up(
    context: Context,
    once: Once | None,
    username: Annotated[str, "3 to 30 letters, digits and underscores; unique in any case."],
    email: Annotated[str, "An e-mail address; nobody else sees it."],
    password: Annotated[
        str, "8 to 128 characters; none of those that are guessed first, nor made of the username or the e-mail address."
    ],
    display_name: Annotated[str | None, "By default the username."] = None,
    device_name: Annotated[str | None, DEVICE_NAME] = None,
    language: Annotated[Language | None, "In which mails are written; by default as `Accept-Language` asks."] = None,
) -> Returned:
    """Make an account and sign in. Where the server sends mail, a link that verifies the address is sent to it."""
    spoken = language or preferred("" if context.client is None else context.client.languages)
    device = device_of(context, device_name)
    signed_in = await context.services.accounts.sign_up.run(
        username, email, password, display_name, context.address, once, device=device, language=spoken
    )
    return await _session(context, signed_in)


@public_mutation(
    takes="Who somebody says they are.",
    gives={
        "session": returned(Session | None, "The person, signed in; null where a second factor is needed."),
        "second_factor": returned(SecondFactor | None, "What else is needed; null where the password was enough."),
    },
)
async def log_in(
    context: Context,
    login: Annotated[str, "Username or e-mail address."],
    password: Annotated[str, "The password."],
    device_name: Annotated[str | None, DEVICE_NAME] = None,
    device_token: DeviceToken = None,
) -> Returned:
    """Sign in, or, for who has a second factor, begin to: answer by `completeLogIn`. A device that is new is told of by mail.

    After a few failures each further one must wait for longer: RATE_LIMITED says how many seconds.
    """
    outcome = await context.services.accounts.log_in.run(
        login, password, context.address, device_of(context, device_name), device_token_of(context, device_token)
    )
    if isinstance(outcome, SecondFactorNeeded):
        return {"session": None, "second_factor": outcome}
    context.services.warming.begin(outcome.user.key)
    return {**await _session(context, outcome), "second_factor": None}


@mutation(
    takes="Another username.",
    gives={"viewer": returned(User, "The viewer, by the new name.")},
    access=BY_PERSON,
)
async def change_username(
    context: Context,
    viewer: Viewer,
    username: Annotated[str, "3 to 30 letters, digits and underscores; unique in any case."],
) -> Returned:
    """Change the viewer's username, once in 30 days (by default; RATE_LIMITED before).

    For 30 days (by default) the name of before leads to them, nobody else can take it, and they may go back to it.
    """
    return {"viewer": await context.services.accounts.username_change.run(viewer, username)}


@mutation(
    takes="The present password and the next.",
    gives={"revoked_session_ids": returned(list[strawberry.ID], "The ids of the sessions that are no more.")},
    access=BY_PERSON_RECENTLY,
)
async def change_password(
    context: Context,
    viewer: Viewer,
    new_password: Annotated[str, "The password from now on, by the rules of `signUp`."],
    current_password: Annotated[
        str | None, "The viewer's password; null where they have none, and log in by a provider."
    ] = None,
) -> Returned:
    """Change the viewer's password, and sign them out on all other devices. They are told by mail.

    Too many failures are answered with RATE_LIMITED.
    """
    ended = await context.services.accounts.password_change.run(viewer, current_password, new_password, context.address)
    return {"revoked_session_ids": [strawberry.ID(encode("ActiveSession", each)) for each in ended]}


@strawberry.input(description="What to change of the viewer's profile; what is absent stays, null clears.")
class UpdateProfileInput:
    """A patch, which tells an absent field from null."""

    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 50 characters; cannot be cleared."
    )
    bio: str | None = strawberry.field(default=strawberry.UNSET, description="At most 300 characters.")
    location: str | None = strawberry.field(default=strawberry.UNSET, description="At most 60 characters.")
    website: str | None = strawberry.field(default=strawberry.UNSET, description="An http or https address.")
    avatar_id: Annotated[strawberry.ID | None, IdOf("Picture")] = strawberry.field(
        default=strawberry.UNSET, description="Global id of a picture that the viewer has uploaded."
    )
    cover_id: Annotated[strawberry.ID | None, IdOf("Picture")] = strawberry.field(
        default=strawberry.UNSET, description="Global id of a picture that the viewer has uploaded."
    )


@mutation(takes=UpdateProfileInput, gives={"viewer": returned(User, "The viewer, as changed.")})
async def update_profile(context: Context, viewer: Viewer, changes: Mapping[str, Any]) -> Returned:
    """Change the viewer's profile; it is seen everywhere at once."""
    return {"viewer": await context.services.accounts.profiles.update_profile(viewer, changes)}
