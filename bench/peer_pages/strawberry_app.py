"""The pages by stock Strawberry: its ASGI view, its caches of parsing and validation, and for each page one statement.

    python -m bench.peer_pages.strawberry_app

The statements are those of the other peers, and so are the believed header and what is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import strawberry
from graphql import FieldNode
from neo4j import READ_ACCESS, WRITE_ACCESS, AsyncDriver, AsyncGraphDatabase
from neo4j.exceptions import Neo4jError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.peer_pages.servers import own_id
from bench.peer_pages.strawberry_types import (
    CreatePostInput,
    Post,
    PostConnection,
    PostInput,
    PostPayload,
    Suggestion,
    User,
    UserInput,
    UserPayload,
    value_of,
)
from bench.people import STATEMENTS
from bench.plain_app import VIEWER
from clock import now_ms
from commands.environment import load_settings
from graph.ids import milliseconds_of, new_id
from graph.queries import Catalogue
from schema.scalars import WITH_SCALARS
from web.drain import Drain
from web.serve import ServeOptions, run

T = TypeVar("T")
PAGE = 20
RANKED = 50
"""Candidates ranked for each suggestion."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The context of resolvers: the driver, used as in its manual, the statements, and the key of the viewer."""

    driver: AsyncDriver
    catalogue: Catalogue
    viewer: int

    async def read(self, kind: type[T], name: str, **params: object) -> T:  # noqa: ARG002 - for the type
        """Return the value of the one record of a statement, a map that is shown as this type."""
        found: T = await self._run(name, READ_ACCESS, params)
        return found

    async def write(self, kind: type[T], name: str, **params: object) -> T:  # noqa: ARG002 - for the type
        """Return the same of one that writes."""
        found: T = await self._run(name, WRITE_ACCESS, params)
        return found

    async def _run(self, name: str, access: str, params: Mapping[str, object]) -> Any:
        while True:
            try:
                return await self._run_once(name, access, params)
            except Neo4jError as error:  # a deadlock: the driver repeats only in transactions that it begins, for a trip more
                if not error.is_retryable():
                    raise

    async def _run_once(self, name: str, access: str, params: Mapping[str, object]) -> Any:
        async with self.driver.session(database="neo4j", default_access_mode=access) as session:
            result = await session.run(self.catalogue[f"peers/{name}"].text, {"viewer": self.viewer, **params})
            record = await result.single()
            return record[0] if record else None


Info = strawberry.Info[Asked, None]


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def home_timeline(self, info: Info, first: int = PAGE) -> PostConnection:
        """Return the newest posts."""
        return await info.context.read(PostConnection, "home", first=first)

    @strawberry.field
    async def user(self, info: Info, username: str) -> User | None:
        """Return somebody with the list of theirs that is asked for: one statement gives both."""
        fields = info._raw_info.field_nodes[0].selection_set  # noqa: SLF001 - its own form of them takes longer than the statement
        selected = [each.name.value for each in fields.selections if isinstance(each, FieldNode)] if fields else []
        return await info.context.read(User, "followers" if "followers" in selected else "profile", username=username, first=PAGE)

    @strawberry.field
    async def post(self, info: Info, id: strawberry.ID) -> Post | None:
        """Return a post with its first replies."""
        return await info.context.read(Post, "thread", id=own_id(id), first=PAGE)

    @strawberry.field
    async def people_you_may_know(self, info: Info, first: int = 10) -> list[Suggestion]:
        """Return the best of those who were ranked; only those ask for whom these settle who is shown."""
        best = await info.context.read(dict[str, list[Suggestion]], "people_you_may_know", first=first, enough=RANKED * first)
        return best["people"]


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    async def create_post(self, info: Info, input: CreatePostInput) -> PostPayload:
        """Write a post."""
        id_ = new_id()
        return await info.context.write(PostPayload, "create_post", id=id_, at=milliseconds_of(id_), input={"text": input.text})

    @strawberry.mutation
    async def like_post(self, info: Info, input: PostInput) -> PostPayload:
        """Like a post."""
        return await info.context.write(PostPayload, "like_post", at=now_ms(), input={"postId": own_id(input.post_id)})

    @strawberry.mutation
    async def unlike_post(self, info: Info, input: PostInput) -> PostPayload:
        """Take a like back."""
        return await info.context.write(PostPayload, "unlike_post", input={"postId": own_id(input.post_id)})

    @strawberry.mutation
    async def follow(self, info: Info, input: UserInput) -> UserPayload:
        """Follow a person."""
        return await info.context.write(UserPayload, "follow", at=now_ms(), input={"userId": own_id(input.user_id)})

    @strawberry.mutation
    async def unfollow(self, info: Info, input: UserInput) -> UserPayload:
        """Stop following a person."""
        return await info.context.write(UserPayload, "unfollow", input={"userId": own_id(input.user_id)})


class StockView(GraphQL[Asked, None]):
    """Strawberry's view, with a context for each request."""

    def __init__(self, driver: AsyncDriver) -> None:
        """Share the driver. The extensions are the classes themselves: functions would defeat the caches."""
        config = replace(WITH_SCALARS, auto_camel_case=True, default_resolver=value_of)
        super().__init__(strawberry.Schema(Query, Mutation, config=config, extensions=[ParserCache, ValidationCache]))
        self._driver, self._catalogue = driver, Catalogue(STATEMENTS)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Asked:  # noqa: ARG002 - given by Strawberry
        """Begin a request."""
        return Asked(self._driver, self._catalogue, int(request.headers[VIEWER]))


def make_app(_drain: Drain) -> ASGIApp:
    """Build the application."""
    settings = load_settings()
    auth = (settings.neo4j_user, settings.neo4j_password.get_secret_value())
    return StockView(AsyncGraphDatabase.driver(settings.neo4j_uri, auth=auth))


if __name__ == "__main__":
    run(make_app, ServeOptions(port=load_settings().port))
