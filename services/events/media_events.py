"""Events of media."""

from dataclasses import dataclass

from keyspace.row_cache import MEDIA
from services.events.event import Event, Stale


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaEvent(Event):
    """Something happened to a media item."""

    media_id: str
    owner_id: str

    def stale(self) -> Stale:
        """Return the media item's row."""
        return Stale(rows=[(MEDIA, self.media_id)])


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaUploaded(MediaEvent, type="media.uploaded"):
    """The bytes of a media item are in the store and wait to be processed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaReady(MediaEvent, type="media.ready"):
    """The sizes of a media item are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRefused(MediaEvent, type="media.refused"):
    """A media item was refused, and its bytes are deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDeleted(MediaEvent, type="media.deleted"):
    """A media item is no longer in the graph, because its upload was never completed, or with the last post that showed it."""
