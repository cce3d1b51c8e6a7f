"""What clients see of the relationship between the viewer and a user; each function declares a field, so it takes the context."""

from datetime import datetime

from clock import moment, now_ms
from graph.rows.relationships import ViewerRelationship
from integers import MAX_SAFE_INTEGER
from resolvers.context import Context


def is_muting(relationship: ViewerRelationship, _: Context) -> bool:
    """Return whether the viewer mutes the user now, fully or only their reposts."""
    return relationship.muted_until > now_ms()


def is_muting_reposts_only(relationship: ViewerRelationship, context: Context) -> bool:
    """Return whether the viewer mutes the user's reposts now, and nothing else of them."""
    return is_muting(relationship, context) and relationship.mutes_reposts_only


def muted_until(relationship: ViewerRelationship, context: Context) -> datetime | None:
    """Return when the mute ends, None where there is none now or it has no end."""
    if is_muting(relationship, context) and relationship.muted_until < MAX_SAFE_INTEGER:
        return moment(relationship.muted_until)
    return None
