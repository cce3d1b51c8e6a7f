"""The warm home page of 20 posts over HTTP: the product beside a plain application, and beside the floor."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.figures import Figure, at_least, at_most
from bench.load import Load, Request, measure_load
from bench.peer_pages.equality import check_equal
from bench.people import Person, headers_of, random_people, spread
from bench.plain_app import VIEWER
from bench.served import PRODUCT, module, served
from bench.testbed import Testbed
from parts import Parts

DOCUMENT = (Path(__file__).parent / "documents/home.graphql").read_text("utf-8")
OURS = "rookery"
CORE = "rookery with graphql-core"
UNCACHED = "rookery without a decode cache"
PLAINEST = "rookery with graphql-core and no decode cache"
PROGRAMS = {
    OURS: PRODUCT,
    UNCACHED: replace(PRODUCT, environ={"ROOKERY_DECODE_CACHE_ROWS": "0"}),
    PLAINEST: replace(PRODUCT, environ={"ROOKERY_EXECUTOR": "core", "ROOKERY_DECODE_CACHE_ROWS": "0"}),
    CORE: replace(PRODUCT, environ={"ROOKERY_EXECUTOR": "core"}),
    "plain": module("bench.plain_app", "one-by-one"),
    "plain with loaders": module("bench.plain_app", "gathered"),
    "floor": module("bench.floor_app"),
}
WAYS = (OURS, CORE, UNCACHED, PLAINEST)
"""The product as it is, and with what makes its pages fast turned off."""
CONNECTIONS = 8
CROWD = 32
"""Connections under which the executors are compared."""
VIEWERS = 48
"""Different people who ask in turn."""
FOLLOWING = 8
"""Whoever follows so many has a full page."""
CANDIDATES = 1_500
TIMES = 5
"""Least ratio of the product's answers a second to those of the plain application."""
EXECUTOR_TIMES = 4
"""Least ratio of the product's answers a second to those with graphql-core for every operation and every row decoded anew."""
FLOOR_SHARE = 65
"""Least share of the floor's answers a second that the product gives, in percent."""
SPREAD = 3
"""Most that the p99 is of the p50, under many connections."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Put all in turns under the load of 8 connections, and ours in four ways under that of 32."""
    async with testbed.parts() as parts:
        viewers = await full_viewers(parts, testbed.run_length.sample)
        requests = {name: [_request(name, viewer, parts) for viewer in viewers] for name in PROGRAMS}
        with served(testbed, PROGRAMS, one_core=True) as ports:
            await asyncio.to_thread(check_equal, ports, requests, OURS)
            under_load = partial(measure_load, turn=testbed.run_length.turn, rounds=testbed.run_length.rounds, apart=True)
            few = {name: port for name, port in ports.items() if name == OURS or name not in WAYS}
            loads = await under_load(few, requests, connections=CONNECTIONS)
            crowd = await under_load({name: ports[name] for name in WAYS}, requests, connections=CROWD)
    return [*_figures(loads), *_crowd_figures(crowd)]


async def full_viewers(parts: Parts, count: int) -> list[Person]:
    """Return up to so many people with a full page, and up to `VIEWERS`."""
    people = sorted(await random_people(parts.graph, CANDIDATES), key=lambda user: user.following)
    return spread([user for user in people if user.following >= FOLLOWING], min(VIEWERS, count))


def _request(name: str, viewer: Person, parts: Parts) -> Request:
    if name in WAYS:
        return Request(DOCUMENT, headers_of(parts, viewer))
    return Request(DOCUMENT, {VIEWER: str(viewer.key)})


def _figures(loads: Mapping[str, Load]) -> list[Figure]:
    rookery, plain, loaders, floor = loads.values()
    figures = [
        Figure.of_turns("answers a second beside the plain application", rookery.beside(plain), "times", at_least(TIMES)),
        Figure("p50 of the plain application beside ours", plain.quantile(0.5) / rookery.quantile(0.5), "times"),
        Figure.of_turns("answers a second beside the plain one with loaders", rookery.beside(loaders), "times"),
        Figure.of_turns(
            "answers a second, share of the floor's", [each * 100 for each in rookery.beside(floor)], "%", at_least(FLOOR_SHARE)
        ),
    ]
    return figures + _absolute(loads)


def _crowd_figures(loads: Mapping[str, Load]) -> list[Figure]:
    ours = loads[OURS]
    slowest = ours.quantile(0.99) / ours.quantile(0.5)
    goals = {CORE: None, UNCACHED: None, PLAINEST: at_least(EXECUTOR_TIMES)}
    beside = f"{CROWD} connections: answers a second beside"
    return [
        *(Figure.of_turns(f"{beside} {name}", ours.beside(loads[name]), "times", goal) for name, goal in goals.items()),
        Figure(f"{CROWD} connections: p99 beside p50", slowest, "times", at_most(SPREAD)),
        *_absolute({f"{CROWD} connections: {name}": load for name, load in loads.items()}),
    ]


def _absolute(loads: Mapping[str, Load]) -> list[Figure]:
    return [figure for name, load in loads.items() for figure in load.figures(name)]
