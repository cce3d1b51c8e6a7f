"""Uploads: a client asks for an upload address, sends the file to the store, and then completes the upload."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from clock import moment, now_ms
from errors import InvalidInput, NotFound, RateLimited, Unauthenticated, Unavailable
from graph.idempotency import Once
from graph.ids import is_id, new_id
from graph.rows.media import MediaRow, MediaState
from services.events.command_writer import CommandWriter
from services.media import records
from services.media.addresses import upload_key
from services.media.headers import HEAD, Header, read_header
from services.media.refusals import Refusal, Refused
from services.media.store import MediaStore, UploadTarget

CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""Media types that are accepted. Of an animated GIF or WebP only the first frame is used."""
OPEN_UPLOADS = 20
"""Uploads that a user may have open at once: twice what any client sends together."""
LONGEST_ALT = 1_500
"""Characters of an alt text: several paragraphs."""


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Limits of an operator: bytes and pixels of a media item, and how long an upload address is valid."""

    size: int
    pixels: int
    life: timedelta


@dataclass(frozen=True, slots=True)
class Uploads:
    """Accepts media, up to the point where they wait to be processed."""

    writer: CommandWriter
    store: MediaStore
    limits: UploadLimits

    async def request(
        self,
        viewer_id: str,
        content_type: str,
        size: int,
        alt: str = "",
        once: Once | None = None,
    ) -> tuple[MediaRow, UploadTarget]:
        """Announce a media item of `size` bytes, and return the address to send it to.

        Raises:
            AlreadyMade: it was announced before, under the same key.
            Conflict: the key of `once` was used for something else.
            InvalidInput: the type, the size or the alt text is not acceptable.
            RateLimited: the viewer has too many uploads open.
            Unauthenticated: the viewer's account is gone or not in use.

        """
        alt = self._checked(content_type, size, alt)
        id_, at, life = new_id(), now_ms(), int(self.limits.life.total_seconds() * 1000)
        open_uploads = await self.writer.write(
            "media/create",
            once=once,
            made=lambda found: id_ if found[0] < OPEN_UPLOADS else None,
            id=id_,
            ownerId=viewer_id,
            contentType=content_type,
            bytes=size,
            alt=alt,
            at=at,
            since=at - life,
            most=OPEN_UPLOADS,
        )
        if open_uploads is None:
            raise Unauthenticated
        waiting, oldest = open_uploads
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
        return row, self._target(row)

    async def again(self, viewer_id: str, media_id: str) -> tuple[MediaRow, UploadTarget]:
        """Return a media item that was announced before, and its address, which is valid as long as the first one.

        Raises:
            NotFound: there is no such media item of this viewer any more.

        """
        row = await self._owned(viewer_id, media_id)
        return row, self._target(row)

    def _target(self, row: MediaRow) -> UploadTarget:
        return self.store.upload_target(upload_key(row.id), row.content_type, row.bytes, row.created_at + self.limits.life)

    async def complete(self, viewer_id: str, media_id: str) -> MediaRow:
        """Check the uploaded file, and accept it for processing or refuse it; the state of the row says which.

        A repeated call, also a concurrent one, changes nothing and returns the present row.

        Raises:
            NotFound: there is no such media item of this viewer.
            InvalidInput: nothing was uploaded yet; the call can be repeated later.
            Unauthenticated: the viewer's account is gone or not in use.
            Unavailable: the store or the graph is away; nothing has changed.

        """
        row = await self._owned(viewer_id, media_id)
        if row.state is not MediaState.PENDING:
            return row
        try:
            header = await self._header_of(row)
        except Refused as refused:
            changed = await records.refuse(self.writer, media_id, MediaState.PENDING, refused.reason)
            if changed is not None:
                with suppress(Unavailable):  # the sweep deletes it then
                    await self.store.delete([upload_key(media_id)])
            return changed or await self._owned(viewer_id, media_id)
        if header is None:
            return await self._nothing_stored(viewer_id, media_id)
        changed = await records.complete(self.writer, media_id, header.content_type)
        return changed or await self._completed(viewer_id, media_id)

    async def _header_of(self, row: MediaRow) -> Header | None:
        """Check the stored file by its size and first bytes; None when there is none."""
        stored = await self.store.stat(upload_key(row.id))
        if stored is None:
            return None
        if stored.size > row.bytes:
            raise Refused(Refusal.LARGER_THAN_ANNOUNCED)
        head = await self.store.read(upload_key(row.id), HEAD)
        return None if head is None else read_header(head, self.limits.pixels)

    async def _nothing_stored(self, viewer_id: str, media_id: str) -> MediaRow:
        """Return the row if another call completed the upload and it was processed meanwhile; else nothing was uploaded yet."""
        row = await self._owned(viewer_id, media_id)
        if row.state is MediaState.PENDING:
            raise InvalidInput("mediaId", "Nothing was uploaded yet.")
        return row

    async def _completed(self, viewer_id: str, media_id: str) -> MediaRow:
        """Return the row if another call completed the upload; if it is still pending, its owner's account is not in use."""
        row = await self._owned(viewer_id, media_id)
        if row.state is MediaState.PENDING:
            raise Unauthenticated
        return row

    async def _owned(self, viewer_id: str, media_id: str) -> MediaRow:
        row = await records.by_id(self.writer.graph, media_id) if is_id(media_id) else None
        if row is None or row.owner_id != viewer_id:
            raise NotFound("picture")
        return row

    def _checked(self, content_type: str, size: int, alt: str) -> str:
        """Check the arguments of a request, and return the alt text without surrounding space."""
        if content_type not in CONTENT_TYPES:
            raise InvalidInput("contentType", f"Send one of {', '.join(CONTENT_TYPES)}.")
        if not 1 <= size <= self.limits.size:
            raise InvalidInput("size", f"A picture has 1 to {self.limits.size:,} bytes.")
        if len(alt := alt.strip()) > LONGEST_ALT:
            raise InvalidInput("alt", f"Describe it in {LONGEST_ALT:,} characters at most.")
        return alt
