"""What clients see of the relationship between the viewer and a user."""

from datetime import datetime

from clock import moment, now_ms
from graph.rows.relationships import ViewerRelationship
from integers import MAX_SAFE_INTEGER


def is_muting(relationship: ViewerRelationship) -> bool:
    """Return whether the viewer mutes the user now, fully or only their reposts."""
    return relationship.muted_until > now_ms()


def muted_until(relationship: ViewerRelationship) -> datetime | None:
    """Return when the mute ends, None where there is none now or it has no end."""
    return moment(relationship.muted_until) if is_muting(relationship) and relationship.muted_until < MAX_SAFE_INTEGER else None
