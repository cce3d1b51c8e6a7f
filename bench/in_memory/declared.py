"""The page as we serve it: fields declared as data, loaders of ours, the product's surface and its executor.

    python -m bench.in_memory.declared ROWS compiled|core

Everything is as an operator gets it by default, logs and metrics too.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, Self

import strawberry
from prometheus_client import CollectorRegistry
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from bench.in_memory.port import port
from bench.in_memory.rows import ConnectionRow, PostRow, Store, UserRow
from errors import QueryTooExpensive
from execution.admission import Admission
from execution.costs import Costs
from execution.declarations import HOW, Call, RowsOf
from execution.executor import CompiledExecutor
from feeds.windows import FIRST_MAX
from loaders.loader import Loader, OptionalLoader
from schema.fields import attribute, by_key, global_id
from schema.scalars import COLUMN_SCALARS, WITH_SCALARS
from services.settings import Settings
from web.documents import Operation
from web.drain import Drain
from web.execution import CoreExecutor, OperationExecutor, Outcome, core_schema
from web.graphql import OpenContext
from web.logs import configure_logs
from web.routes import WebOptions, mount
from web.serve import ServeOptions, run

ExecutorName = Literal["compiled", "core"]


class UsersById(OptionalLoader[str, UserRow]):
    """People."""

    def __init__(self, store: Store) -> None:
        """Take the rows."""
        super().__init__()
        self._store = store

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, UserRow]:
        """Find them."""
        users = self._store.users
        return {key: users[key] for key in keys if key in users}


class LikedById(Loader[str, bool]):
    """Whether the viewer likes a post."""

    def __init__(self, store: Store) -> None:
        """Take the rows."""
        super().__init__()
        self._store = store

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Look each up."""
        liked = self._store.liked
        return {key: key in liked for key in keys}


class Loaders:
    """The loaders of one operation."""

    def __init__(self, store: Store) -> None:
        """Begin with nothing known."""
        self.users, self.liked = UsersById(store), LikedById(store)


class Context:
    """What resolvers find."""

    def __init__(self, store: Store) -> None:
        """Begin an operation."""
        self.store = store
        self.forget()

    def forget(self) -> None:
        """Begin with loaders that know nothing, as after a change."""
        self.loaders = Loaders(self.store)

    async def admitted(self) -> None:
        """Let everybody in."""

    def for_operation(self) -> Self:
        """Return a fresh one."""
        return type(self)(self.store)


Info = strawberry.Info[Context, None]


@strawberry.type
class User:
    """A person."""

    id: strawberry.ID = global_id("User")
    handle: str = attribute("The name in addresses.")
    display_name: str = attribute("The name that is shown.")
    avatar_url: str | None = attribute("The picture.")
    bio: str = attribute("What they say of themselves.")
    follower_count: int = attribute("How many follow them.")
    verified: bool = attribute("Whether somebody checked who they are.")

    is_type_of = RowsOf(UserRow)


@strawberry.type
class Post:
    """A post."""

    id: strawberry.ID = global_id("Post")
    text: str = attribute("The text.")
    created_at: datetime = attribute("When it was written.")
    like_count: int = attribute("How many like it.")
    reply_count: int = attribute("How many replied.")
    repost_count: int = attribute("How many passed it on.")
    lang: str = attribute("Its language.")
    viewer_has_liked: bool = by_key("liked", "id", "Whether the viewer likes it.")
    author: User = by_key("users", "author_id", "Who wrote it.")

    is_type_of = RowsOf(PostRow)


@strawberry.type
class PostEdge:
    """A post on a page."""

    cursor: str = attribute("Where it stands.")
    node: Post = attribute("The post.")


@strawberry.type
class PageInfo:
    """Where the page stands."""

    has_next_page: bool = attribute("Whether there is more.")
    end_cursor: str | None = attribute("Where the next page begins.")


@strawberry.type
class PostConnection:
    """A page."""

    edges: list[PostEdge] = attribute("The posts.")
    page_info: PageInfo = attribute("Where it stands.")


@strawberry.type
class Query:
    """The queries."""

    @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]
    async def home_timeline(self, info: Info, first: int) -> PostConnection:
        """Return the newest posts."""
        return _as_declared(info.context.store.page(first))


def _as_declared(row: ConnectionRow) -> PostConnection:
    # Rows stand for the types that are declared over them.
    return row  # type: ignore[return-value]


schema = strawberry.Schema(Query, config=WITH_SCALARS)
MAX_PRICE: int = Settings.model_fields["max_price"].default


def make_app(store: Store, executor: ExecutorName, drain: Drain) -> ASGIApp:
    """Build the application as `app.create_app` does."""
    configure_logs("json")
    registry, core = CollectorRegistry(), CoreExecutor(schema)
    compiled: CompiledExecutor[Operation, Outcome] = CompiledExecutor(
        core_schema(schema), core, Outcome, column_scalars=COLUMN_SCALARS
    )
    compiled.publish(registry, "rookery")
    chosen: OperationExecutor[Context] = core if executor == "core" else compiled
    admission = Admission(Costs(core_schema(schema), FIRST_MAX), MAX_PRICE, QueryTooExpensive)
    options = WebOptions(executor=chosen, admit=admission.admit, registry=registry)
    return mount(schema, _opener(store), options, drain).application()


def _opener(store: Store) -> OpenContext[Context]:
    async def open_context(_connection: HTTPConnection, _params: Mapping[str, object] | None) -> Context:
        return Context(store)

    return open_context


if __name__ == "__main__":
    _executor: ExecutorName = "core" if sys.argv[2] == "core" else "compiled"
    run(partial(make_app, Store.read(Path(sys.argv[1])), _executor), ServeOptions(port=port()))
