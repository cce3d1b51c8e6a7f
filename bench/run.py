"""`rookery bench NAME`: starts servers of its own, measures, shows the figures, and says whether every goal is met."""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import uvloop

from bench import fanout, feed, memory, pages, pymk, queries
from bench.figures import Figure, Result
from bench.ground import Ground, own_ground
from bench.machine import machine
from bench.pace import FULL, QUICK, Pace
from bench.page import hold_places, rewrite
from bench.people import size
from bench.printing import as_json as written
from bench.printing import as_object, show
from commands.console import console
from errors import NotFound
from stack.cache import cache_folder

Benchmark: TypeAlias = Callable[[Ground], Awaitable[Sequence[Figure]]]
OpenGround: TypeAlias = Callable[[Path | None, Pace], AbstractContextManager[Ground]]

BENCHMARKS: Mapping[str, Benchmark] = {
    "feed": feed.measure,
    "pymk": pymk.measure,
    "pages": pages.measure,
    "fanout": fanout.measure,
    "memory": memory.measure,
    "queries": queries.measure,
}
"""In this order `all` runs them; the last one writes into the graph."""
ALL = "all"


def kept_ground(edges: Path | None, pace: Pace) -> AbstractContextManager[Ground]:
    """Start servers whose graph is kept for later runs in the folder of downloads."""
    return own_ground(edges, pace, cache_folder(os.environ) / "bench")


def run(
    name: str,
    *,
    as_json: bool = False,
    edges: Path | None = None,
    quick: bool = False,
    page: Path | None = None,
    benchmarks: Mapping[str, Benchmark] = BENCHMARKS,
    open_ground: OpenGround = kept_ground,
) -> bool:
    """Run one benchmark, or all on the same servers; tell whether every goal is met.

    Tables, or JSON, go to standard output: one object, or for `all` a list of them. `page` is rewritten with the results.

    Raises:
        NotFound: there is no benchmark of this name, or no place for its figures on the page.

    """
    names = list(benchmarks) if name == ALL else [name]
    if not names or any(each not in benchmarks for each in names):
        raise NotFound(f"There is no benchmark {name}; there are {', '.join(benchmarks)} and {ALL}.")
    if page is not None:
        hold_places(page, names)
    results: list[Result] = []
    with open_ground(edges, QUICK if quick else FULL) as ground:
        about = f"{machine()}; {uvloop.run(_data(ground))}"
        for each in names:
            console.print(f"measuring {each}")
            results.append(Result(each, about, uvloop.run(_measured(benchmarks[each], ground))))
            if not as_json:
                show(results[-1])
    if as_json:
        objects = [as_object(result) for result in results]
        print(written(objects if name == ALL else objects[0]))
    if page is not None:
        rewrite(page, results)
    return all(result.holds for result in results)


async def _measured(benchmark: Benchmark, ground: Ground) -> Sequence[Figure]:
    return await benchmark(ground)


async def _data(ground: Ground) -> str:
    async with ground.parts() as parts:
        people, follows, posts = await size(parts.graph)
    return f"a graph of {people:,} people, {follows:,} follows and {posts:,} posts"
