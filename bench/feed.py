"""The warm home page of 20 posts over HTTP: the product beside a plain application, and beside the floor."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.figures import Figure, at_least
from bench.ground import Ground
from bench.load import Load, Request, ask, put_under_load
from bench.people import Person, by_lot, spread
from bench.plain_app import VIEWER
from bench.served import PRODUCT, served
from parts import Parts

DOCUMENT = (Path(__file__).parent / "documents/home.graphql").read_text("utf-8")
PROGRAMS = {
    "rookery": PRODUCT,
    "plain": ("bench.plain_app", "one-by-one"),
    "plain with loaders": ("bench.plain_app", "gathered"),
    "floor": ("bench.floor_app",),
}
CONNECTIONS = 8
VIEWERS = 48
"""Different people who ask in turn."""
FOLLOWING = 8
"""Whoever follows so many has a full page."""
CANDIDATES = 1_500
TIMES = 5
"""How many times the plain application's answers a second the product gives at least."""


async def measure(ground: Ground) -> list[Figure]:
    """Put the three in turns under the load of 8 connections."""
    async with ground.parts() as parts:
        viewers = await _viewers(parts, min(VIEWERS, ground.pace.sample))
        requests = {name: [_request(name, viewer, parts) for viewer in viewers] for name in PROGRAMS}
        with served(ground, PROGRAMS) as ports:
            await asyncio.to_thread(_warmed_and_equal, ports, requests)
            pace = ground.pace
            loads = await put_under_load(ports, requests, connections=CONNECTIONS, turn=pace.turn, rounds=pace.rounds)
    return _figures(loads)


async def _viewers(parts: Parts, count: int) -> list[Person]:
    people = sorted(await by_lot(parts.graph, CANDIDATES), key=lambda person: person.following)
    return spread([person for person in people if person.following >= FOLLOWING], count)


def _request(name: str, viewer: Person, parts: Parts) -> Request:
    if name == "rookery":
        token = parts.tokens.issue(viewer.id, viewer.key).token
        return Request(DOCUMENT, {"authorization": f"Bearer {token}"})
    return Request(DOCUMENT, {VIEWER: str(viewer.key)})


def _warmed_and_equal(ports: Mapping[str, int], requests: Mapping[str, Sequence[Request]]) -> None:
    """Ask everything once, and hold that all servers give the same pages.

    Raises:
        RuntimeError: one gives another page than the product.

    """
    for number, request in enumerate(requests["rookery"]):
        ask(ports["rookery"], request)
        expected = ask(ports["rookery"], request)
        for name in PROGRAMS:
            found = ask(ports[name], requests[name][number])
            if found != expected:
                raise RuntimeError(f"{name} gives another page than the product: {found} instead of {expected}")


def _figures(loads: Mapping[str, Load]) -> list[Figure]:
    rookery, plain, loaders, floor = (loads[name] for name in PROGRAMS)
    figures = [
        Figure("answers a second beside the plain application", rookery.throughput / plain.throughput, "times", at_least(TIMES)),
        Figure("p50 of the plain application beside ours", plain.quantile(0.5) / rookery.quantile(0.5), "times"),
        Figure("answers a second beside the plain one with loaders", rookery.throughput / loaders.throughput, "times"),
        Figure("answers a second, share of the floor's", rookery.throughput / floor.throughput * 100, "%"),
    ]
    for name, load in loads.items():
        figures += [
            Figure(f"{name}: answers a second", load.throughput, "/s"),
            Figure(f"{name}: p50", load.quantile(0.5), "ms"),
            Figure(f"{name}: p99", load.quantile(0.99), "ms"),
        ]
    return figures
