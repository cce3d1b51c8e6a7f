"""Removal: a picture leaves the graph at once, and the store with it or soon after."""

from contextlib import suppress
from dataclasses import dataclass

from errors import NotFound, Unavailable
from graph.driver import Graph
from graph.ids import is_id
from graph.outbox import OutboxEvent
from services.events import facts
from services.media.addresses import picture_keys, upload_key
from services.media.store import MediaStore


@dataclass(frozen=True, slots=True)
class Removal:
    """Deletes pictures for their owners."""

    graph: Graph
    store: MediaStore

    async def delete(self, owner_id: str, media_id: str) -> None:
        """Delete a picture from posts and profile, and every object of it.

        With the store away it leaves the graph all the same: its event `media.deleted` repeats the second half.

        Raises:
            NotFound: there is no such picture of this person.
            Unavailable: the graph is away; nothing has changed.

        """

        def told(row: tuple[bool, int]) -> list[OutboxEvent]:
            worn, owner_key = row
            gone = facts.media_deleted(media_id=media_id, owner_id=owner_id)
            return [gone, facts.user_updated(user_id=owner_id, user_key=owner_key)] if worn else [gone]

        if not is_id(media_id):
            raise NotFound("picture")
        if await self.graph.write("media/remove", events=told, id=media_id, owner=owner_id) is None:
            raise NotFound("picture")
        with suppress(Unavailable):
            await self.store.delete([upload_key(media_id), *picture_keys(media_id)])
