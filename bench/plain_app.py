"""The same home page in a plain Strawberry application, as an experienced developer writes it in an afternoon.

    python -m bench.plain_app one-by-one|gathered

`one-by-one` runs one query for each field that is not in its row; `gathered` uses Strawberry's loaders. Both use the best pull
query, Strawberry's own ASGI view, the same uvicorn, and no cache. The viewer is in a header, so no token is checked.
"""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import strawberry
from neo4j import AsyncDriver, AsyncGraphDatabase
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bench.people import STATEMENTS
from bench.plain_lookups import Gathered, Look, OneByOne, PlainQueries, Row, Rows
from commands.environment import load_settings
from graph.queries import Catalogue
from schema.scalars import WITH_SCALARS
from web.drain import Drain
from web.serve import ServeOptions, run

VIEWER = "x-viewer"
"""Header with the key of the viewer."""
FORMS: dict[str, Callable[[Rows], Look]] = {"one-by-one": OneByOne, "gathered": Gathered}


@dataclass(frozen=True, slots=True)
class Asked:
    """The context of resolvers."""

    queries: PlainQueries
    authors: Look
    counts: Look
    liked: Look


Info = strawberry.Info[Asked, None]


@strawberry.type
class Picture:
    """A picture; nobody has one here."""

    thumbnail_url: str | None


@strawberry.type
class User:
    """A person."""

    id: strawberry.ID
    username: str
    display_name: str
    avatar: Picture | None

    @classmethod
    def of(cls, row: Row) -> "User":
        """Build one."""
        return cls(id=_global("User", row[0]), username=row[1], display_name=row[2], avatar=None)


@strawberry.type
class Post:
    """A post."""

    row: strawberry.Private[Row]
    id: strawberry.ID
    text: str
    created_at: datetime
    counts: strawberry.Private[asyncio.Future[Row] | None] = None

    @classmethod
    def of(cls, row: Row) -> "Post":
        """Build one."""
        return cls(row=row, id=_global("Post", row[0]), text=row[2], created_at=datetime.fromtimestamp(row[3] / 1_000, UTC))

    @strawberry.field
    async def author(self, info: Info) -> User:
        """Look the author up."""
        return User.of(await info.context.authors.up(self.row[1]))

    @strawberry.field
    async def like_count(self, info: Info) -> int:
        """Count likes."""
        _, likes, _ = await self._counted(info)
        return int(likes)

    @strawberry.field
    async def reply_count(self, info: Info) -> int:
        """Count replies."""
        _, _, replies = await self._counted(info)
        return int(replies)

    @strawberry.field
    async def viewer_likes(self, info: Info) -> bool:
        """Look the viewer's like up."""
        liked: bool = (await info.context.liked.up(self.row[0]))[1]
        return liked

    def _counted(self, info: Info) -> asyncio.Future[Row]:
        """Look the counts up, once for both."""
        if self.counts is None:
            self.counts = asyncio.ensure_future(info.context.counts.up(self.row[0]))
        return self.counts


@strawberry.type
class PageInfo:
    """Whether there is more."""

    has_next_page: bool
    end_cursor: str | None = None


@strawberry.type
class PostEdge:
    """A post on a page."""

    node: Post


@strawberry.type
class PostConnection:
    """A page."""

    edges: list[PostEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def home_timeline(self, info: Info, first: int = 20) -> PostConnection:
        """Return the newest posts."""
        rows = await info.context.queries.home(first + 1)
        edges = [PostEdge(node=Post.of(row)) for row in rows[:first]]
        return PostConnection(edges=edges, page_info=PageInfo(has_next_page=len(rows) > first))


class PlainView(GraphQL[Asked, None]):
    """Strawberry's view, with a context for each request."""

    def __init__(self, driver: AsyncDriver, look: Callable[[Rows], Look]) -> None:
        """Share the driver."""
        super().__init__(strawberry.Schema(Query, config=WITH_SCALARS))
        self._driver, self._look, self._catalogue = driver, look, Catalogue(STATEMENTS)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Asked:  # noqa: ARG002 - given by Strawberry
        """Begin a request."""
        queries = PlainQueries(self._driver, self._catalogue, int(request.headers[VIEWER]))
        return Asked(queries, *(self._look(rows) for rows in (queries.authors, queries.counts, queries.liked)))


def make_app(form: str, _drain: Drain) -> ASGIApp:
    """Build the application."""
    settings = load_settings()
    auth: Any = (settings.neo4j_user, settings.neo4j_password.get_secret_value())
    return PlainView(AsyncGraphDatabase.driver(settings.neo4j_uri, auth=auth), FORMS[form])


def _global(kind: str, id_: str) -> strawberry.ID:
    return strawberry.ID(b64encode(f"{kind}:{id_}".encode()).decode())


if __name__ == "__main__":
    _settings = load_settings()
    run(partial(make_app, sys.argv[1]), ServeOptions(port=_settings.port))
