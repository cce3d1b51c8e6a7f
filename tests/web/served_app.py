"""An application that the tests of `web.serve` run in processes of their own."""

from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.web.toy import Toy, opener, schema
from web.drain import Drain
from web.logs import configure_logs
from web.routes import WebOptions, mount


def make_app(drain: Drain) -> ASGIApp:
    """Make the toy's application."""
    configure_logs("json")
    web = mount(schema, opener(Toy()), WebOptions(), drain)
    return Starlette(routes=list(web.routes), middleware=list(web.middleware))


def make_nothing(_drain: Drain) -> ASGIApp:
    """Make an application that cannot start."""
    raise SystemExit(3)
