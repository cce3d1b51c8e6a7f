"""Flags of a viewer on posts, such as "I like this": one line declares a flag.

From the line follow the hash in Redis, its slot in the page scripts, the loader (`loaders.operation`), what an event makes stale,
and the field of the schema (`schema.fields.viewer_flag`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from keyspace import keys

StaleField: TypeAlias = tuple[str, str]
"""A field of a hash that a change made stale: name of the hash, and id."""


@dataclass(frozen=True, slots=True)
class ViewerFlag:
    """A yes or no of a viewer about a post.

    `name` names the loader, the hash and the statement, which takes keys of viewers and ids of posts, and returns pairs of
    those with the flag.
    """

    name: str
    counted: str = ""
    """Which of the counts of a post says how many have set it, if any does: where that is none, nobody has to be asked."""

    @property
    def statement(self) -> str:
        """Name of the statement that reads the flag."""
        return f"posts/{self.name}"

    def hash_of(self, viewer_key: int) -> str:
        """Name the hash of a viewer."""
        return keys.viewer_flag(self.name, viewer_key)

    def stale(self, viewer_key: int, post_id: str) -> StaleField:
        """Name the field that a change of this flag makes stale, as `RowCache.invalidate` takes it."""
        return self.hash_of(viewer_key), post_id


LIKED = ViewerFlag("liked", counted="likes")
BOOKMARKED = ViewerFlag("bookmarked")
REPOSTED = ViewerFlag("reposted", counted="reposts")

VIEWER_FLAGS: Sequence[ViewerFlag] = [value for value in list(globals().values()) if isinstance(value, ViewerFlag)]
"""The flags declared above, in the order of their slots in the page scripts' answer."""
