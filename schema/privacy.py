"""What the viewer chooses for their privacy, and hiding their account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from graph.rows.media_display import SensitiveMedia
from graph.rows.posts import Audience, QuoteRule, ReplyRule
from graph.rows.users import PrivacyRow
from resolvers.context import Context
from schema.access import BY_PERSON_RECENTLY
from schema.enums import show_enum
from schema.fields import attribute
from schema.operations import mutation, query
from schema.payloads import Returned, returned
from schema.users import the_viewer
from services.accounts.viewer import Viewer

_PRIVATE = (
    "Whether only those whom the viewer accepts may follow them, and only followers see their lists and, beside those whom a "
    "post mentions, their posts."
)
_DISCOVERABLE = "Whether the viewer may be suggested to others. By username they are found either way."
_HIDE_FOLLOWERS = "Whether nobody else sees who follows the viewer."
_HIDE_FOLLOWING = "Whether nobody else sees whom the viewer follows."
_HIDE_COUNTS = "Whether the counts of hidden lists are hidden as well."
_DEFAULT_AUDIENCE = "Who may see new posts that do not say it themselves."
_DEFAULT_REPLIES = "Who may reply to new posts that do not say it themselves."
_DEFAULT_QUOTES = "Who may quote new posts that do not say it themselves."
_SENSITIVE_MEDIA = "How the viewer is shown pictures that others call sensitive; `Post.mediaShown` follows it."

show_enum(
    SensitiveMedia,
    "How somebody wants to be shown sensitive pictures.",
    {
        "SHOW": "As any others.",
        "BLUR": "Blurred until they ask for them.",
        "HIDE": "Not at all until they ask for them.",
    },
)


@strawberry.type(description="What the viewer has chosen for their privacy.")
class PrivacySettings:
    """Shows a `PrivacyRow`, to its owner alone."""

    private: bool = attribute(_PRIVATE)
    discoverable: bool = attribute(_DISCOVERABLE)
    hide_followers: bool = attribute(_HIDE_FOLLOWERS)
    hide_following: bool = attribute(_HIDE_FOLLOWING)
    hide_counts: bool = attribute(_HIDE_COUNTS)
    default_audience: Audience = attribute(_DEFAULT_AUDIENCE)
    default_replies: ReplyRule = attribute(_DEFAULT_REPLIES)
    default_quotes: QuoteRule = attribute(_DEFAULT_QUOTES)
    sensitive_media: SensitiveMedia = attribute(_SENSITIVE_MEDIA)


@query(PrivacySettings)
async def privacy(context: Context, viewer: Viewer) -> PrivacyRow:
    """What the viewer has chosen for their privacy."""
    return await context.services.accounts.privacy.choices(viewer)


@strawberry.input(description="What to change of the viewer's privacy; what is absent or null stays.")
class UpdatePrivacyInput:
    """A patch; nothing in it can be cleared, so null is as good as absent."""

    private: bool | None = strawberry.field(default=None, description=_PRIVATE)
    discoverable: bool | None = strawberry.field(default=None, description=_DISCOVERABLE)
    hide_followers: bool | None = strawberry.field(default=None, description=_HIDE_FOLLOWERS)
    hide_following: bool | None = strawberry.field(default=None, description=_HIDE_FOLLOWING)
    hide_counts: bool | None = strawberry.field(default=None, description=_HIDE_COUNTS)
    default_audience: Audience | None = strawberry.field(default=None, description=_DEFAULT_AUDIENCE)
    default_replies: ReplyRule | None = strawberry.field(default=None, description=_DEFAULT_REPLIES)
    default_quotes: QuoteRule | None = strawberry.field(default=None, description=_DEFAULT_QUOTES)
    sensitive_media: SensitiveMedia | None = strawberry.field(default=None, description=_SENSITIVE_MEDIA)


@mutation(
    takes=UpdatePrivacyInput,
    gives={"privacy": returned(PrivacySettings, "All choices, as changed."), "viewer": the_viewer("The viewer.")},
)
async def update_privacy(context: Context, viewer: Viewer, changes: Mapping[str, Any]) -> Returned:
    """Change who may see and follow the viewer, and whether they are suggested; it holds everywhere at once.

    Who goes private keeps their followers. Who goes public accepts everybody who asks: the first at once, many within moments.
    """
    return {"privacy": await context.services.accounts.privacy.update(viewer, changes)}


@mutation(
    takes="Proof that it is the viewer who leaves.",
    gives={"reactivate_until": returned(datetime, "Until when logging in brings the account back.")},
    access=BY_PERSON_RECENTLY,
)
async def deactivate_account(
    context: Context,
    viewer: Viewer,
    password: Annotated[str | None, "The viewer's password; null where they have none, and log in by a provider."] = None,
) -> Returned:
    """Leave: the viewer and all that they wrote are hidden from everybody at once.

    Logging in within 30 days (by default) brings everything back; later the account stays closed. A wrong password is
    INVALID_INPUT, too many are RATE_LIMITED.
    """
    return {"reactivate_until": await context.services.accounts.deactivation.run(viewer, password, context.address)}
