"""`processes`: the warm home page by two web processes beside one, so that nothing they share makes the second slower."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bench.feed import CROWD, DOCUMENT, full_viewers
from bench.figures import Figure, at_least
from bench.load import Load, Request, ask, measure_load
from bench.people import headers_of
from bench.served import PRODUCT, is_ready, served
from bench.testbed import Testbed
from bench.waiting import until

ONE, TWO = "one process", "two processes"
TIMES = 1.8
"""Least ratio of what two processes give to what one does."""
CORES_NEEDED = 4
"""Cores with which two processes have one each, beside the client and Redis; answers a second are a goal from there on."""
ASKED_BEFORE = 4
"""Times that each page is asked for before it counts: both processes have cached it by then, most likely."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Put one process and two under load in turns."""
    programs = {
        name: replace(PRODUCT, environ={"ROOKERY_PROCESSES": str(count)}) for name, count in ((ONE, 1), (TWO, 2))
    }
    async with testbed.parts() as parts:
        viewers = await full_viewers(parts, testbed.run_length.sample)
        requests = [Request(DOCUMENT, headers_of(parts, viewer)) for viewer in viewers]
        with served(testbed, programs) as ports:
            for port in ports.values():
                await until(partial(asyncio.to_thread, is_ready, port))
                await asyncio.to_thread(_ask_all, port, requests)
            loads = await measure_load(
                ports,
                dict.fromkeys(ports, requests),
                connections=CROWD,
                turn=testbed.run_length.turn,
                rounds=testbed.run_length.rounds,
            )
    return _figures(loads[ONE], loads[TWO])


def _ask_all(port: int, requests: Sequence[Request]) -> None:
    for _ in range(ASKED_BEFORE):
        for request in requests:
            ask(port, request)


def _figures(one: Load, two: Load) -> list[Figure]:
    goal = at_least(TIMES)
    # What each of two cores gives is the inverse of a core's time for an answer; it is unknown where the system does not tell it.
    given = [2 * alone / together for alone, together in zip(one.core_turns, two.core_turns, strict=True) if together]
    has_cores = (os.cpu_count() or 1) >= CORES_NEEDED
    return [
        *([Figure.of_turns("two cores beside one, by the CPU of an answer", given, "times", goal)] if given else []),
        Figure.of_turns("answers a second of two processes beside one", two.beside(one), "times", goal if has_cores else None),
        *one.figures(ONE),
        *two.figures(TWO),
    ]
