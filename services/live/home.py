"""The live home timeline of one viewer: what was missed since a cursor, then what comes."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from redis.exceptions import ResponseError

from errors import InvalidInput, Unavailable
from graph.driver import Graph
from keyspace import keys
from keyspace.client import Keyspace
from services.live.entries import Entry, entry, place
from services.live.hub import Hub

MISSED_MAX = 5_000
"""Entries of the stream looked through for one who comes back; beyond it a page of the timeline is cheaper for both."""


@dataclass(frozen=True, slots=True)
class Resync:
    """What was missed cannot be told any more: the client is to read its timeline anew."""


@dataclass(frozen=True, slots=True)
class HomeStream:
    """Home timelines as streams."""

    hub: Hub
    graph: Graph
    keyspace: Keyspace

    async def __call__(self, viewer: int, after: str | None) -> AsyncGenerator[Entry | Resync, None]:
        """Give what was missed after a cursor and then what comes, each event once and in order.

        Raises:
            InvalidInput: the cursor is not one of ours.
            FellBehind: the client did not take its events.

        """
        if after is not None:
            _check(after)
        with self.hub.subscribed(viewer) as subscriber:
            followed = await self.graph.read("follows/following_keys", viewer=viewer)
            self.hub.concern(subscriber, set(followed or ()))
            if after is not None:
                missed = await self._missed(after)
                if missed is None:
                    yield Resync()
                for found in missed or ():
                    if found.payload.get("authorKey") in subscriber.authors and subscriber.fresh(found):
                        yield found
            async for found in subscriber.entries():
                yield found

    async def _missed(self, after: str) -> list[Entry] | None:
        """Give the entries after a cursor, or None when it is no longer in the stream or too far back."""
        try:
            known, found = await self.keyspace.commands(
                "missed",
                [("XRANGE", keys.LIVE, after, after), ("XRANGE", keys.LIVE, f"({after}", "+", "COUNT", MISSED_MAX + 1)],
            )
        except (Unavailable, ResponseError):
            return None
        if not known or len(found) > MISSED_MAX:
            return None
        return [entry(cursor, fields) for cursor, fields in found]


def _check(cursor: str) -> None:
    try:
        place(cursor)
    except ValueError as error:
        raise InvalidInput("after", "This is not a cursor of this stream.") from error
