"""A schema small enough to know by heart, with a field for each way in which things go wrong."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Self

import strawberry
from graphql import GraphQLError
from starlette.requests import HTTPConnection

from clock import now_ms
from errors import NotFound, RateLimited, Unauthenticated, Unavailable
from execution.declarations import HOW, Call
from web.bearer import bearer
from web.graphql import OpenContext
from web.sessions import Session

HOUR = 3_600_000
"""Milliseconds."""


@dataclass(slots=True)
class Toy:
    """What the tests and the resolvers share: moments to wait for, and counts."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    session_over: asyncio.Event = field(default_factory=asyncio.Event)
    contexts: int = 0


@dataclass(slots=True)
class ToyContext:
    """The context of one operation; `number` tells it from others."""

    toy: Toy
    viewer: str | None
    number: int
    ends_at: int = 0
    """When the token ends, in milliseconds since 1970 UTC."""

    async def admitted(self) -> None:
        """Let everybody in."""

    def for_operation(self) -> Self:
        """Give a fresh one."""
        self.toy.contexts += 1
        return type(self)(self.toy, self.viewer, self.toy.contexts, self.ends_at)


def session_of(context: ToyContext) -> Session | None:
    """Give the session of a context."""
    return None if context.viewer is None else Session(context.viewer, context.ends_at, context.viewer)


def opener(toy: Toy) -> OpenContext[ToyContext]:
    """Give the `open_context` of a toy. A token is the viewer, perhaps with `@` and when it ends; else it lasts for an hour."""

    async def open_context(connection: HTTPConnection, params: Mapping[str, object] | None) -> ToyContext:
        token = bearer(connection, params)
        if token == "bad":
            raise Unauthenticated
        if token == "busy":
            raise RateLimited(7)
        if token == "broken":
            message = "hunter2"
            raise ValueError(message)
        if token == "away":
            raise Unavailable
        if token == "held":
            await toy.gate.wait()
        toy.contexts += 1
        viewer, _, until = (token or "").partition("@")
        return ToyContext(toy, viewer or None, toy.contexts, int(until) if until else now_ms() + HOUR)

    return open_context


Info = strawberry.Info[ToyContext, None]


@strawberry.input
class Wish:
    """An input with a number."""

    size: int
    note: str | None = None


@strawberry.type
class Person:
    """Somebody with a friend."""

    name: str

    @strawberry.field(metadata={HOW: Call()})
    def friend(self) -> "Person":
        """Give the friend."""
        return Person(name="Bo")


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        """Greet."""
        return f"hello {name}"

    @strawberry.field
    def me(self) -> Person:
        """Give somebody."""
        return Person(name="Ana")

    @strawberry.field
    def wish(self, wish: Wish) -> int:
        """Give the size back."""
        return wish.size

    @strawberry.field
    def viewer(self, info: Info) -> str | None:
        """Say who asks."""
        return info.context.viewer

    @strawberry.field
    def context_number(self, info: Info) -> int:
        """Say which context this is."""
        return info.context.number

    @strawberry.field
    def missing(self) -> str | None:
        """Fail on purpose."""
        raise NotFound("post")

    @strawberry.field
    def broken(self, secret: str = "") -> str | None:
        """Fail by a defect that quotes its argument."""
        message = f"no {secret}"
        raise ValueError(message)

    @strawberry.field
    def broken_type(self) -> str:
        """Give null where none may be."""
        return None  # type: ignore[return-value]

    @strawberry.field
    def coded(self) -> str | None:
        """Fail as GraphQL does it."""
        message = "No."
        raise GraphQLError(message, extensions={"code": "CUSTOM"})

    @strawberry.field
    def not_a_number(self) -> float | None:
        """Give what JSON has no word for."""
        return float("nan")

    @strawberry.field
    async def slow(self, info: Info) -> str:
        """Wait until the gate opens, and note when that is cut short."""
        toy = info.context.toy
        toy.begun.set()
        try:
            await toy.gate.wait()
        except asyncio.CancelledError:
            toy.cancelled.set()
            raise
        return "done"


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    def add(self, number: int) -> int:
        """Add one."""
        return number + 1

    @strawberry.mutation
    async def slow_add(self, info: Info) -> int:
        """Wait until the gate opens, and note that it is done."""
        toy = info.context.toy
        toy.begun.set()
        await toy.gate.wait()
        toy.finished.set()
        return 1


@strawberry.type
class Tick:
    """An event."""

    number: int

    @strawberry.field(metadata={HOW: Call()})
    def context_number(self, info: Info) -> int:
        """Say which context this event has."""
        return info.context.number


@strawberry.type
class Subscription:
    """What can be watched."""

    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[Tick]:
        """Count from one."""
        for number in range(1, to + 1):
            yield Tick(number=number)

    @strawberry.subscription
    async def forever(self, info: Info) -> AsyncIterator[Tick]:
        """Send one, then wait for good."""
        toy = info.context.toy
        try:
            yield Tick(number=1)
            toy.begun.set()
            await toy.gate.wait()
            yield Tick(number=2)
        finally:
            toy.cancelled.set()

    @strawberry.subscription
    async def flood(self, info: Info) -> AsyncIterator[str]:
        """Send as much as goes."""
        try:
            while True:
                yield "x" * 100_000
                await asyncio.sleep(0)
        finally:
            info.context.toy.cancelled.set()

    @strawberry.subscription
    async def failing(self, late: bool = False) -> AsyncIterator[str]:
        """Fail at once, or after one."""
        if late:
            yield "one"
        raise NotFound("post")

    @strawberry.subscription
    async def revoked(self, info: Info) -> AsyncIterator[Tick]:
        """Send one, then say that the session is over when it is."""
        yield Tick(number=1)
        await info.context.toy.session_over.wait()
        raise Unauthenticated

    @strawberry.subscription
    async def broken_down(self) -> AsyncIterator[Tick]:
        """Send one, then find that a part is down."""
        yield Tick(number=1)
        raise Unavailable

    @strawberry.subscription
    async def exploding(self) -> AsyncIterator[str]:
        """Fail by a defect after one."""
        yield "one"
        message = "hunter2"
        raise ValueError(message)


schema = strawberry.Schema(Query, Mutation, Subscription)
