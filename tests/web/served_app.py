"""An application that the tests of `web.serve` run in processes of their own."""

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.web.executors import chosen_executor
from tests.web.toy import Toy, opener, schema
from web.drain import Drain
from web.logs import configure_logs
from web.routes import WebOptions, mount


def make_app(drain: Drain) -> ASGIApp:
    """Make the toy's application."""
    configure_logs("json")
    web = mount(schema, opener(Toy()), WebOptions(executor=chosen_executor()), drain)
    return web.application()


def make_telling(_drain: Drain) -> ASGIApp:
    """Make an application that tells what carries it: the event loop, and the protocol that sends its answers."""

    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        sender = getattr(send, "__self__", None)
        told = {"loop": type(asyncio.get_running_loop()).__module__, "protocol": type(sender).__module__}
        await JSONResponse(told)(scope, receive, send)

    return below


def make_nothing(_drain: Drain) -> ASGIApp:
    """Make an application that cannot start."""
    raise SystemExit(3)
