"""What a write costs: posts, likes and follows over HTTP, with the worker that handles their events."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain

from bench.cpu import listener
from bench.feed import full_viewers
from bench.figures import Figure, at_most
from bench.load import Request
from bench.operations import DOCUMENTS
from bench.peer_pages.turns import WORKER, Measured, Rotation, Turns
from bench.people import Person, headers_of, random_people
from bench.served import PRODUCT, is_ready, module, served
from bench.testbed import Testbed
from bench.waiting import is_delivered, until
from graph.ids import LAST, is_of_repost
from parts import Parts
from resolvers.global_ids import encode

PROGRAMS = {"web": PRODUCT, WORKER: module("bench.worker_program")}
GOAL_AT = 8
"""How many ask at a time where the goals hold."""
WEB_MS, WORKER_MS = 2.0, 1.0
"""Goals: milliseconds of a core for a post, at most."""
POST, LIKE, FOLLOW = "a post", "a like", "a follow"
EACH = 4
"""Likes, and follows, of each viewer before they are taken back: so many that none meets its end under way."""

ENTRIES = 50
"""Entries of a timeline that are looked through for as many posts: some may be reposts."""


async def measure(testbed: Testbed) -> list[Figure]:
    """Let people write, like and follow, one kind after the other, each under the load of a few and of many connections."""
    figures: list[Figure] = []
    async with testbed.parts() as parts:
        requests = await _requests(parts, testbed.run_length.sample)
        with served(testbed, PROGRAMS) as ports:
            await until(lambda: asyncio.to_thread(is_ready, ports["web"]))
            turns = _turns(testbed, parts, ports[WORKER])
            for kind, wanted in requests.items():
                asked = {kind: Rotation(wanted)}
                for connections in testbed.run_length.connections:
                    measured = await turns.warm({kind: ports["web"]}, asked, connections)
                    figures += _figures(kind, connections, measured[kind])
    return figures


def _turns(testbed: Testbed, parts: Parts, worker: int) -> Turns:
    """Return turns that end when the worker has handled all events."""
    run_length = testbed.run_length
    return Turns(
        run_length.turn,
        run_length.rounds,
        run_length.warm,
        {WORKER: listener(worker)},
        partial(until, partial(is_delivered, parts)),
        testbed.settings.redis_url.get_secret_value(),
    )


async def _requests(parts: Parts, count: int) -> Mapping[str, Sequence[Request]]:
    """Return what up to so many people ask, again and again: changes that can be made once are all made, then taken back."""

    def all_of(document: str, variables: Mapping[Person, Sequence[Mapping[str, str]]]) -> list[Request]:
        text = (DOCUMENTS / f"{document}.graphql").read_text("utf-8")
        of_each = [
            [Request(text, headers_of(parts, viewer), each) for each in given] for viewer, given in variables.items()
        ]
        return [*chain.from_iterable(zip(*of_each, strict=True))]

    full = await full_viewers(parts, count)
    read, strangers = {viewer: await _read(parts, viewer) for viewer in full}, await _strangers(parts, full)
    # Another benchmark may have let somebody follow a crowd that writes nothing, or nearly everybody.
    viewers = [viewer for viewer in full if len(read[viewer]) == len(strangers[viewer]) == EACH]
    posts, people = ({viewer: found[viewer] for viewer in viewers} for found in (read, strangers))
    return {
        POST: all_of("create_post", {viewer: [{"text": "A post."}] for viewer in viewers}),
        LIKE: [*all_of("like_post", posts), *all_of("unlike_post", posts)],
        FOLLOW: [*all_of("follow", people), *all_of("unfollow", people)],
    }


async def _read(parts: Parts, viewer: Person) -> Sequence[Mapping[str, str]]:
    """Return posts that a viewer reads, as variables."""
    entries = await parts.delivery.pull.ids(viewer.key, LAST, ENTRIES)
    return [{"id": encode("Post", entry)} for entry in entries if not is_of_repost(entry)][:EACH]


async def _strangers(parts: Parts, viewers: Sequence[Person]) -> Mapping[Person, Sequence[Mapping[str, str]]]:
    """Return for each viewer people whom they do not follow, as variables."""
    found: dict[Person, Sequence[Mapping[str, str]]] = {}
    others = await random_people(parts.graph, EACH * len(viewers) * 3)
    for at, viewer in enumerate(viewers):
        followed = {viewer.key, *await parts.graph.read("feed/followed", viewer=viewer.key)}
        strangers = [other for other in chain(others[at * EACH :], others) if other.key not in followed]
        found[viewer] = [{"id": encode("User", other.id)} for other in strangers[:EACH]]
    return found


def _figures(kind: str, connections: int, measured: Measured) -> list[Figure]:
    is_goal, at = kind == POST and connections == GOAL_AT, f"{kind} at {connections} connections: "
    load = measured.load
    return [
        Figure(f"{at}our core, the web process", load.core_ms, "ms", at_most(WEB_MS) if is_goal else None),
        Figure(f"{at}our core, the worker", measured.core_ms(WORKER), "ms", at_most(WORKER_MS) if is_goal else None),
        Figure(f"{at}answers a second", load.throughput, "/s"),
        Figure(f"{at}p50", load.quantile(0.5), "ms"),
        Figure(f"{at}p99", load.quantile(0.99), "ms"),
    ]
