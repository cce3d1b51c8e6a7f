"""What arrives at all sockets of the load generator while it watches, beside what should."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

ANY = b""
"""Expected where the id of a post is not known beforehand."""


class Socket(Protocol):
    """A socket, by the number of the next post that it expects."""

    place: int


@dataclass(slots=True)
class Arrivals:
    """The posts that every socket should get, in this order, and what came. Times are of `time.perf_counter`.

    `lost` counts posts that a later one overtook, `misplaced` those that came twice or uncalled for, `ended` the streams that
    ended by their reason. `times` are the arrivals of each post, where they are asked for. `missing` counts the sockets that lack
    a post and are open; `complete` is done when there is none.
    """

    expected: Sequence[bytes] = ()
    times: list[list[float]] | None = None
    delivered: int = 0
    lost: int = 0
    misplaced: int = 0
    resyncs: int = 0
    last: float = 0.0
    sample: str = ""
    missing: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, expected: Sequence[bytes], sockets: int, *, timed: bool) -> None:
        """Begin anew; what sockets expected before does not count any more."""
        self.expected, self.times = expected, [[] for _ in expected] if timed else None
        self.delivered = self.lost = self.misplaced = self.resyncs = 0
        self.last, self.sample, self.missing = 0.0, "", sockets
        self.ended.clear()
        self.complete.clear()

    def take(self, socket: Socket, post: bytes, message: bytes, now: float) -> None:
        """Note that a post has come to a socket."""
        place = socket.place
        if place >= len(self.expected):
            self.misplaced += 1
            return
        if self.expected[place] not in (post, ANY) and (place := self._overtaken(place, post)) < 0:
            return
        if self.times is not None:
            self.times[place].append(now)
        if not self.delivered:
            self.sample = message.decode()
        self.delivered += 1
        self.last = now
        socket.place = place + 1
        if socket.place == len(self.expected):
            self._close_one()

    def end(self, socket: Socket, why: str) -> None:
        """Note that a stream has ended."""
        self.ended[why] += 1
        if socket.place < len(self.expected):
            socket.place = len(self.expected)
            self._close_one()

    def _overtaken(self, place: int, post: bytes) -> int:
        """Return the later place of a post that overtook others, or -1 where it is not expected any more."""
        try:
            found = self.expected.index(post, place)
        except ValueError:
            self.misplaced += 1
            return -1
        self.lost += found - place
        return found

    def _close_one(self) -> None:
        self.missing -= 1
        if self.missing == 0:
            self.complete.set()
