"""People who are made for a benchmark, and crowds of followers between them and others."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.people import with_bench_statements
from clock import now_ms
from graph.driver import Graph
from graph.ids import new_id
from services.accounts.viewer import Viewer
from world.writing import batches, with_long_timeouts


async def make_people(graph: Graph, number: int) -> list[Viewer]:
    """Return new people, who follow nobody and are followed by nobody."""
    made: list[Viewer] = []
    now, expires = now_ms(), datetime.now(UTC) + timedelta(days=1)
    for batch in batches([new_id() for _ in range(number)]):
        people = [_person(id_, now) for id_ in batch]
        last, _ = await with_long_timeouts(graph).write("world/add_people", people=people)
        made += [Viewer(id_, last + 1 + at, expires) for at, id_ in enumerate(batch)]
    return made


async def add_follows(graph: Graph, followers: Sequence[int], followed: Sequence[int]) -> None:
    """Let everybody of the first follow everybody of the second, by their keys; none of them follows another yet."""
    at = now_ms()
    for one in batches(followers):
        for other in batches(followed):
            await with_bench_statements(graph).write("people/add_follows", followers=one, followed=other, at=at)


def _person(id_: str, now: int) -> dict[str, str | int | bool]:
    name = f"made_{id_}"
    return {
        "id": id_, "username": name, "usernameKey": name, "displayName": name, "bio": "", "private": False,
        "discoverable": False, "state": "ACTIVE", "createdAt": now,
    }  # fmt: skip
