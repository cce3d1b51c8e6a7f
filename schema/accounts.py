"""Signing up, logging in, and changing one's profile."""

from datetime import datetime

import strawberry

from schema.people import User


@strawberry.input(description="A new account.")
class SignUpInput:
    """Arguments of `signUp`."""

    username: str = strawberry.field(description="3 to 30 letters, digits and underscores; unique in any case.")
    email: str = strawberry.field(description="An e-mail address; nobody else sees it.")
    password: str = strawberry.field(description="8 to 128 characters.")
    display_name: str | None = strawberry.field(default=None, description="By default the username.")


@strawberry.input(description="Who somebody says they are.")
class LogInInput:
    """Arguments of `logIn`."""

    login: str = strawberry.field(description="Username or e-mail address.")
    password: str = strawberry.field(description="The password.")


@strawberry.type(description="A signed-in person and the token that proves it.")
class Session:
    """What signing up and logging in give."""

    user: User = strawberry.field(description="The person.")
    access_token: str = strawberry.field(
        description="Send it as `Authorization: Bearer …`, or as `authorization` when a WebSocket connects."
    )
    expires_at: datetime = strawberry.field(description="When the token ends; open subscriptions end with it.")


@strawberry.type(description="What `signUp` gives.")
class SignUpPayload:
    """Payload."""

    session: Session = strawberry.field(description="The new person, signed in.")


@strawberry.type(description="What `logIn` gives.")
class LogInPayload:
    """Payload."""

    session: Session = strawberry.field(description="The person, signed in.")


@strawberry.input(description="What to change of the viewer's profile; what is absent stays, null clears.")
class UpdateProfileInput:
    """Arguments of `updateProfile`."""

    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="1 to 50 characters; cannot be cleared."
    )
    bio: str | None = strawberry.field(default=strawberry.UNSET, description="At most 300 characters.")
    location: str | None = strawberry.field(default=strawberry.UNSET, description="At most 60 characters.")
    website: str | None = strawberry.field(default=strawberry.UNSET, description="An http or https address.")
    avatar_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Global id of a picture that the viewer has uploaded."
    )
    cover_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Global id of a picture that the viewer has uploaded."
    )


@strawberry.type(description="What `updateProfile` gives.")
class UpdateProfilePayload:
    """Payload."""

    user: User = strawberry.field(description="The viewer, as changed.")
