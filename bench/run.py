"""`rookery bench NAME`: starts what it needs, measures, shows the figures, and says whether every goal is met."""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import uvloop

from bench import execution, executor, fanout, feed, memory, pages, policy, pymk, queries
from bench.figures import Figure, Result
from bench.machine import machine
from bench.page import hold_places, rewrite
from bench.people import size
from bench.printing import as_json as written
from bench.printing import as_object, show
from bench.run_length import FULL, QUICK, RunLength
from bench.testbed import Place, Testbed, bare_place, own_testbed
from commands.console import console
from errors import NotFound
from stack.cache import cache_folder

OpenTestbed: TypeAlias = Callable[[Path | None, RunLength], AbstractContextManager[Testbed]]


@dataclass(frozen=True, slots=True)
class OnServers:
    """A benchmark that needs Neo4j, Redis and S3 with a graph."""

    measure: Callable[[Testbed], Awaitable[Sequence[Figure]]]


@dataclass(frozen=True, slots=True)
class Alone:
    """A benchmark that needs a folder and no servers but those that it starts."""

    measure: Callable[[Place], Awaitable[Sequence[Figure]]]


Benchmark: TypeAlias = OnServers | Alone

BENCHMARKS: Mapping[str, Benchmark] = {
    "exec": Alone(execution.measure),
    "executor": Alone(executor.measure),
    "feed": OnServers(feed.measure),
    "policy": OnServers(policy.measure),
    "pymk": OnServers(pymk.measure),
    "pages": OnServers(pages.measure),
    "fanout": OnServers(fanout.measure),
    "memory": OnServers(memory.measure),
    "queries": OnServers(queries.measure),
}
"""In this order `all` runs them; the last one writes into the graph."""
ALL = "all"


def kept_testbed(edges: Path | None, run_length: RunLength) -> AbstractContextManager[Testbed]:
    """Start servers whose graph is kept for later runs in the folder of downloads."""
    return own_testbed(edges, run_length, cache_folder(os.environ) / "bench")


def run(
    name: str,
    *,
    as_json: bool = False,
    edges: Path | None = None,
    quick: bool = False,
    operations: int | None = None,
    page: Path | None = None,
    benchmarks: Mapping[str, Benchmark] = BENCHMARKS,
    open_testbed: OpenTestbed = kept_testbed,
) -> bool:
    """Run one benchmark, or all on the same servers; tell whether every goal is met.

    Tables, or JSON, go to standard output: one object, or for `all` a list of them. `page` is rewritten with the results.
    `operations` is how many `executor` mixes, by default as many as the pace says.

    Raises:
        NotFound: there is no benchmark of this name, or no place for its figures on the page.

    """
    names = list(benchmarks) if name == ALL else [name]
    if not names or any(each not in benchmarks for each in names):
        raise NotFound(f"There is no benchmark {name}; there are {', '.join(benchmarks)} and {ALL}.")
    if page is not None:
        hold_places(page, names)
    run_length = QUICK if quick else FULL
    if operations is not None:
        run_length = replace(run_length, operations=operations)
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
    """Run what needs no servers before any are started."""
    for name, benchmark in benchmarks.items():
        if isinstance(benchmark, Alone):
            console.print(f"measuring {name}")
            with bare_place(run_length) as place:
                yield Result(name, machine(), uvloop.run(_awaited(benchmark.measure(place))))
    on_servers = {name: benchmark for name, benchmark in benchmarks.items() if isinstance(benchmark, OnServers)}
    if not on_servers:
        return
    with open_testbed(edges, run_length) as testbed:
        about = f"{machine()}; {uvloop.run(_data(testbed))}"
        for name, benchmark in on_servers.items():
            console.print(f"measuring {name}")
            yield Result(name, about, uvloop.run(_awaited(benchmark.measure(testbed))))


async def _awaited(measured: Awaitable[Sequence[Figure]]) -> Sequence[Figure]:
    return await measured


async def _data(testbed: Testbed) -> str:
    async with testbed.parts() as parts:
        people, follows, posts = await size(parts.graph)
    return f"a graph of {people:,} people, {follows:,} follows and {posts:,} posts"
