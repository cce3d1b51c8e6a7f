"""Who asks for what: the same people and things for all servers, and what is written so that pages have something to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.feed import VIEWERS, full_viewers
from bench.people import Person, random_people, with_bench_statements
from clock import now_ms
from graph.ids import LAST, id_at
from parts import Parts
from resolvers.global_ids import encode
from world.writing import batches, with_long_timeouts

PAGE = 20
REPLIES = 25
"""Replies to each post whose thread is read."""
LIKERS = 4
"""Up to so many people like a post that is shown."""
LIKED_OF = 3
"""A viewer likes one in so many posts of their home page."""
TO_CHANGE = 10
"""Posts that each viewer likes, and people whom each follows, on each server."""
STRANGERS = 400
SUGGESTED, RANKED = 10, 500


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asks, with the variables of the document."""

    person: Person
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cast:
    """Viewers, the usernames of people with much to show, the global ids of posts with replies, and what writes are about."""

    viewers: Sequence[Person]
    settled: Sequence[Person]
    """Those of them whose suggestions are settled by ranking the best, which is all that the others do."""
    usernames: Sequence[str]
    threads: Sequence[str]
    to_like: Mapping[str, Sequence[Asking]]
    """By the name of a server: posts that the viewer does not like."""
    to_follow: Mapping[str, Sequence[Asking]]
    """The same of people whom the viewer does not follow."""

    def each_about(self, name: str, values: Sequence[str]) -> list[Asking]:
        """Return each viewer with one of the values, in turn."""
        return [Asking(viewer, {name: values[at % len(values)]}) for at, viewer in enumerate(self.viewers)]


async def find_cast(parts: Parts, count: int, servers: Sequence[str]) -> Cast:
    """Choose the people of a graph, and write likes and replies."""
    viewers = await full_viewers(parts, count)
    known = await with_bench_statements(parts.graph).read("people/well_known", posts=PAGE + 1, limit=VIEWERS)
    crowd = await random_people(parts.graph, STRANGERS)
    rng = Random(len(crowd))
    threads = [await _newest(parts, id_) for id_, _, _ in known]
    replies = await _reply(parts, threads, crowd, rng)
    length = PAGE + TO_CHANGE * len(servers)
    timelines = {viewer.id: await parts.delivery.pull.ids(viewer.key, LAST, length) for viewer in viewers}
    shown = [id_ for ids in timelines.values() for id_ in ids[:PAGE]]
    likes = [(person.key, id_) for id_ in [*shown, *threads, *replies] for person in rng.sample(crowd, rng.randrange(LIKERS))]
    likes += [(viewer.key, id_) for viewer in viewers for id_ in timelines[viewer.id][:PAGE:LIKED_OF]]
    at = now_ms()
    for batch in batches([(*each, at) for each in dict.fromkeys(likes)]):
        await with_long_timeouts(parts.graph).write("world/add_likes", rows=batch)
    return Cast(
        viewers,
        [viewer for viewer in viewers if await _is_settled(parts, viewer)],
        [username for _, _, username in known],
        [encode("Post", id_) for id_ in threads],
        _dealt("Post", {viewer: timelines[viewer.id][PAGE:] for viewer in viewers}, servers),
        _dealt("User", {viewer: await _strangers(parts, viewer, crowd) for viewer in viewers}, servers),
    )


async def _newest(parts: Parts, author: str) -> str:
    (newest,) = await parts.graph.read("posts/by_author_home", author=author, post=LAST, limit=1)
    return str(newest)


async def _reply(parts: Parts, threads: Sequence[str], crowd: Sequence[Person], rng: Random) -> list[str]:
    """Write replies to posts, and return their ids."""
    now = now_ms()
    rows: list[tuple[Any, ...]] = [
        (id_at(now - at, rng.getrandbits(74)), rng.choice(crowd).key, "A reply.", "en", "PUBLIC", False, post, post, [], [], now)
        for post in threads
        for at in range(REPLIES)
    ]
    graph = with_long_timeouts(parts.graph)
    for batch in batches(rows):
        await graph.write("world/add_posts", rows=batch)
        await graph.write("world/add_replies", rows=[(row[0], row[6]) for row in batch])
    return [row[0] for row in rows]


async def _is_settled(parts: Parts, viewer: Person) -> bool:
    graph = with_bench_statements(parts.graph)
    found = await graph.read("peers/people_you_may_know", viewer=viewer.key, first=SUGGESTED, enough=RANKED)
    people = found["people"]
    return found["ranked"] < RANKED or (len(people) == SUGGESTED and people[-1]["mutualCount"] > found["fewest"])


async def _strangers(parts: Parts, viewer: Person, crowd: Sequence[Person]) -> list[str]:
    followed = {*await parts.graph.read("feed/followed", viewer=viewer.key), viewer.key}
    return [person.id for person in crowd if person.key not in followed]


def _dealt(kind: str, found: Mapping[Person, Sequence[str]], servers: Sequence[str]) -> dict[str, list[Asking]]:
    """Deal what each viewer may change to the servers, so that none of them changes what another does; viewers take turns."""
    return {
        server: [
            Asking(viewer, {"id": encode(kind, ids[number])})
            for number in range(at, TO_CHANGE * len(servers), len(servers))
            for viewer, ids in found.items()
            if number < len(ids)
        ]
        for at, server in enumerate(servers)
    }
