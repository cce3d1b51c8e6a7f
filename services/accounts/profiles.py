"""Profiles: what users write about themselves, checked and changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from errors import InvalidInput, Unauthenticated
from graph.rows.users import UserRow
from services.accounts.names import display_name_of
from services.accounts.viewer import Viewer
from services.events.command_writer import CommandWriter
from services.events.user_events import UserUpdated
from services.media.owned import OwnedMedia
from services.text import one_line, several_lines

BIO_MAX, LOCATION_MAX, WEBSITE_MAX = 300, 60, 200
"""Longest texts of a profile, in characters: they fit a phone's screen."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Changes profiles."""

    writer: CommandWriter
    owned_media: OwnedMedia

    async def update_profile(self, viewer: Viewer, given: Mapping[str, Any]) -> UserRow:
        """Change the given ones of display_name, bio, location, website, avatar_id and cover_id; None clears a field.

        Raises:
            InvalidInput: a value is not acceptable; `field` names it.
            Unauthenticated: the viewer's account is gone.

        """
        changes = {_PROPERTIES[name]: _CHECKS[name](value) for name, value in given.items()}
        await self._check_pictures(viewer, changes)
        row = await self.writer.of_viewer(viewer.id).write(
            "users/update",
            events=lambda _: [UserUpdated(user_id=viewer.id, user_key=viewer.key, profile=True)],
            id=viewer.id,
            changes=changes,
        )
        if row is None:
            await self._check_pictures(viewer, changes)  # one may have been purged meanwhile
            raise Unauthenticated
        return UserRow.of(row)

    async def _check_pictures(self, viewer: Viewer, changes: Mapping[str, Any]) -> None:
        for name in ("avatarId", "coverId"):
            if (media_id := changes.get(name)) is not None:
                await self.owned_media.check(viewer.id, [media_id], field=name)


def _website(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    address = one_line("website", value, WEBSITE_MAX)
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in address:
        raise InvalidInput("website", "A website is an address that begins with http:// or https://.")
    return address


_PROPERTIES = {
    "display_name": "displayName", "bio": "bio", "location": "location", "website": "website",
    "avatar_id": "avatarId", "cover_id": "coverId",
}
_CHECKS: Mapping[str, Callable[[str | None], str | None]] = {
    "display_name": lambda value: display_name_of(value or ""),
    "bio": lambda value: several_lines("bio", value or "", BIO_MAX),
    "location": lambda value: one_line("location", value or "", LOCATION_MAX) or None,
    "website": _website,
    "avatar_id": lambda value: value,
    "cover_id": lambda value: value,
}
