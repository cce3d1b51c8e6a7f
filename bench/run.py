"""`rookery bench NAME`: starts servers, measures, prints the figures, and returns whether every goal is met."""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import uvloop

from bench import (
    analytics,
    celebrity,
    execution,
    executor,
    fanout,
    feed,
    followed_hashtags,
    held,
    likes,
    live,
    memory,
    mixed,
    pages,
    policy,
    processes,
    pymk,
    queries,
    reposts,
    sessions,
    statements,
    threads,
    writes,
)
from bench.errors import BenchError
from bench.figures import Figure, Result
from bench.machine import machine
from bench.page import check_page, rewrite
from bench.peer_pages.benchmark import measure as measure_peers
from bench.people import size
from bench.printing import as_json as written
from bench.printing import as_object, show
from bench.run_length import FULL, QUICK, RunLength
from bench.testbed import Testbed, Workspace, own_testbed, temporary_workspace
from commands.console import console
from stack.cache import cache_folder

OpenTestbed: TypeAlias = Callable[[Path | None, RunLength], AbstractContextManager[Testbed]]


@dataclass(frozen=True, slots=True)
class OnServers:
    """A benchmark that needs Neo4j with a graph, Redis and S3."""

    measure: Callable[[Testbed], Awaitable[Sequence[Figure]]]


@dataclass(frozen=True, slots=True)
class Standalone:
    """A benchmark that needs only a folder; it may start servers of its own."""

    measure: Callable[[Workspace], Awaitable[Sequence[Figure]]]


Benchmark: TypeAlias = OnServers | Standalone

BENCHMARKS: Mapping[str, Benchmark] = {
    "exec": Standalone(execution.measure),
    "executor": Standalone(executor.measure),
    "analytics": Standalone(analytics.measure),
    "feed": OnServers(feed.measure),
    "processes": OnServers(processes.measure),
    "sessions": OnServers(sessions.measure),
    "statements": OnServers(statements.measure),
    "policy": OnServers(policy.measure),
    "pymk": OnServers(pymk.measure),
    "pages": OnServers(pages.measure),
    "fanout": OnServers(fanout.measure),
    "mixed": OnServers(mixed.measure),
    "memory": OnServers(memory.measure),
    "queries": OnServers(queries.measure),
    "peers": OnServers(measure_peers),
    "celebrity": OnServers(celebrity.measure),
    "live": OnServers(live.measure),
    "held": OnServers(held.measure),
    "likes": OnServers(likes.measure),
    "reposts": OnServers(reposts.measure),
    "hashtags": OnServers(followed_hashtags.measure),
    "writes": OnServers(writes.measure),
    "threads": OnServers(threads.measure),
}
"""`all` runs them in this order; `fanout`, `mixed`, and all from `queries` on write to the graph."""
ALL = "all"


def cached_testbed(edges: Path | None, run_length: RunLength) -> AbstractContextManager[Testbed]:
    """Start servers with a graph that is cached for later runs."""
    return own_testbed(edges, run_length, cache_folder(os.environ) / "bench")


def run(
    name: str,
    *,
    as_json: bool = False,
    edges: Path | None = None,
    quick: bool = False,
    operations: int | None = None,
    sockets: Sequence[int] = (),
    peer_pages: Sequence[str] = (),
    page: Path | None = None,
    benchmarks: Mapping[str, Benchmark] = BENCHMARKS,
    open_testbed: OpenTestbed = cached_testbed,
) -> bool:
    """Run one benchmark, or all with the same servers; return whether every goal is met.

    It prints tables or JSON: one object, or for `all` a list. `page` is updated with the results. `operations` is the
    number of operations that `executor` mixes, and `sockets` the numbers of sockets that `live` opens, the largest `held`, and
    the smallest `likes`; the defaults depend on the run length. `peer_pages` are those that `peers` measures, all by default.

    Raises:
        BenchError: there is no benchmark of this name, or the page has no markers for it.

    """
    names = list(benchmarks) if name == ALL else [name]
    if not names or any(each not in benchmarks for each in names):
        raise BenchError(f"There is no benchmark {name}; there are {', '.join(benchmarks)} and {ALL}.")
    if page is not None:
        check_page(page, names)
    run_length = QUICK if quick else FULL
    if operations is not None:
        run_length = replace(run_length, operations=operations)
    if sockets:
        run_length = replace(run_length, sockets=tuple(sockets))
    if peer_pages:
        run_length = replace(run_length, pages=tuple(peer_pages))
    results: list[Result] = []
    for result in _results({each: benchmarks[each] for each in names}, edges, run_length, open_testbed):
        results.append(result)
        if not as_json:
            show(result)
    if as_json:
        objects = [as_object(result) for result in results]
        print(written(objects if name == ALL else objects[0]))
    if page is not None:
        rewrite(page, results)
    return all(result.holds for result in results)


def _results(
    benchmarks: Mapping[str, Benchmark], edges: Path | None, run_length: RunLength, open_testbed: OpenTestbed
) -> Iterator[Result]:
    """Run the standalone benchmarks first, then start the servers for the others."""
    for name, benchmark in benchmarks.items():
        if isinstance(benchmark, Standalone):
            console.print(f"Measuring {name}.")
            with temporary_workspace(run_length, edges) as place:
                yield Result(name, machine(), uvloop.run(_awaited(benchmark.measure(place))))
    on_servers = {name: benchmark for name, benchmark in benchmarks.items() if isinstance(benchmark, OnServers)}
    if not on_servers:
        return
    with open_testbed(edges, run_length) as testbed:
        about = f"{machine()}; {uvloop.run(_data(testbed))}"
        for name, benchmark in on_servers.items():
            console.print(f"Measuring {name}.")
            yield Result(name, about, uvloop.run(_awaited(benchmark.measure(testbed))))


async def _awaited(measured: Awaitable[Sequence[Figure]]) -> Sequence[Figure]:
    return await measured


async def _data(testbed: Testbed) -> str:
    async with testbed.parts() as parts:
        people, follows, posts = await size(parts.graph)
    return f"a graph of {people:,} people, {follows:,} follows and {posts:,} posts"
