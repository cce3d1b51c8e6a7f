"""Privacy settings of users."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

from errors import Unauthenticated, Unavailable
from graph.rows.users import PrivacyRow
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.event import Event
from services.events.user_events import UserOpened, UserUpdated


@dataclass(frozen=True, slots=True)
class Privacy:
    """Reads and changes privacy settings.

    `accept_requests` accepts the first requests to follow a user, by id, who has gone public.
    """

    writer: CommandWriter
    accept_requests: Callable[[str], Awaitable[object]]

    async def choices(self, viewer: Viewer) -> PrivacyRow:
        """Return the settings of the viewer.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """
        row = await self.writer.of_viewer(viewer.id).graph.read("privacy/settings", id=viewer.id)
        if row is None:
            raise Unauthenticated
        return PrivacyRow.of(row)

    async def update(self, viewer: Viewer, given: Mapping[str, Any]) -> PrivacyRow:
        """Change the given fields of `PrivacyRow`.

        Somebody who goes private keeps their followers. For somebody who goes public all open requests are accepted: the first of
        them before this returns, the rest by the worker.

        Raises:
            Unauthenticated: the viewer's account is gone or not in use.

        """

        def events(row: Sequence[Any]) -> list[Event]:
            key, opened, _ = row
            updated = UserUpdated(user_id=viewer.id, user_key=key)
            return [updated, UserOpened(user_id=viewer.id, user_key=key)] if opened else [updated]

        changes = {_PROPERTIES[name]: value.value if isinstance(value, Enum) else value for name, value in given.items()}
        row = await self.writer.of_viewer(viewer.id).write("privacy/update", events=events, id=viewer.id, changes=changes)
        if row is None:
            raise Unauthenticated
        _, opened, choices = row
        if opened:
            with suppress(Unavailable):  # the worker does it all the same
                await self.accept_requests(viewer.id)
        return PrivacyRow.of(choices)


_PROPERTIES = {
    "private": "private", "discoverable": "discoverable", "hide_followers": "hideFollowers",
    "hide_following": "hideFollowing", "hide_counts": "hideCounts", "default_audience": "defaultAudience",
    "default_replies": "defaultReplies", "default_quotes": "defaultQuotes", "sensitive_media": "sensitiveMedia",
}
