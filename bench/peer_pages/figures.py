"""The figures of a page: answers a second beside each peer and the best of them, slow answers, and the CPU of an answer."""

from collections.abc import Mapping
from statistics import median

from bench.feed import CROWD, SPREAD
from bench.figures import Figure, Goal, at_least, at_most
from bench.peer_pages.page import Page
from bench.peer_pages.servers import LISTS, OURS, UNCACHED, WAYS, YOGA
from bench.peer_pages.turns import NEO4J, REDIS, Measured

GOALS_AT = (8, 32)
"""Connections with which the goals hold."""
CPU_AT = 8
BEST_WARM, BEST_COLD = 2, 1
"""Least ratios to the best of all peers."""
_USED = {LISTS: (NEO4J, REDIS)}
"""Processes that a peer uses; the others use Neo4j alone."""


def warm_figures(page: Page, connections: int, measured: Mapping[str, Measured]) -> list[Figure]:
    """Return what is told of a warm page, or of a write."""
    at = f"{page.name}, {connections}"
    has_goal = connections in GOALS_AT
    figures = _beside(at, measured, page.warm if has_goal else None)
    best = at_least(BEST_WARM) if has_goal and not page.writes else None
    figures += _beside_best(at, measured, best)
    if UNCACHED in measured and YOGA in measured:
        ratios = measured[UNCACHED].load.beside(measured[YOGA].load)
        name = f"{at}: with nothing cached in the process, beside {YOGA}"
        figures.append(Figure.of_turns(name, ratios, "times", page.uncached if has_goal else None))
    if connections == CROWD:
        load = measured[OURS].load
        figures.append(Figure(f"{at}: p99 beside p50", load.quantile(0.99) / load.quantile(0.5), "times", at_most(SPREAD)))
    if connections == CPU_AT:
        figures += _absolute(at, measured)
    return figures


def cold_figures(page: Page, connections: int, measured: Mapping[str, Measured]) -> list[Figure]:
    """Return what is told of a page for which Redis has nothing."""
    at = f"{page.name}, cold, {connections}"
    return [*_beside(at, measured, page.cold), *_beside_best(at, measured, at_least(BEST_COLD))]


def _beside(at: str, measured: Mapping[str, Measured], goal: Goal | None) -> list[Figure]:
    """Compare with each peer; the goal is that beside graphql-yoga."""
    return [
        Figure.of_turns(f"{at}: beside {name}", ratios, "times", goal if name == YOGA else None)
        for name, ratios in _ratios(measured).items()
    ]


def _beside_best(at: str, measured: Mapping[str, Measured], goal: Goal | None) -> list[Figure]:
    if not (found := _ratios(measured)):
        return []
    return [Figure.of_turns(f"{at}: beside the best of all", min(found.values(), key=median), "times", goal)]


def _ratios(measured: Mapping[str, Measured]) -> dict[str, list[float]]:
    """Return our answers a second beside those of each peer, round by round."""
    ours = measured[OURS].load
    return {name: ours.beside(each.load) for name, each in measured.items() if name not in WAYS}


def _absolute(at: str, measured: Mapping[str, Measured]) -> list[Figure]:
    """Return answers a second and the CPU time of processes for an answer: 0 where the system does not tell it."""
    figures = []
    for server, each in measured.items():
        figures.append(Figure(f"{at}: {server}, answers a second", each.load.throughput, "/s"))
        figures.append(Figure(f"{at}: {server}, a core's time for an answer", each.load.core_ms, "ms"))
        others = [name for name in each.others if server in WAYS or name in _USED.get(server, (NEO4J,))]
        figures += [Figure(f"{at}: {server}, {process} for an answer", each.core_ms(process), "ms") for process in others]
    return figures
