"""Stock Strawberry: its ASGI view, a generator for each socket, and a queue in front of each.

    python -m bench.sockets.stock SAMPLE

The rows are in memory, tokens are not checked, and everybody may see everything.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bench.in_memory.port import port
from bench.sockets.posts_of_stream import reading
from bench.sockets.sample import ONE_LIKES_OF, Sample, names_of
from schema.scalars import WITH_SCALARS
from web.drain import Drain
from web.serve import ServeOptions, run


@dataclass(frozen=True, slots=True)
class StockContext:
    """What resolvers find in their context."""

    posts: "Posts"
    viewer: object


Info = strawberry.Info[StockContext, None]


@strawberry.type
class User:
    """An author."""

    id: strawberry.ID
    username: str
    display_name: str


@strawberry.type
class Post:
    """A post."""

    id: strawberry.ID
    text: str
    created_at: datetime
    like_count: int
    reply_count: int
    author_row: strawberry.Private[Any]
    likers: strawberry.Private[set[object]]

    @strawberry.field
    def viewer_likes(self, info: Info) -> bool:
        """Look it up."""
        return info.context.viewer in self.likers

    @strawberry.field
    def author(self) -> User:
        """Build the author."""
        row = self.author_row
        return User(id=row["id"], username=row["username"], display_name=row["displayName"])


@strawberry.type
class TimelinePostAdded:
    """A new post."""

    cursor: str
    post: Post


@strawberry.type
class TimelineStarted:
    """One of the kinds of events that a client asks for and that never come here."""

    cursor: str


@strawberry.type
class TimelinePostChanged:
    """Another of them."""

    cursor: str
    post: Post


@strawberry.type
class TimelinePostRemoved:
    """Another of them."""

    cursor: str
    post_id: strawberry.ID


@strawberry.type
class TimelineResync:
    """The last of them."""

    cursor: str
    reason: str


HomeTimelineEvent = Annotated[
    TimelineStarted | TimelinePostAdded | TimelinePostChanged | TimelinePostRemoved | TimelineResync,
    strawberry.union("HomeTimelineEvent"),
]


@dataclass(slots=True, eq=False)
class Posts:
    """A queue for each subscription, and what posts are made of."""

    sample: Any
    queues: set[asyncio.Queue[TimelinePostAdded]] = field(default_factory=set)
    likers: set[object] = field(default_factory=set)
    """Some of the viewers, never the only one."""

    async def publish(self, post: str) -> None:
        """Queue a post for all."""
        if not self.queues:
            return
        row = self.sample["post"]
        id_, created_at = names_of(post)
        shown = Post(
            id=strawberry.ID(id_), text=row["text"], created_at=created_at, like_count=row["likeCount"],
            reply_count=row["replyCount"], author_row=row["author"], likers=self.likers,
        )  # fmt: skip
        added = TimelinePostAdded(cursor=self.sample["cursor"], post=shown)
        for queue in self.queues:
            queue.put_nowait(added)


@strawberry.type
class Query:
    """A schema needs one."""

    hello: str = "hello"


@strawberry.type
class Subscription:
    """What can be followed."""

    @strawberry.subscription
    async def home_timeline(self, info: Info) -> AsyncGenerator[HomeTimelineEvent, None]:
        """Yield posts as they come."""
        queue: asyncio.Queue[TimelinePostAdded] = asyncio.Queue()
        queues, likers = info.context.posts.queues, info.context.posts.likers
        queues.add(queue)
        if len(queues) % ONE_LIKES_OF == 0:
            likers.add(info.context.viewer)
        try:
            while True:
                yield await queue.get()
        finally:
            queues.discard(queue)
            likers.discard(info.context.viewer)


class StockView(GraphQL[StockContext, None]):
    """Strawberry's view, with a viewer for each socket."""

    def __init__(self, posts: Posts) -> None:
        """Take the posts."""
        super().__init__(strawberry.Schema(Query, subscription=Subscription, config=WITH_SCALARS))
        self._posts = posts

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> StockContext:  # noqa: ARG002 - given by Strawberry
        """Begin a socket."""
        return StockContext(self._posts, object())


def make_app(sample: Sample, _drain: Drain) -> ASGIApp:
    """Build the application."""
    posts = Posts(sample.event)
    return reading(posts.publish, WebSocketRoute("/graphql", StockView(posts)))


if __name__ == "__main__":
    run(partial(make_app, Sample.read(Path(sys.argv[1]))), ServeOptions(port=port()))
