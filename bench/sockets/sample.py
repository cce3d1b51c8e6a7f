"""A message of the product, from which the other servers make theirs: all posts of the benchmark differ in id and time alone."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import orjson

from clock import moment
from graph.ids import milliseconds_of
from resolvers.global_ids import encode

ONE_LIKES_OF = 4
"""Of so many people who are sent a post, one likes it. The sample is of one who does not."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A `next` message with a new post, as it is sent."""

    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read it from a file."""
        return cls(path.read_text("utf-8"))

    @property
    def message(self) -> Any:
        """The whole message as an object."""
        return orjson.loads(self.text)

    @property
    def event(self) -> Any:
        """What it says of the timeline: a cursor and a post."""
        return self.message["payload"]["data"]["homeTimeline"]

    def is_like(self, other: Self) -> bool:
        """Return whether another message has as many bytes and says the same, but for the cursor, the post and its time."""
        return len(self.text) == len(other.text) and self.says_like(other)

    def says_like(self, other: Self) -> bool:
        """Return whether another message says the same, but for the cursor, the post and its time."""
        return bool(self._without_names() == other._without_names())

    def _without_names(self) -> Any:
        message = self.message
        event = message["payload"]["data"]["homeTimeline"]
        del event["cursor"], event["post"]["id"], event["post"]["createdAt"]
        return message


def names_of(post: str) -> tuple[str, datetime]:
    """Return the global id and the time of a post."""
    return encode("Post", post), moment(milliseconds_of(post))
