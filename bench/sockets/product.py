"""The product, which also tells how many statements and round trips it has made.

    python -m bench.sockets.product

`/trips` answers with both as JSON. Counting adds one number to another at each of them.
"""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

import app
from bench.in_memory.port import port
from commands.environment import load_settings
from parts import Parts, open_parts
from services.settings import Settings
from web.drain import Drain
from web.logs import configure_logs
from web.serve import ServeOptions, run

TRIPS = "/trips"


class Counted:
    """The product's application, with one more path."""

    def __init__(self, drain: Drain) -> None:
        """Build the application on parts that are counted."""
        configure_logs("json")
        self._cypher = self._redis = 0
        vars(app)["open_parts"] = self._opened  # what `create_app` calls
        self._app = app.create_app(load_settings(), drain)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the one path, and leave all others to the product."""
        if scope["type"] == "http" and scope["path"] == TRIPS:
            await JSONResponse({"cypher": self._cypher, "redis": self._redis})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _opened(self, settings: Settings) -> Parts:
        parts = open_parts(settings)
        for server in parts.redis.servers:
            server.keyspace.observe = self._to_redis
        # The graph is frozen, and all services share this instance.
        object.__setattr__(parts.graph, "observe", self._to_cypher)
        return parts

    def _to_redis(self, _name: str, _seconds: float) -> None:
        self._redis += 1

    def _to_cypher(self, _name: str, _seconds: float) -> None:
        self._cypher += 1


def make_app(drain: Drain) -> ASGIApp:
    """Build the application."""
    return Counted(drain)


if __name__ == "__main__":
    run(make_app, ServeOptions(port=port()))
