"""`exec`: a page of 20 posts and their authors from rows in memory, over HTTP, each server on one core, beside others."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Figure, Goal, at_least
from bench.in_memory.rows import Store
from bench.load import Load, Request, answer_of, measure_load
from bench.peers import peers
from bench.served import module, served
from bench.testbed import Workspace

DOCUMENT = (Path(__file__).parent / "in_memory/page.graphql").read_text("utf-8")
PAGE = 20
CONNECTIONS = 32
SLICES = 4
"""Slices of a turn, which all servers take in turns, so that a busy second of the machine moves no median."""
PEERS = {"graphql-yoga": "yoga.mjs", "mercurius-jit": "mercurius.mjs"}
OURS, CORE, STOCK = "rookery", "rookery with graphql-core", "strawberry with its caches"
GOALS: Mapping[str, Goal | None] = {
    STOCK: at_least(20),
    "graphql-yoga": at_least(3),
    "mercurius-jit": at_least(1.2),
    CORE: None,
}
"""How many times the answers a second of each the compiled executor gives."""
WARM_UP_REQUESTS = 3
"""Requests to each server before it is measured: by then all have compiled and cached what they will."""


async def measure(place: Workspace) -> list[Figure]:
    """Check that all give the same bytes, then put them under load in turns."""
    rows = place.folder / "rows.json"
    Store.made().write(rows)
    declared = "bench.in_memory.declared"
    programs = {
        OURS: module(declared, str(rows), "compiled"),
        CORE: module(declared, str(rows), "core"),
        STOCK: module("bench.in_memory.stock", str(rows)),
        **await asyncio.to_thread(peers, {name: (script, str(rows)) for name, script in PEERS.items()}),
    }
    request = Request(DOCUMENT, {}, {"first": PAGE})
    run_length = place.run_length
    with served(place, programs, one_core=True) as ports:
        size = await asyncio.to_thread(_same_bytes, ports, request)
        loads = await measure_load(
            ports,
            {name: [request] for name in ports},
            connections=CONNECTIONS,
            turn=run_length.turn,
            rounds=run_length.rounds,
            slices=SLICES,
            apart=True,
            warm=run_length.warm,
        )
    return [*_figures(loads), Figure("an answer", size, "bytes")]


def _same_bytes(ports: Mapping[str, int], request: Request) -> int:
    """Warm every server up, check that all answer alike, and return the length of the answer in bytes.

    Raises:
        RuntimeError: a server gives another answer than ours.

    """
    expected = b""
    for name, port in ports.items():
        for _ in range(WARM_UP_REQUESTS):
            found = answer_of(port, request)
            expected = expected or found
            if found != expected:
                raise RuntimeError(f"{name} gives another page: {found!r} instead of {expected!r}")
    return len(expected)


def _figures(loads: Mapping[str, Load]) -> list[Figure]:
    ours = loads[OURS]
    figures = []
    for name, goal in GOALS.items():
        if name in loads:
            figures.append(Figure.of_turns(f"answers a second beside {name}", ours.beside(loads[name]), "times", goal))
            if ours.core_ms:
                figures.append(Figure(f"a core's time of {name} beside ours", loads[name].core_ms / ours.core_ms, "times"))
    return figures + [figure for name, load in loads.items() for figure in load.figures(name)]
