"""The sweep: ends uploads that were never completed, and deletes what should not be in the store."""

from dataclasses import dataclass
from datetime import timedelta

from clock import now_ms
from graph.ids import is_id, milliseconds_of
from graph.rows.media import MediaState
from services.events.command_writer import CommandWriter
from services.events.media_events import MediaDeleted, MediaUploaded
from services.media import records
from services.media.addresses import UPLOADS, picture_keys, upload_key
from services.media.refusals import Refusal
from services.media.store import MediaStore

GRACE = timedelta(hours=1)
"""Time after the end of an upload address in which a late client may still complete its upload."""
QUIET = timedelta(minutes=5)
"""Time after which the event of a media item that is still processing counts as lost."""
PATIENCE = timedelta(days=1)
"""Time after which a media item that is still processing is refused: something of ours fails on its upload."""
BATCH = 500
"""Media of each kind that one sweep handles at most; the next sweep handles more."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Counts of a sweep: media forgotten, announced again and refused, and stray uploads deleted."""

    forgotten: int
    announced: int
    refused: int
    strays: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """Runs every few minutes, in any number of workers at once."""

    writer: CommandWriter
    store: MediaStore
    upload_life: timedelta

    async def run(self, at: int | None = None) -> Swept:
        """Sweep once. `at` is the present time in milliseconds since 1970 UTC, by default that of the clock.

        Raises:
            Unavailable: the store or the graph is away; the next run does the rest.

        """
        at = at or now_ms()
        closed = at - _milliseconds(self.upload_life + GRACE)
        expired = await self.writer.graph.read("media/expired", before=closed, most=BATCH)
        forgotten = await self.writer.write(
            "media/forget",
            ids=expired,
            events=lambda rows: [MediaDeleted(media_id=id_, owner_id=owner) for id_, owner in rows],
        )
        refused = await self._give_up(at - _milliseconds(PATIENCE))
        announced = await self.writer.write(
            "media/reannounce",
            before=at - _milliseconds(QUIET),
            at=at,
            most=BATCH,
            events=lambda rows: [MediaUploaded(media_id=id_, owner_id=owner) for id_, owner in rows],
        )
        return Swept(len(forgotten), len(announced), refused, await self._clear_strays(closed))

    async def _give_up(self, before: int) -> int:
        """Refuse what has been processing for too long."""
        ids = await self.writer.graph.read("media/abandoned", before=before, most=BATCH)
        for id_ in ids:
            if await records.refuse(self.writer, id_, MediaState.PROCESSING, Refusal.LOST):
                await self.store.delete([upload_key(id_), *picture_keys(id_)])
        return len(ids)

    async def _clear_strays(self, before: int) -> int:
        """Delete uploads that nothing waits for: forgotten ones, and files sent again after their media item was processed.

        Keys begin with the time of their media item, so a listing begins with the oldest. Media that are still processing are
        skipped; there are few of them.
        """
        after, strays = "", 0
        while keys := await self.store.keys(UPLOADS, BATCH, after):
            after = keys[-1]
            ids = [id_ for key in keys if is_id(id_ := key.removeprefix(UPLOADS)) and milliseconds_of(id_) < before]
            states = await records.states(self.writer.graph, ids)
            stray = [id_ for id_ in ids if states.get(id_) is not MediaState.PROCESSING]
            if stray:
                await self.store.delete(upload_key(id_) for id_ in stray)
            strays += len(stray)
            if len(ids) < len(keys):
                break
        return strays


def _milliseconds(time: timedelta) -> int:
    return int(time.total_seconds() * 1000)
