"""The page by stock Strawberry: its ASGI view, its data loaders, and its caches of parsing and validation.

    python -m bench.in_memory.stock ROWS

Behind uvicorn with uvloop and httptools, as its documentation says, and without access log.
"""

import sys
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import strawberry
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from bench.in_memory.port import port
from bench.in_memory.rows import PostRow, Store, UserRow
from schema.scalars import WITH_SCALARS
from stack.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class StockContext:
    """What resolvers find in their context."""

    store: Store
    users: DataLoader[str, UserRow]
    liked: DataLoader[str, bool]


Info = strawberry.Info[StockContext, None]


@strawberry.type
class User:
    """A person."""

    id: strawberry.ID
    handle: str
    display_name: str
    avatar_url: str | None
    bio: str
    follower_count: int
    verified: bool

    @classmethod
    def of(cls, row: UserRow) -> "User":
        """Build one."""
        return cls(
            id=_global("User", row.id),
            handle=row.handle,
            display_name=row.display_name,
            avatar_url=row.avatar_url,
            bio=row.bio,
            follower_count=row.follower_count,
            verified=row.verified,
        )


@strawberry.type
class Post:
    """A post."""

    row: strawberry.Private[PostRow]
    id: strawberry.ID
    text: str
    created_at: datetime
    like_count: int
    reply_count: int
    repost_count: int
    lang: str

    @classmethod
    def of(cls, row: PostRow) -> "Post":
        """Build one."""
        return cls(
            row=row,
            id=_global("Post", row.id),
            text=row.text,
            created_at=row.created_at,
            like_count=row.like_count,
            reply_count=row.reply_count,
            repost_count=row.repost_count,
            lang=row.lang,
        )

    @strawberry.field
    async def viewer_has_liked(self, info: Info) -> bool:
        """Look it up."""
        return await info.context.liked.load(self.row.id)

    @strawberry.field
    async def author(self, info: Info) -> User:
        """Look them up."""
        return User.of(await info.context.users.load(self.row.author_id))


@strawberry.type
class PostEdge:
    """A post on a page."""

    cursor: str
    node: Post


@strawberry.type
class PageInfo:
    """Where the page stands."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class PostConnection:
    """A page."""

    edges: list[PostEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    """The queries."""

    @strawberry.field
    async def home_timeline(self, info: Info, first: int) -> PostConnection:
        """Return the newest posts."""
        page = info.context.store.page(first)
        edges = [PostEdge(cursor=edge.cursor, node=Post.of(edge.node)) for edge in page.edges]
        about = PageInfo(has_next_page=page.page_info.has_next_page, end_cursor=page.page_info.end_cursor)
        return PostConnection(edges=edges, page_info=about)


class StockView(GraphQL[StockContext, None]):
    """Strawberry's view, with loaders for each request."""

    def __init__(self, store: Store) -> None:
        """Keep the rows. The classes themselves, not functions: these would defeat the caches."""
        super().__init__(strawberry.Schema(Query, config=WITH_SCALARS, extensions=[ParserCache, ValidationCache]))
        self._store = store

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> StockContext:  # noqa: ARG002
        """Begin a request."""
        return StockContext(self._store, DataLoader(self._users), DataLoader(self._liked))

    async def _users(self, keys: Sequence[str]) -> list[UserRow]:
        return [self._store.users[key] for key in keys]

    async def _liked(self, keys: Sequence[str]) -> list[bool]:
        return [key in self._store.liked for key in keys]


def _global(kind: str, id_: str) -> strawberry.ID:
    return strawberry.ID(b64encode(f"{kind}:{id_}".encode()).decode())


if __name__ == "__main__":
    _app = StockView(Store.read(Path(sys.argv[1])))
    uvicorn.run(_app, host=LOOPBACK, port=port(), loop="uvloop", http="httptools", log_level="warning", access_log=False)
