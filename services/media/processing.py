"""Development: an accepted upload becomes a picture in three sizes, whatever breaks off in between.

The sizes are written first, then the state, then the original is deleted. Broken off before the state, the next run
makes the same sizes again; broken off after it, the next run finds the picture ready and deletes what is left.
"""

from dataclasses import dataclass

import structlog

from graph.driver import Graph
from graph.outbox import OutboxEvent
from graph.rows.media import MediaRow, MediaState
from services.media import records
from services.media.addresses import picture_key, picture_keys, upload_key
from services.media.pictures import Picture
from services.media.processor import MediaProcessor
from services.media.refusals import Refusal, Refused
from services.media.store import MediaStore

WEBP = "image/webp"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MediaProcessing:
    """Acts on `media.uploaded` and on `media.deleted`: both say that a picture is not yet as the graph has it."""

    graph: Graph
    store: MediaStore
    processor: MediaProcessor

    async def handle(self, event: OutboxEvent) -> None:
        """Bring a picture to where the graph wants it.

        Raises:
            Unavailable: the store or the graph is away, or the machine too busy; the event must come again.

        """
        media_id: str = event.payload["mediaId"]
        row = await records.picture(self.graph, media_id)
        if row is not None and row.state is MediaState.PROCESSING:
            await self._process(row)
        await self._clear(media_id)

    async def _process(self, row: MediaRow) -> None:
        """Make the sizes and show the picture, or refuse it."""
        try:
            picture = await self._processed(row)
        except Refused as refused:
            log.info("picture_refused", media_id=row.id, reason=refused.reason.value)
            await records.refuse(self.graph, row.id, MediaState.PROCESSING, refused.reason)
            return
        for size, data in picture.sizes.items():
            await self.store.put(picture_key(row.id, size), data, WEBP)
        await records.ready(self.graph, row.id, picture.width, picture.height, picture.blurhash)

    async def _processed(self, row: MediaRow) -> Picture:
        """Read the original, whose upload address may have been used again since it was looked at, and decode it."""
        original = await self.store.read(upload_key(row.id), row.bytes + 1)
        if original is None:
            raise Refused(Refusal.LOST)
        if len(original) > row.bytes:
            raise Refused(Refusal.LARGER_THAN_ANNOUNCED)
        return await self.processor.process(original)

    async def _clear(self, media_id: str) -> None:
        """Delete what should not lie in the store, by the state that the picture has now."""
        row = await records.picture(self.graph, media_id)
        if row is None or row.state is MediaState.REFUSED:
            await self.store.delete([upload_key(media_id), *picture_keys(media_id)])
        elif row.state is MediaState.READY:
            await self.store.delete([upload_key(media_id)])
