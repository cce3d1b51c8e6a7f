"""Viewers with different rules on the same events and the same cached posts, a thousand times at once: each sees their own."""

import asyncio
import itertools

import pytest

from graph.rows.posts import Audience
from tests.live.conftest import post_id
from tests.worlds.town import ids_of

TIMES = 1_000
EACH = 250
"""Posts; each is heard, or not, by four viewers."""


@pytest.fixture
async def crowd(serve):
    """Bea writes for all audiences in turn. Ada follows her, Cid is a close friend besides, Dov has muted her.

    Redis has time, so that a thousand at once wait for it instead of going to the graph.
    """
    live = await serve(stream_buffer=2 * TIMES, redis_timeout=30.0)
    town = live.town
    for name in ("ada", "cid", "dov"):
        await town.follow(name, "bea")
    await town.befriend("bea", "cid")
    await town.mute("dov", "bea")
    await town.deliver()
    return live


async def written(town) -> dict[str, set[str]]:
    """Let Bea write, and give the ids of what each viewer is to see."""
    audiences = itertools.cycle(Audience)
    posts = {await town.post("bea", "Hello @ada", audience=audience): audience for audience in itertools.islice(audiences, EACH)}
    sees = {
        "ada": {Audience.PUBLIC, Audience.FOLLOWERS, Audience.MENTIONED},
        "cid": {Audience.PUBLIC, Audience.FOLLOWERS, Audience.CLOSE_FRIENDS},
        "dov": set(),
        "bea": set(Audience),
    }
    return {name: {post for post, audience in posts.items() if audience in seen} for name, seen in sees.items()}


async def test_each_hears_only_their_own_of_shared_events(crowd):
    """The events come all at once, so that they are looked up for several viewers at the same time."""
    town = crowd.town

    async def heard(socket, marker: str) -> list[str]:
        found = []
        while (post := (await socket.next())["post"])["text"] != marker:
            found.append(post["id"])
        return found

    async with (
        crowd.socket("ada") as ada, crowd.socket("cid") as cid, crowd.socket("dov") as dov, crowd.socket("bea") as bea,
    ):  # fmt: skip
        sockets = {"ada": ada, "cid": cid, "dov": dov, "bea": bea}
        own = await written(town)
        for name in sockets:
            await town.post(name, f"{name} marks")
        await town.deliver()
        found = await asyncio.gather(*(heard(socket, f"{name} marks") for name, socket in sockets.items()))
    for name, ids in zip(sockets, found, strict=True):
        assert len(ids) == len(set(ids))
        extra = {post_id(post) for post in own[name]} ^ set(ids)
        assert not extra, name


async def test_each_reads_only_their_own_of_shared_pages(crowd):
    town = crowd.town
    own = await written(town)
    await town.deliver()
    for name in own:
        await town.page(name, 50)
    names = list(itertools.islice(itertools.cycle(own), TIMES))
    pages = await asyncio.gather(*(town.page(name, 50) for name in names))
    for name, page in zip(names, pages, strict=True):
        assert ids_of(page) == sorted(own[name], reverse=True)[:50]
