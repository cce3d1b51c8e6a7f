"""Bare Starlette: the bytes of a post are made once, and sent to one socket after the other.

    python -m bench.sockets.bare SAMPLE

It speaks just enough of `graphql-transport-ws`, checks no token, and knows neither GraphQL nor permission: the price of a send.
"""

import sys
from functools import partial
from pathlib import Path

import orjson
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from bench.in_memory.port import port
from bench.sockets.posts_of_stream import reading
from bench.sockets.sample import Sample, names_of
from schema.scalars import date_time_text
from web.drain import Drain
from web.serve import ServeOptions, run
from web.socket_messages import ACK, SUBPROTOCOL


class Bare:
    """Every open socket, all with the same subscription."""

    def __init__(self, sample: Sample) -> None:
        """Make messages like the sample."""
        self._message = sample.message
        self._post = self._message["payload"]["data"]["homeTimeline"]["post"]
        self._sockets: dict[WebSocket, None] = {}

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket until it leaves."""
        await socket.accept(SUBPROTOCOL)
        try:
            async for text in socket.iter_text():
                kind = orjson.loads(text)["type"]
                if kind == "connection_init":
                    await socket.send_text(ACK)
                elif kind == "subscribe":
                    self._sockets[socket] = None
        finally:
            self._sockets.pop(socket, None)

    async def send(self, post: str) -> None:
        """Send a post to all."""
        if not self._sockets:
            return
        id_, created_at = names_of(post)
        self._post |= {"id": id_, "createdAt": date_time_text(created_at)}
        text = orjson.dumps(self._message).decode()
        for socket in tuple(self._sockets):
            try:
                await socket.send_text(text)
            except WebSocketDisconnect:
                self._sockets.pop(socket, None)


def make_app(sample: Sample, _drain: Drain) -> ASGIApp:
    """Build the application."""
    bare = Bare(sample)
    return reading(bare.send, WebSocketRoute("/graphql", bare.serve))


if __name__ == "__main__":
    run(partial(make_app, Sample.read(Path(sys.argv[1]))), ServeOptions(port=port()))
