"""What somebody chooses for their privacy, and leaving."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from resolvers import privacy
from resolvers.relationships import blocked, received_requests, sent_requests
from schema.fields import Info, attribute
from schema.pages import After, First
from schema.people import User, UserConnection
from schema.posts import Audience, ReplyRule

_ARGUMENT = strawberry.argument(description="The arguments.")
_PRIVATE = "Whether only those whom the viewer accepts may follow them, and only followers see their posts and lists."
_DISCOVERABLE = "Whether the viewer may be suggested to others and found by search."
_HIDE_FOLLOWERS = "Whether nobody else sees who follows the viewer."
_HIDE_FOLLOWING = "Whether nobody else sees whom the viewer follows."
_HIDE_COUNTS = "Whether the counts of hidden lists are hidden as well."
_DEFAULT_AUDIENCE = "Who may see new posts that do not say it themselves."
_DEFAULT_REPLIES = "Who may reply to new posts that do not say it themselves."


@strawberry.type(description="What the viewer has chosen for their privacy.")
class PrivacySettings:
    """Choices, for oneself alone."""

    private: bool = attribute(_PRIVATE)
    discoverable: bool = attribute(_DISCOVERABLE)
    hide_followers: bool = attribute(_HIDE_FOLLOWERS)
    hide_following: bool = attribute(_HIDE_FOLLOWING)
    hide_counts: bool = attribute(_HIDE_COUNTS)
    default_audience: Audience = attribute(_DEFAULT_AUDIENCE)
    default_replies: ReplyRule = attribute(_DEFAULT_REPLIES)


@strawberry.input(description="What to change of the viewer's privacy; what is absent or null stays.")
class UpdatePrivacyInput:
    """Arguments of `updatePrivacy`."""

    private: bool | None = strawberry.field(default=None, description=_PRIVATE)
    discoverable: bool | None = strawberry.field(default=None, description=_DISCOVERABLE)
    hide_followers: bool | None = strawberry.field(default=None, description=_HIDE_FOLLOWERS)
    hide_following: bool | None = strawberry.field(default=None, description=_HIDE_FOLLOWING)
    hide_counts: bool | None = strawberry.field(default=None, description=_HIDE_COUNTS)
    default_audience: Audience | None = strawberry.field(default=None, description=_DEFAULT_AUDIENCE)
    default_replies: ReplyRule | None = strawberry.field(default=None, description=_DEFAULT_REPLIES)


@strawberry.type(description="What `updatePrivacy` gives.")
class UpdatePrivacyPayload:
    """Payload."""

    privacy: PrivacySettings = strawberry.field(description="All choices, as changed.")
    viewer: User = strawberry.field(description="The viewer.")


@strawberry.input(description="Proof that it is the viewer who leaves.")
class DeactivateAccountInput:
    """Arguments of `deactivateAccount`."""

    password: str = strawberry.field(description="The viewer's password.")


@strawberry.type(description="What `deactivateAccount` gives.")
class DeactivateAccountPayload:
    """Payload."""

    reactivate_until: datetime = strawberry.field(description="Until when logging in brings the account back.")


@strawberry.type
class PrivacyMutations:
    """Part of `Mutation`."""

    @strawberry.mutation(
        description="Change who may see, find and follow the viewer; it holds everywhere at once. Who goes private keeps "
        "their followers. Who goes public accepts everybody who asks: the first at once, many within moments."
    )
    async def update_privacy(
        self, info: Info, input: Annotated[UpdatePrivacyInput, _ARGUMENT]
    ) -> UpdatePrivacyPayload | None:
        """Change privacy."""
        given = {name: value for name, value in vars(input).items() if value is not None}
        row: Any
        viewer: Any
        row, viewer = await privacy.update(info.context, given)
        return UpdatePrivacyPayload(privacy=row, viewer=viewer)

    @strawberry.mutation(
        description="Leave: the viewer and all that they wrote are hidden from everybody at once. Logging in within 30 days "
        "(by default) brings everything back; later the account stays closed. A wrong password is INVALID_INPUT, too many "
        "are RATE_LIMITED."
    )
    async def deactivate_account(
        self, info: Info, input: Annotated[DeactivateAccountInput, _ARGUMENT]
    ) -> DeactivateAccountPayload | None:
        """Leave."""
        return DeactivateAccountPayload(reactivate_until=await privacy.deactivate(info.context, input.password))


@strawberry.type
class PrivacyQueries:
    """Part of `Query`."""

    @strawberry.field(description="What the viewer has chosen for their privacy. Needs a viewer.")
    async def privacy(self, info: Info) -> PrivacySettings | None:
        """Read the choices."""
        return await privacy.choices(info.context)  # type: ignore[return-value]

    @strawberry.field(description="Those who ask to follow the viewer, newest first. Needs a viewer.")
    async def follow_requests(self, info: Info, first: First = 20, after: After = None) -> UserConnection | None:
        """Page through requests received."""
        return await received_requests(info.context, first, after)  # type: ignore[return-value]

    @strawberry.field(description="Those whom the viewer asks to follow, newest first. Needs a viewer.")
    async def sent_follow_requests(self, info: Info, first: First = 20, after: After = None) -> UserConnection | None:
        """Page through requests sent."""
        return await sent_requests(info.context, first, after)  # type: ignore[return-value]

    @strawberry.field(
        description="Those whom the viewer blocks, newest first, by name alone: all else of them reads as empty. Needs a viewer."
    )
    async def blocked_users(self, info: Info, first: First = 20, after: After = None) -> UserConnection | None:
        """Page through those blocked."""
        return await blocked(info.context, first, after)  # type: ignore[return-value]
