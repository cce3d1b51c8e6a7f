"""One WebSocket of the load generator: hands over each post by the id that stands in the bytes of its message."""

import asyncio
import time
from base64 import b64encode

from bench.sockets.arrivals import Arrivals
from bench.sockets.connection import Connection
from bench.sockets.tally import Tally

POST_ID = b64encode(b"Post:")[:6]
"""How the global id of every post begins."""
POST_ID_SIZE = len(b64encode(b"Post:00000000-0000-0000-0000-000000000000"))
_RESYNC = b"TimelineResync"
_STARTED = b"TimelineStarted"


class Listener(Connection):
    """Hands over each post that arrives, and what else happens to the stream."""

    __slots__ = ("_arrivals", "_joined", "place")

    def __init__(
        self, port: int, token: str, subscribe: bytes, arrivals: Arrivals | Tally, joined: asyncio.Future[None]
    ) -> None:
        """Take what to send; `joined` is done when the subscription is sent, or failed when the server refuses."""
        super().__init__(port, token, subscribe)
        self._arrivals, self._joined = arrivals, joined
        self.place = 0
        """Number of the next post that is expected."""

    def read(self, payload: bytes) -> None:
        """Look for a post first: it is what comes most."""
        at = payload.find(POST_ID)
        if at >= 0:
            self._arrivals.take(self, payload[at : at + POST_ID_SIZE], payload, time.perf_counter())
        elif self.serve(payload):
            return
        elif _RESYNC in payload:
            self._arrivals.resyncs += 1
        elif _STARTED not in payload:
            self.end(payload[:300].decode(errors="replace"))

    def joined(self) -> None:
        """Tell who waits for it."""
        self._joined.set_result(None)

    def ended(self, why: str, code: int) -> None:  # noqa: ARG002 - the reason names it
        """Count a stream that has ended, or tell who waits for its beginning."""
        if self._joined.done():
            self._arrivals.end(self, why)
        else:
            self._joined.set_exception(RuntimeError(f"a socket could not join: {why}"))
