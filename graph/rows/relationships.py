"""The relationship between a viewer and a user."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ViewerRelationship:
    """The relationship of a viewer and a user, in both directions; all of it is absent between a user and themselves.

    Times are in milliseconds since 1970 UTC. `muted_until` is 0 where the viewer does not mute the user.
    """

    following_since: int | None = None
    followed_by: bool = False
    asked: bool = False
    asked_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muted_until: int = 0
    mutes_reposts_only: bool = False
    close_friend: bool = False
    close_friend_of: bool = False

    @property
    def following(self) -> bool:
        """Whether the viewer follows the user."""
        return self.following_since is not None

    @property
    def blocked(self) -> bool:
        """Whether either blocks the other."""
        return self.blocking or self.blocked_by

    def muted(self, now: int) -> bool:
        """Return whether the viewer mutes the user fully, not only their reposts. `now` is in milliseconds since 1970 UTC."""
        return self.muted_until > now and not self.mutes_reposts_only

    def mutes_reposts(self, now: int) -> bool:
        """Return whether the viewer mutes what the user reposts, be it all of them or only that."""
        return self.muted_until > now


UNRELATED = ViewerRelationship()
"""The relationship of two users without any edge between them, and of anybody who is not signed in."""
