"""A frontend on an origin of its own, whose pages run what the documentation shows."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.clients.pages import ROOT
from tests.worlds.serving import listening
from web.drain import Drain
from web.serve import listen

_SHOWN = re.compile(r"```js\n(const random = .*?)```", re.DOTALL)


@dataclass(slots=True)
class Frontend:
    """The pages `/start` and `/signed-in`; `api` is the server that they use."""

    origin: str
    api: str = ""

    async def page(self, _: Request) -> Response:
        """Answer with a page that hands what is shown to who looks at it."""
        shown = _SHOWN.search((ROOT / "docs" / "api.md").read_text("utf-8"))
        assert shown is not None
        script = f"const API = {json.dumps(self.api)};\n{shown[1]}\nwindow.shown = {{ begin, finish, API }};"
        return HTMLResponse(f'<!doctype html><link rel="icon" href="data:,"><script type="module">{script}</script>')


@asynccontextmanager
async def serving_pages() -> AsyncIterator[Frontend]:
    """Serve the pages until the block ends."""
    listener = listen("127.0.0.1", 0)
    frontend = Frontend(f"http://127.0.0.1:{listener.getsockname()[1]}")
    routes = [Route(path, frontend.page) for path in ("/start", "/signed-in")]
    async with listening(Starlette(routes=routes), Drain(), listener):
        yield frontend
