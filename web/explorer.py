"""The API explorer: GraphiQL, served from our own files to browsers that ask for a page."""

from pathlib import Path
from typing import Self

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Send

BUILT = Path(__file__).parent / "explorer" / "built"

# Nothing from other origins and nothing inline. GraphiQL sets styles by script, which this allows.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ASSET_SECONDS = 3_600


class Explorer:
    """The page of the explorer. `npm run build` in `web/explorer` builds it, and the result is committed."""

    def __init__(self, page: bytes) -> None:
        """Take the finished page."""
        self._page = page

    @classmethod
    def built(cls, *, graphql_path: str, assets_path: str) -> Self:
        """Read the built page and insert the paths."""
        page = (BUILT / "index.html").read_text(encoding="utf-8")
        return cls(page.replace("{{graphql}}", graphql_path).replace("{{assets}}", assets_path).encode())

    async def send_page(self, send: Send) -> None:
        """Send the page with its own content security policy."""
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(self._page)).encode()),
            (b"content-security-policy", _POLICY.encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"accept"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._page})


class _Assets(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = f"public, max-age={_ASSET_SECONDS}"
        return response


def explorer_assets(path: str) -> Mount:
    """Return the route for the page's script, style and licences."""
    return Mount(path, _Assets(directory=BUILT), name="explorer")
