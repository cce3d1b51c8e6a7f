"""Look-ups that hand out only what the viewer may see; what is hidden reads as what does not exist."""

from collections.abc import Mapping, Sequence

from graph.rows import MediaState, PictureRow, UserRow
from loaders.loader import Maybe
from loaders.pictures import PictureById
from loaders.users import UserById


class VisibleUserById(Maybe[str, UserRow]):
    """People by id whose accounts are in use."""

    def __init__(self, users: UserById) -> None:
        """Share what is known of them."""
        super().__init__()
        self._users = users

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Load them and keep those in use."""
        return {row.id: row for row in await self._users.many(keys) if row is not None and row.state == "ACTIVE"}


class VisiblePictureById(Maybe[str, PictureRow]):
    """Pictures by id that are accepted, and the viewer's own in any state."""

    def __init__(self, pictures: PictureById, viewer: str | None) -> None:
        """Share what is known of them; `viewer` is an id, None for somebody not signed in."""
        super().__init__()
        self._pictures, self._viewer = pictures, viewer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, PictureRow]:
        """Load them and keep those that may be seen."""
        rows = [row for row in await self._pictures.many(keys) if row is not None]
        return {row.id: row for row in rows if row.state in _ACCEPTED or row.owner_id == self._viewer}


_ACCEPTED = (MediaState.PROCESSING, MediaState.READY)
