"""The pages and writes that are measured, with the servers that answer each, and the goals beside graphql-yoga."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bench.figures import Goal, at_least
from bench.peer_pages.cast import Asking, Cast
from bench.peer_pages.servers import LIBRARY, LISTS, OURS, STRAWBERRY, UNCACHED, YOGA

EVERYWHERE = (OURS, YOGA, LIBRARY, STRAWBERRY)
"""Servers that are asked for everything, with an empty Redis too."""
TEXT = "A post of a benchmark"


@dataclass(frozen=True, slots=True)
class Page:
    """A page, or a write with what undoes it. `cold` is the goal with an empty Redis, None where that is not measured."""

    name: str
    document: str
    asked: Callable[[Cast, str], Sequence[Asking]]
    warm: Goal | None = None
    cold: Goal | None = None
    uncached: Goal | None = None
    """The goal with nothing cached in the process."""
    servers: Sequence[str] = EVERYWHERE
    writes: bool = False
    undo: str | None = None
    new: Collection[str] = ()
    """Fields that are new in each answer, and are not compared."""

    @property
    def documents(self) -> Sequence[str]:
        """The documents that are sent, one after another for all that is asked."""
        return [self.document, self.undo] if self.undo else [self.document]


def _viewers(cast: Cast, _: str) -> Sequence[Asking]:
    return [Asking(viewer) for viewer in cast.viewers]


def _settled(cast: Cast, _: str) -> Sequence[Asking]:
    return [Asking(viewer) for viewer in cast.settled]


PAGES: Mapping[str, Page] = {
    page.name: page
    for page in (
        Page(
            "home", "home", _viewers, at_least(3.5), at_least(1), at_least(2.5),
            servers=(*EVERYWHERE, LISTS, UNCACHED),
        ),
        Page("followers", "followers", lambda cast, _: cast.each_about("username", cast.usernames), at_least(3), at_least(1)),
        Page("profile", "profile", lambda cast, _: cast.each_about("username", cast.usernames), at_least(3), at_least(1)),
        Page("suggestions", "people_you_may_know", _settled, at_least(4), at_least(1.2)),
        Page("thread", "post_with_replies", lambda cast, _: cast.each_about("id", cast.threads), None, at_least(1)),
        Page(
            "createPost", "create_post", lambda cast, _: cast.each_about("text", [TEXT]), at_least(1.5),
            writes=True, new={"id"},
        ),
        Page("like", "like_post", lambda cast, server: cast.to_like[server], at_least(1.5), writes=True, undo="unlike_post"),
        Page("follow", "follow", lambda cast, server: cast.to_follow[server], at_least(1.5), writes=True, undo="unfollow"),
    )
}  # fmt: skip
"""By the name that `--page` takes; those that write come last."""
