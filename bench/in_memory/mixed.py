"""Runs mixed operations by the product's executor, and tells what memory the process has as it goes on.

    python -m bench.in_memory.mixed OPERATIONS CAPACITY

Prints JSON: mebibytes after a tenth, a half and all of the operations, seconds, and how they were run. The documents and plans
that are kept, at most CAPACITY of each, are full before the first is counted, so what grows afterwards would grow for ever.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from os import getpid
from pathlib import Path

import strawberry
import uvloop

from bench.in_memory.declared import Context, Info, Post, Query
from bench.in_memory.mix import Asked, Mix
from bench.in_memory.rows import Store
from execution.executor import CompiledExecutor
from schema.scalars import EXACT_SCALARS
from web.documents import Documents, Operation, pick_operation
from web.execution import CoreExecutor, Outcome, core_schema
from web.limits import Limits
from web.refusals import DocumentRefused
from web.requests import GraphQLRequest

SHARES = (0.1, 0.5, 1.0)
MEBIBYTE = 1 << 20


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    async def like(self, info: Info, id: strawberry.ID) -> Post:
        """Like a post; whoever reads on has loaders that know nothing."""
        store = info.context.store
        info.context.forget()
        return next(post for post in store.posts if post.id == id)  # type: ignore[return-value]


@strawberry.type
class Subscription:
    """What can be heard of."""

    @strawberry.subscription
    async def written(self, info: Info, times: int) -> AsyncGenerator[Post, None]:
        """Give posts as if they were written now."""
        for post in info.context.store.posts[:times]:
            yield post  # type: ignore[misc]


schema = strawberry.Schema(Query, Mutation, Subscription)


class Mixed:
    """Takes requests from text to answer, as the surface does, without HTTP."""

    def __init__(self, capacity: int) -> None:
        """Keep so many documents and plans."""
        self._documents = Documents(core_schema(schema), replace(Limits(), cached_documents=capacity))
        core = CoreExecutor(schema)
        self.executor: CompiledExecutor[Operation, Outcome] = CompiledExecutor(
            core_schema(schema), core, Outcome, capacity=capacity, exact_scalars=EXACT_SCALARS
        )
        store = Store.made()
        self._store = store
        self._invalidated = replace(store, posts=[replace(post, text=None) for post in store.posts])  # type: ignore[arg-type]
        self.invalid = 0

    async def run(self, asked: Asked) -> None:
        """Run one request to its end, or leave it."""
        try:
            document = self._documents.get(asked.text)
        except DocumentRefused:
            self.invalid += 1
            return
        request = GraphQLRequest(asked.text, None, dict(asked.variables), None)
        operation = pick_operation(document, request)
        context = Context(self._invalidated if asked.invalidated else self._store)
        if asked.abandoned:
            await _left(asyncio.ensure_future(self.executor.execute(operation, context)))
        elif operation.kind.value == "subscription":
            await _heard(await self.executor.subscribe(operation, context))
        else:
            await self.executor.execute(operation, context)


async def _left(running: "asyncio.Future[Outcome]") -> None:
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])


async def _heard(events: AsyncGenerator[Outcome, None] | Outcome) -> None:
    if isinstance(events, Outcome):
        raise TypeError(events)
    async with aclosing(events) as heard:
        async for _ in heard:
            pass


async def measure(operations: int, capacity: int) -> dict[str, object]:
    """Fill what is kept, then run the operations and look at the memory on the way."""
    mixed, mix = Mixed(capacity), Mix()
    while len(mixed.executor.plans) < capacity:
        for asked in mix.fresh_twice():
            await mixed.run(asked)
    looks = {round(operations * share) for share in SHARES}
    mebibytes, began = [], time.perf_counter()
    for number, asked in enumerate(mix, 1):
        await mixed.run(asked)
        if number in looks:
            mebibytes.append(_resident() / MEBIBYTE)
        if number == operations:
            break
    ways = {way.value: count for way, count in mixed.executor.counts.by_way.items()} | {"invalid": mixed.invalid}
    return {"mebibytes": mebibytes, "seconds": time.perf_counter() - began, "ways": ways}


def _resident() -> int:
    """Give the bytes of memory that this process has now."""
    gc.collect()
    about = Path("/proc/self/status")
    if about.exists():
        (line,) = (line for line in about.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1_024
    asked = ["ps", "-o", "rss=", "-p", str(getpid())]
    return int(subprocess.run(asked, capture_output=True, check=True).stdout) * 1_024  # noqa: S603 (no shell)


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(int(sys.argv[1]), int(sys.argv[2])))))
