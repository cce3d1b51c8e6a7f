"""`sessions`: what the check of a session adds to a warm home page; sessions that go on and begin on a core; failed log-ins."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.failed_log_ins import times_of_failures
from bench.feed import DOCUMENT, full_viewers
from bench.figures import Figure, at_least, at_most, exactly
from bench.load import Load, Request, ask, measure_load
from bench.people import Person, headers_of
from bench.served import PRODUCT, served
from bench.testbed import Testbed
from keyspace.client import Keyspace
from parts import Parts

WITH, WITHOUT = "with a session", "without a session"
CONNECTIONS = 8
SLICES = 4
"""Slices of a turn, which both take in turns: what is looked for is smaller than what a busy second of the machine adds."""
MOST_MS = 0.05
"""Most of a core's time that the check adds to a page, in milliseconds."""
PAGES = 400
"""Pages asked one after the other, of which Redis counts its reads."""
REFRESHES, LOG_INS = 2_000, 12
TRIES_OF_A_PERSON = 2
"""Failed log-ins of each kind for each person of the sample: 400."""
ARGON2_SHARE = 0.9
"""Least log-ins a second, beside password hashes alone."""
PASSWORD, ADDRESS = "a passphrase of the benchmark", "192.0.2.1"


async def measure(testbed: Testbed) -> list[Figure]:
    """Ask one server for the same pages by both kinds of token in turns; then refresh and log in within this process."""
    async with testbed.parts() as parts:
        viewers = await full_viewers(parts, testbed.run_length.sample)
        requests = {
            WITH: [Request(DOCUMENT, await _headers(parts, viewer)) for viewer in viewers],
            WITHOUT: [Request(DOCUMENT, headers_of(parts, viewer)) for viewer in viewers],
        }
        with served(testbed, {"rookery": PRODUCT}, one_core=True) as ports:
            (port,) = ports.values()
            loads = await measure_load(
                dict.fromkeys(requests, port),
                requests,
                connections=CONNECTIONS,
                turn=testbed.run_length.turn,
                rounds=testbed.run_length.rounds,
                slices=SLICES,
                apart=True,
            )
            trips = {name: await _reads_of_redis(parts.keyspace, port, asking) for name, asking in requests.items()}
        return [
            *_page_figures(loads, trips[WITH] - trips[WITHOUT]),
            *await _sign_in_figures(parts, viewers[0]),
            *await times_of_failures(parts, viewers[0].username, TRIES_OF_A_PERSON * testbed.run_length.sample, ADDRESS),
        ]


async def _headers(parts: Parts, viewer: Person) -> dict[str, str]:
    tokens = await parts.accounts.sessions.start(viewer.id, viewer.key, ADDRESS)
    return {"authorization": f"Bearer {tokens.access.token}"}


async def _reads_of_redis(keyspace: Keyspace, port: int, requests: Sequence[Request]) -> float:
    """Return how often Redis read from a connection for a page."""
    before = await _total_reads(keyspace)
    for at in range(PAGES):
        await asyncio.to_thread(ask, port, requests[at % len(requests)])
    return (await _total_reads(keyspace) - before) / PAGES


async def _total_reads(keyspace: Keyspace) -> int:
    told = bytes(await keyspace.command("INFO", "stats")).decode()
    return int(next(line for line in told.splitlines() if line.startswith("total_reads_processed:")).partition(":")[2])


def _page_figures(loads: dict[str, Load], more_reads: float) -> list[Figure]:
    figures = [Figure("round trips to Redis that the check adds to a page", float(round(more_reads)), "round trips", exactly(0))]
    if loads[WITH].core_ms:
        added = [ours - plain for ours, plain in zip(loads[WITH].core_turns, loads[WITHOUT].core_turns, strict=True)]
        figures.append(Figure.of_turns("a core's time that the check adds to a page", added, "ms", at_most(MOST_MS)))
    return figures + [figure for name, load in loads.items() for figure in load.figures(name)]


async def _sign_in_figures(parts: Parts, person: Person) -> list[Figure]:
    """Measure in this process, by the CPU time of all its threads, so that the client and the network count for nothing."""
    await parts.accounts.demo.set_password_account(person.id, person.username, f"{person.username}@example.org", PASSWORD)
    going_on = _Device(parts, (await parts.accounts.sessions.start(person.id, person.key, ADDRESS)).refresh.token)
    refreshes = await _a_second(going_on.refresh, REFRESHES)
    log_ins = await _a_second(lambda: parts.accounts.log_in.run(person.username, PASSWORD, ADDRESS), LOG_INS)
    hashes = await _a_second(lambda: parts.accounts.passwords.hash(PASSWORD), LOG_INS)
    return [
        Figure("refreshes a second of one core", refreshes, "/s"),
        Figure("log-ins a second of one core", log_ins, "/s"),
        Figure("password hashes a second of one core", hashes, "/s"),
        Figure("log-ins beside password hashes", log_ins / hashes, "times", at_least(ARGON2_SHARE)),
    ]


@dataclass(slots=True)
class _Device:
    """A device that goes on with each token that it gets."""

    parts: Parts
    token: str

    async def refresh(self) -> None:
        self.token = (await self.parts.accounts.sessions.refresh(self.token)).refresh.token


async def _a_second(act: Callable[[], Awaitable[object]], times: int) -> float:
    """Return how often something can be done in a second of CPU time: the median of some goes."""
    goes = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(times):
            await act()
        goes.append(times / (time.process_time() - began))
    return median(goes)
