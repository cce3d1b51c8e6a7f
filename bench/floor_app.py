"""The floor under a warm home page: the same script in Redis, and orjson writing the same answer.

    python -m bench.floor_app

No GraphQL, no routing, no policy and no token: what is left is what no server of this design can save.
"""

from base64 import b64encode
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.plain_app import VIEWER
from clock import moment
from commands.environment import load_settings
from graph.ids import LAST
from graph.rows.posts import PostCounts
from keyspace.client import Keyspace
from keyspace.page_scripts import HomeAbsent, PageScripts
from keyspace.row_cache import POST_COUNTS, POSTS, USERS, RowCache
from keyspace.viewer_flags import LIKED, VIEWER_FLAGS
from schema.scalars import date_time_text
from services.settings import Settings
from web.drain import Drain
from web.serve import ServeOptions, run

PAGE = 20
_HEADER = VIEWER.encode()
_LIKED = VIEWER_FLAGS.index(LIKED)


class Floor:
    """The application."""

    def __init__(self, settings: Settings) -> None:
        """Connect as the product does."""
        url = settings.redis_url.get_secret_value()
        keyspace = Keyspace.open(url, timeout=settings.redis_timeout)
        self._timeline_life = int(settings.timeline_life.total_seconds())
        self._cache = RowCache(keyspace, int(settings.cache_life.total_seconds()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer every request with the page of the viewer in the header."""
        if scope["type"] != "http":
            return
        await receive()
        viewer = dict(scope["headers"]).get(_HEADER)
        body = orjson.dumps({"data": await self._page(viewer)}) if viewer else b"{}"
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _page(self, viewer: bytes) -> Mapping[str, object]:
        scripts = PageScripts(self._cache, int(viewer))
        page = await scripts.home(LAST, PAGE + 1, self._timeline_life)
        if isinstance(page, HomeAbsent):
            return {"homeTimeline": None}
        posts = page.posts
        authors = dict(zip(posts.author_ids, map(_author, posts.authors), strict=True))
        rows = zip(posts.bodies[:PAGE], posts.counts, posts.flags[_LIKED], strict=False)
        edges = [{"node": _post(body, counts, liked, authors)} for body, counts, liked in rows]
        return {"homeTimeline": {"edges": edges, "pageInfo": {"hasNextPage": len(page.ids) > PAGE}}}


def _post(body: bytes, counts: bytes, liked: bytes, authors: Mapping[bytes, object]) -> Mapping[str, object]:
    values, found = POSTS.decode(body), PostCounts(*POST_COUNTS.decode(counts))
    return {
        "id": _global("Post", values[0]),
        "text": values[3],
        "createdAt": date_time_text(moment(values[12])),
        "likeCount": found.likes,
        "replyCount": found.replies,
        "viewerLikes": liked == b"1",
        "author": authors[body[:16]],
    }


def _author(found: bytes) -> Mapping[str, object]:
    values = USERS.decode(found)
    return {"id": _global("User", values[0]), "username": values[2], "displayName": values[3], "avatar": None}


def _global(kind: str, id_: str) -> str:
    return b64encode(f"{kind}:{id_}".encode()).decode()


def make_app(_drain: Drain) -> ASGIApp:
    """Build the application."""
    return Floor(load_settings())


if __name__ == "__main__":
    run(make_app, ServeOptions(port=load_settings().port))
