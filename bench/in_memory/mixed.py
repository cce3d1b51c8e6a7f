"""Runs mixed operations by the product's executor, and prints what memory the process has on the way.

    python -m bench.in_memory.mixed OPERATIONS CAPACITY

Prints JSON: mebibytes after a tenth, a half and all of the operations, seconds, and how they were run. The caches of documents
and plans, at most CAPACITY of each, are full before the first is counted, so what grows afterwards would grow for ever.
"""

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from os import getpid
from pathlib import Path

import strawberry
import structlog
import uvloop

from bench.in_memory.declared import Context, Info, Post, Query
from bench.in_memory.mix import Mix, MixedRequest
from bench.in_memory.rows import Store
from execution.executor import CompiledExecutor
from schema.scalars import COLUMN_SCALARS, WITH_SCALARS
from web.documents import Documents, Operation, pick_operation
from web.execution import CoreExecutor, Outcome, core_schema
from web.limits import Limits
from web.refusals import DocumentRefused
from web.requests import GraphQLRequest

FRACTIONS = (0.1, 0.5, 1.0)
MEBIBYTE = 1 << 20


@strawberry.type
class Mutation:
    """The mutations."""

    @strawberry.mutation
    async def like(self, info: Info, id: strawberry.ID) -> Post:
        """Like a post; whoever reads on has loaders that know nothing."""
        store = info.context.store
        info.context.forget()
        return next(post for post in store.posts if post.id == id)  # type: ignore[return-value]


@strawberry.type
class Subscription:
    """The streams."""

    @strawberry.subscription
    async def written(self, info: Info, times: int) -> AsyncGenerator[Post, None]:
        """Return posts as if they were written now."""
        for post in info.context.store.posts[:times]:
            yield post  # type: ignore[misc]


schema = strawberry.Schema(Query, Mutation, Subscription, config=WITH_SCALARS)


class Mixed:
    """Takes requests from text to answer, as the surface does, without HTTP."""

    def __init__(self, capacity: int) -> None:
        """Cache so many documents and plans."""
        self._documents = Documents(core_schema(schema), replace(Limits(), cached_documents=capacity))
        core = CoreExecutor(schema)
        self.executor: CompiledExecutor[Operation, Outcome] = CompiledExecutor(
            core_schema(schema), core, Outcome, capacity=capacity, column_scalars=COLUMN_SCALARS
        )
        store = Store.made()
        self._store = store
        self._odd_store = replace(store, posts=[replace(post, text=None) for post in store.posts])  # type: ignore[arg-type]
        self.invalid = 0

    async def run(self, each: MixedRequest) -> None:
        """Run one request to its end, or cancel it."""
        try:
            document = self._documents.get(each.text)
        except DocumentRefused:
            self.invalid += 1
            return
        request = GraphQLRequest(each.text, None, dict(each.variables), None)
        operation = pick_operation(document, request)
        context = Context(self._odd_store if each.odd else self._store)
        if each.abandoned:
            await _cancelled(asyncio.ensure_future(self.executor.execute(operation, context)))
        elif operation.kind.value == "subscription":
            await _read_all(await self.executor.subscribe(operation, context))
        else:
            await self.executor.execute(operation, context)


async def _cancelled(running: "asyncio.Future[Outcome]") -> None:
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])


async def _read_all(events: AsyncGenerator[Sequence[Outcome], None] | Outcome) -> None:
    if isinstance(events, Outcome):
        raise TypeError(events)
    async with aclosing(events) as opened:
        async for _ in opened:
            pass


async def measure(operations: int, capacity: int) -> dict[str, object]:
    """Fill the caches, then run the operations and read the memory on the way."""
    mixed, mix = Mixed(capacity), Mix()
    while len(mixed.executor.plans) < capacity:
        for each in mix.fresh_twice():
            await mixed.run(each)
    looks = {round(operations * fraction) for fraction in FRACTIONS}
    mebibytes, began = [], time.perf_counter()
    for number, each in enumerate(mix, 1):
        await mixed.run(each)
        if number in looks:
            mebibytes.append(_resident() / MEBIBYTE)
        if number == operations:
            break
    ways = {way.value: count for way, count in mixed.executor.counts.by_way.items()} | {"invalid": mixed.invalid}
    return {"mebibytes": mebibytes, "seconds": time.perf_counter() - began, "ways": ways}


def _resident() -> int:
    """Return the bytes of memory that this process has now."""
    gc.collect()
    about = Path("/proc/self/status")
    if about.exists():
        (line,) = (line for line in about.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1_024
    command = ["ps", "-o", "rss=", "-p", str(getpid())]
    return int(subprocess.run(command, capture_output=True, check=True).stdout) * 1_024  # noqa: S603 (no shell)


if __name__ == "__main__":
    # Bailouts are logged, and what reads the JSON reads all of stdout.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    print(json.dumps(uvloop.run(measure(int(sys.argv[1]), int(sys.argv[2])))))
