"""Processing: an accepted upload becomes a picture in three sizes, whatever interrupts it.

The sizes are stored first, then the state changes, then the original is deleted. After an interruption before the change of
state, the next run makes the same sizes again; after one behind it, the next run finds the picture ready and deletes the rest.
"""

from dataclasses import dataclass

import structlog

from graph.rows.media import MediaRow, MediaState
from services.events.command_writer import CommandWriter
from services.events.media_events import MediaEvent
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
    """Handles `MediaUploaded` and `MediaDeleted`: after both, the store is not yet as the graph says."""

    writer: CommandWriter
    store: MediaStore
    processor: MediaProcessor

    async def handle(self, event: MediaEvent) -> None:
        """Bring the store to what the graph says of a picture, and the picture to READY or REFUSED.

        Raises:
            Unavailable: the store or the graph is away, or the machine is too busy; the event must come again.

        """
        row = await records.by_id(self.writer.graph, event.media_id)
        if row is not None and row.state is MediaState.PROCESSING:
            await self._process(row)
        await self._clear(event.media_id)

    async def _process(self, row: MediaRow) -> None:
        """Make and store the sizes, then show the picture; or refuse it."""
        try:
            picture = await self._processed(row)
        except Refused as refused:
            log.info("picture_refused", media_id=row.id, reason=refused.reason.value)
            await records.refuse(self.writer, row.id, MediaState.PROCESSING, refused.reason)
            return
        for size, data in picture.sizes.items():
            await self.store.put(picture_key(row.id, size), data, WEBP)
        await records.ready(self.writer, row.id, picture.width, picture.height, picture.blurhash)

    async def _processed(self, row: MediaRow) -> Picture:
        """Read the original and decode it. It is checked again: its upload address may have been used a second time."""
        original = await self.store.read(upload_key(row.id), row.bytes + 1)
        if original is None:
            raise Refused(Refusal.LOST)
        if len(original) > row.bytes:
            raise Refused(Refusal.LARGER_THAN_ANNOUNCED)
        return await self.processor.process(original)

    async def _clear(self, media_id: str) -> None:
        """Delete what should not be in the store in the state that the picture has now."""
        row = await records.by_id(self.writer.graph, media_id)
        if row is None or row.state is MediaState.REFUSED:
            await self.store.delete([upload_key(media_id), *picture_keys(media_id)])
        elif row.state is MediaState.READY:
            await self.store.delete([upload_key(media_id)])
