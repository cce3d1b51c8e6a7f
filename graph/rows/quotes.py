"""What is shown in the place of a post that another one quotes."""

from dataclasses import dataclass
from enum import StrEnum

from graph.rows.posts import PostRow


class QuoteState(StrEnum):
    """Why a quoted post is shown, or is not."""

    SHOWN = "SHOWN"
    MUTED = "MUTED"
    HIDDEN = "HIDDEN"
    DELETED = "DELETED"
    DETACHED = "DETACHED"


@dataclass(frozen=True, slots=True)
class Quote:
    """The place of a quoted post; `post` is None where it is neither shown nor muted."""

    state: QuoteState
    post: PostRow | None = None


HIDDEN, DELETED, DETACHED = Quote(QuoteState.HIDDEN), Quote(QuoteState.DELETED), Quote(QuoteState.DETACHED)
