"""Inputs and payloads of following, asking to follow, and blocking."""

import strawberry

from schema.people import User

_USER = "Global id of the person."
_VIEWER = "The viewer, with new counts."


@strawberry.input(description="Whom to follow.")
class FollowInput:
    """Arguments of `follow`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `follow` gives.")
class FollowPayload:
    """Payload."""

    user: User = strawberry.field(description="The person followed or asked, with new counts.")
    viewer: User = strawberry.field(description=_VIEWER)
    requested: bool = strawberry.field(
        description="Whether the viewer waits for an answer: the person is private and decides who follows them."
    )


@strawberry.input(description="Whom to follow no longer.")
class UnfollowInput:
    """Arguments of `unfollow`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `unfollow` gives.")
class UnfollowPayload:
    """Payload."""

    user: User = strawberry.field(description="The person no longer followed, with new counts.")
    viewer: User = strawberry.field(description=_VIEWER)


@strawberry.input(description="Who is to follow the viewer no longer.")
class RemoveFollowerInput:
    """Arguments of `removeFollower`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `removeFollower` gives.")
class RemoveFollowerPayload:
    """Payload."""

    user: User = strawberry.field(description="The person who follows no longer, with new counts.")
    viewer: User = strawberry.field(description=_VIEWER)


@strawberry.input(description="Whom to ask no longer.")
class CancelFollowRequestInput:
    """Arguments of `cancelFollowRequest`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `cancelFollowRequest` gives.")
class CancelFollowRequestPayload:
    """Payload."""

    user: User = strawberry.field(description="The person asked no longer.")


@strawberry.input(description="Whose request to accept.")
class AcceptFollowRequestInput:
    """Arguments of `acceptFollowRequest`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `acceptFollowRequest` gives.")
class AcceptFollowRequestPayload:
    """Payload."""

    user: User = strawberry.field(description="The person who follows the viewer now, with new counts.")
    viewer: User = strawberry.field(description=_VIEWER)


@strawberry.input(description="Whose request to refuse.")
class RefuseFollowRequestInput:
    """Arguments of `refuseFollowRequest`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `refuseFollowRequest` gives.")
class RefuseFollowRequestPayload:
    """Payload."""

    user: User = strawberry.field(description="The person refused.")


@strawberry.input(description="Whom to block.")
class BlockInput:
    """Arguments of `block`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `block` gives.")
class BlockPayload:
    """Payload."""

    user: User = strawberry.field(description="The person blocked, by name alone: all else of them reads as empty.")
    viewer: User = strawberry.field(description=_VIEWER)


@strawberry.input(description="Whom to block no longer.")
class UnblockInput:
    """Arguments of `unblock`."""

    user_id: strawberry.ID = strawberry.field(description=_USER)


@strawberry.type(description="What `unblock` gives.")
class UnblockPayload:
    """Payload."""

    user: User = strawberry.field(description="The person, by name alone. Look them up for the rest.")
    viewer: User = strawberry.field(description="The viewer.")
