"""Uploads: a client asks for an address, sends the file to the store, and says when it is there."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from clock import moment, now_ms
from errors import InvalidInput, NotFound, RateLimited, Unauthenticated, Unavailable
from graph.ids import is_id, new_id
from graph.rows.media import MediaRow, MediaState
from services.events.command_writer import CommandWriter
from services.media import records
from services.media.addresses import upload_key
from services.media.headers import HEAD, Header, read_header
from services.media.refusals import Refusal, Refused
from services.media.store import MediaStore, UploadTarget

CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""What may be announced and sent. Of an animated GIF or WebP the first frame is kept."""
OPEN_UPLOADS = 20
"""Uploads that a person may have open at once: twice what any client sends together."""
LONGEST_ALT = 1_500
"""Characters of an alt text: several paragraphs."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What an operator allows: bytes and pixels of a picture, and how long an upload address is valid."""

    size: int
    pixels: int
    life: timedelta


@dataclass(frozen=True, slots=True)
class Uploads:
    """Takes pictures in, up to the point where they wait for development."""

    writer: CommandWriter
    store: MediaStore
    limits: UploadLimits

    async def request(
        self,
        viewer_id: str,
        content_type: str,
        size: int,
        alt: str = "",
    ) -> tuple[MediaRow, UploadTarget]:
        """Announce a picture of `size` bytes, and return the address to send it to.

        Raises:
            InvalidInput: the type, the size or the alt text is not acceptable.
            RateLimited: the viewer has too many uploads open.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        alt = self._checked(content_type, size, alt)
        id_, at, life = new_id(), now_ms(), int(self.limits.life.total_seconds() * 1000)
        relationship = await self.writer.write(
            "media/create",
            id=id_,
            ownerId=viewer_id,
            contentType=content_type,
            bytes=size,
            alt=alt,
            at=at,
            since=at - life,
            most=OPEN_UPLOADS,
        )
        if relationship is None:
            raise Unauthenticated
        waiting, oldest = relationship
        if waiting >= OPEN_UPLOADS:
            raise RateLimited(max(1, (oldest + life - at + 999) // 1000))
        row = MediaRow(
            id_,
            viewer_id,
            MediaState.PENDING,
            content_type,
            size,
            alt,
            None,
            None,
            None,
            None,
            moment(at),
            (),
        )
        return row, self.store.upload_target(upload_key(id_), content_type, size, moment(at + life))

    async def complete(self, viewer_id: str, media_id: str) -> MediaRow:
        """Look at what was sent, and accept it for development or refuse it; the row's state tells which.

        Said twice, or twice at once, it answers with what is so and changes nothing more.

        Raises:
            NotFound: there is no such picture of this viewer.
            InvalidInput: nothing was sent yet; it can be said again later.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the store or the graph is away; nothing has changed.

        """
        row = await self._owned(viewer_id, media_id)
        if row.state is not MediaState.PENDING:
            return row
        try:
            header = await self._looked_at(row)
        except Refused as refused:
            changed = await records.refuse(self.writer, media_id, MediaState.PENDING, refused.reason)
            if changed is not None:
                with suppress(Unavailable):  # the sweep deletes it then
                    await self.store.delete([upload_key(media_id)])
            return changed or await self._owned(viewer_id, media_id)
        if header is None:
            return await self._not_there(viewer_id, media_id)
        changed = await records.complete(self.writer, media_id, header.content_type)
        return changed or await self._taken_in(viewer_id, media_id)

    async def _looked_at(self, row: MediaRow) -> Header | None:
        """Judge what lies in the store by its size and first bytes; None when nothing does."""
        stored = await self.store.stat(upload_key(row.id))
        if stored is None:
            return None
        if stored.size > row.bytes:
            raise Refused(Refusal.LARGER_THAN_ANNOUNCED)
        head = await self.store.read(upload_key(row.id), HEAD)
        return None if head is None else read_header(head, self.limits.pixels)

    async def _not_there(self, viewer_id: str, media_id: str) -> MediaRow:
        """Tell nothing sent yet from sent, completed by another call and developed in the meantime."""
        row = await self._owned(viewer_id, media_id)
        if row.state is MediaState.PENDING:
            raise InvalidInput("mediaId", "Nothing was uploaded yet.")
        return row

    async def _taken_in(self, viewer_id: str, media_id: str) -> MediaRow:
        """Return what another call has completed; what is pending still is so because its owner's account is not in use."""
        row = await self._owned(viewer_id, media_id)
        if row.state is MediaState.PENDING:
            raise Unauthenticated
        return row

    async def _owned(self, viewer_id: str, media_id: str) -> MediaRow:
        row = await records.picture(self.writer.graph, media_id) if is_id(media_id) else None
        if row is None or row.owner_id != viewer_id:
            raise NotFound("picture")
        return row

    def _checked(self, content_type: str, size: int, alt: str) -> str:
        """Check an announcement, and return its alt text without surrounding space."""
        if content_type not in CONTENT_TYPES:
            raise InvalidInput("contentType", f"Send one of {', '.join(CONTENT_TYPES)}.")
        if not 1 <= size <= self.limits.size:
            raise InvalidInput("size", f"A picture has 1 to {self.limits.size:,} bytes.")
        if len(alt := alt.strip()) > LONGEST_ALT:
            raise InvalidInput("alt", f"Describe it in {LONGEST_ALT:,} characters at most.")
        return alt
