"""Rows of live events: what streams tell of posts, and of themselves. Each has the cursor by which a client comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from feeds.cursors import ListCursors
from graph.rows.posts import PostRow
from graph.rows.reposts import RepostRow
from services.live.notices import Notice, ResyncReason, Started


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A post that is new, or that the viewer may see since its author changed who may; or that somebody reposted now.

    `hashtags` are those by which alone it is there.
    """

    cursor: str
    post: PostRow
    repost: RepostRow | None = None
    hashtags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A post that the viewer saw before as well, as it is now."""

    cursor: str
    post: PostRow


@dataclass(frozen=True, slots=True)
class CountsRow:
    """A post whose counts changed."""

    cursor: str
    post: PostRow


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A post that is gone, by its global id."""

    cursor: str
    post_id: str


@dataclass(frozen=True, slots=True)
class RepostRemovedRow:
    """A repost that ended, by the global ids of its post and of who made it."""

    cursor: str
    post_id: str
    reposter_id: str


@dataclass(frozen=True, slots=True)
class StartedRow:
    """What comes after the cursor is told."""

    cursor: str


@dataclass(frozen=True, slots=True)
class ResyncRow:
    """The client must read anew what it shows; what comes after the cursor is told."""

    cursor: str
    reason: ResyncReason
    missed: int | None


def notice_row(cursors: ListCursors, after: str | None, notice: Notice) -> StartedRow | ResyncRow:
    """Return the row which says that a stream begins, or that something was missed.

    Who comes back by the cursor `after` goes on from there. Any other place is that of an entry of anybody, and would tell when
    somebody did something: that cursor is sealed.
    """
    if isinstance(notice, Started):
        return StartedRow(after if after is not None else cursors.sealed(notice.place))
    return ResyncRow(cursors.sealed(notice.place), notice.reason, notice.missed)
