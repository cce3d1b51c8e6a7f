"""A post of the demo world, and what it said before it was edited."""

from dataclasses import dataclass, field

from world.conversations import Turn
from world.words import Subject


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said until `until`, in milliseconds since 1970 UTC. Its mentions were those of now."""

    text: str
    warning: str | None
    until: int


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One post. `author` and `mentions` are indexes of people; `reply_to`, `root` and `quote_of` are ids.

    `lang` is None where the text has no letters. `versions` are those of before, the oldest first.
    """

    id: str
    author: int
    text: str
    lang: str | None
    audience: str
    home: bool
    reply_to: str | None
    root: str | None
    quote_of: str | None
    tags: tuple[str, ...]
    mentions: tuple[int, ...]
    created_at: int
    subject: Subject
    reply_hidden_at: int | None = None
    quote_detached_at: int | None = None
    warning: str | None = None
    sensitive: bool = False
    versions: tuple[Version, ...] = ()

    @property
    def edited_at(self) -> int | None:
        """When it was last edited."""
        return self.versions[-1].until if self.versions else None


@dataclass(slots=True)
class Conversation:
    """A post and its replies, while they are generated."""

    said: list[tuple[DemoPost, Turn]] = field(default_factory=list)

    @property
    def root(self) -> DemoPost:
        """The post that it began with."""
        return self.said[0][0]

    @property
    def first(self) -> Turn:
        """What that post is."""
        return self.said[0][1]
