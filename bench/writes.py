"""What a write costs: posts, likes and follows over HTTP, with the worker that handles their events."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from bench.cpu import core_seconds
from bench.feed import full_viewers
from bench.figures import Figure, at_most
from bench.load import Load, Request, ask, measure_load
from bench.people import Person, random_people
from bench.served import PRODUCT, is_ready, module, served
from bench.testbed import Testbed
from bench.waiting import is_delivered, until
from graph.ids import LAST
from keyspace import keys
from parts import Parts
from resolvers.global_ids import encode

DOCUMENTS = Path(__file__).parent / "documents"
PROGRAMS = {"web": PRODUCT, "worker": module("bench.worker_program")}
CONNECTIONS = (1, 8, 32)
GOAL_AT = 8
"""How many ask at a time where the goals hold."""
WEB_MS, WORKER_MS = 2.0, 1.0
"""Goals: milliseconds of a core for a post, at most."""
POST, LIKE, FOLLOW = "a post", "a like", "a follow"
EACH = 4
"""Likes, and follows, of each viewer before they are taken back: so many that none meets its end under way."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Let people write, like and follow, one kind after the other, each under the load of a few and of many connections."""
    figures: list[Figure] = []
    async with testbed.parts() as parts:
        requests = await _requests(parts, await full_viewers(parts, testbed.run_length.sample))
        with served(testbed, PROGRAMS) as ports:
            await until(lambda: asyncio.to_thread(is_ready, ports["web"]))
            for kind, wanted in requests.items():
                for each in wanted:
                    await asyncio.to_thread(ask, ports["web"], each)
                for connections in CONNECTIONS:
                    figures += await _measured(testbed, parts, ports, kind, wanted, connections)
    return figures


async def _requests(parts: Parts, viewers: Sequence[Person]) -> Mapping[str, Sequence[Request]]:
    """Return what is asked again and again: of the changes that can be made once, all are made and then all are taken back."""

    def all_of(document: str, variables: Mapping[Person, Sequence[Mapping[str, str]]]) -> list[Request]:
        text = (DOCUMENTS / f"{document}.graphql").read_text("utf-8")
        of_each = [
            [Request(text, _headers(parts, viewer), each) for each in given] for viewer, given in variables.items()
        ]
        return [*chain.from_iterable(zip(*of_each, strict=True))]

    posts = {viewer: await _read(parts, viewer) for viewer in viewers}
    people = await _strangers(parts, viewers)
    return {
        POST: all_of("create_post", {viewer: [{"text": "A post."}] for viewer in viewers}),
        LIKE: [*all_of("like_post", posts), *all_of("unlike_post", posts)],
        FOLLOW: [*all_of("follow", people), *all_of("unfollow", people)],
    }


def _headers(parts: Parts, viewer: Person) -> Mapping[str, str]:
    return {"authorization": f"Bearer {parts.tokens.issue(viewer.id, viewer.key).token}"}


async def _read(parts: Parts, viewer: Person) -> list[Mapping[str, str]]:
    """Return posts that a viewer reads, as variables."""
    return [{"id": encode("Post", post)} for post in await parts.delivery.pull.ids(viewer.key, LAST, EACH)]


async def _strangers(parts: Parts, viewers: Sequence[Person]) -> Mapping[Person, Sequence[Mapping[str, str]]]:
    """Return for each viewer people whom they do not follow, as variables."""
    found: dict[Person, Sequence[Mapping[str, str]]] = {}
    others = await random_people(parts.graph, EACH * len(viewers) * 3)
    for at, viewer in enumerate(viewers):
        followed = {viewer.key, *await parts.graph.read("follows/following_keys", viewer=viewer.key)}
        strangers = [other for other in chain(others[at * EACH :], others) if other.key not in followed]
        found[viewer] = [{"id": encode("User", other.id)} for other in strangers[:EACH]]
    return found


async def _measured(
    testbed: Testbed, parts: Parts, ports: Mapping[str, int], kind: str, requests: Sequence[Request], connections: int
) -> list[Figure]:
    """Measure one kind under the load of so many connections; the worker is measured by event, and has handled them all."""
    events, worker = await _events(parts), core_seconds(ports["worker"])
    loads = await measure_load(
        {kind: ports["web"]},
        {kind: requests},
        connections=connections,
        turn=testbed.run_length.turn,
        rounds=testbed.run_length.rounds,
        apart=True,
    )
    await until(lambda: is_delivered(parts))
    spent = (core_seconds(ports["worker"]) - worker) * 1_000 / (await _events(parts) - events)
    return _figures(kind, connections, loads[kind], spent)


async def _events(parts: Parts) -> int:
    """Return how many events the stream has got so far."""
    words = await parts.keyspace.command("XINFO", "STREAM", keys.EVENTS)
    return int(dict(zip(words[::2], words[1::2], strict=True))[b"entries-added"])


def _figures(kind: str, connections: int, load: Load, worker: float) -> list[Figure]:
    is_goal, at = kind == POST and connections == GOAL_AT, f"{kind} at {connections} connections: "
    return [
        Figure(f"{at}our core, the web process", load.core_ms, "ms", at_most(WEB_MS) if is_goal else None),
        Figure(f"{at}our core, the worker", worker, "ms", at_most(WORKER_MS) if is_goal else None),
        Figure(f"{at}answers a second", load.throughput, "/s"),
        Figure(f"{at}p50", load.quantile(0.5), "ms"),
        Figure(f"{at}p99", load.quantile(0.99), "ms"),
    ]
