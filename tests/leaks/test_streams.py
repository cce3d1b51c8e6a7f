"""No stream tells of what is hidden from whoever follows it, nor of what was hidden between happening and being told."""

import asyncio
from contextlib import AsyncExitStack, aclosing, suppress

import orjson
import pytest

from errors import Unauthenticated
from graph.rows.posts import Audience
from resolvers import live as live_streams
from resolvers import telling
from services.posts.writing import Draft
from tests.leaks.paths import whole
from tests.leaks.table import NOBODY
from tests.leaks.walk import CORE, Answer, leaks, written
from tests.leaks.world import BANNED, CLOSED, KEEPER, PERSONAS, SHUT, WALL
from tests.worlds.waiting import until

SUBSCRIPTIONS = whole(CORE, "subscription")
FENCE = "All that was to be told is told."


@pytest.fixture
async def hub(leak_parts, monkeypatch):
    for module in (telling, live_streams):  # on a machine that is busy with other things, what is planned first takes seconds
        monkeypatch.setattr(module, "PATIENCE", 30.0)
    reading = asyncio.create_task(leak_parts.hub.run())
    await until(lambda: leak_parts.hub._last is not None)
    yield leak_parts.hub
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading


def variables(made):
    return {name: 20 if name == "first" else None for name in made.variables}


async def told(walk, viewer, made):
    """Give all that a stream tells before the fence."""
    found: list[str] = []
    operation = walk.pair.operation(made.text, variables(made))
    stream = await walk.pair.compiled.subscribe(operation, walk.context(viewer))
    async with aclosing(stream), asyncio.timeout(60):
        async for outcomes in stream:
            for text in map(written, outcomes):
                if FENCE in text:
                    return found
                found.append(text)
    raise EOFError


async def post(world, who, name, text, audience=None):
    """Write a post whose ids belong to a thing of the table by its name, as its text does by its words."""
    services = world.town.parts.services
    world.posts[name] = (await services.writing.create(world.town.people[who], Draft(text, audience=audience))).id


async def happen(world):
    town = world.town
    for audience in (Audience.FOLLOWERS, Audience.CLOSE_FRIENDS, Audience.MENTIONED):
        word = f"hush_{audience.value.lower()}"
        await post(world, KEEPER, f"{word}_late", f"{word} @mentioned", audience)
    await post(world, KEEPER, "hush_followers_deleted", "hush_public was here", Audience.FOLLOWERS)
    await town.delete(KEEPER, world.posts["hush_followers_deleted"])
    await post(world, KEEPER, "hush_followers_narrowed", "hush_close_friends alone")
    await town.set_audience(KEEPER, world.posts["hush_followers_narrowed"], Audience.CLOSE_FRIENDS)
    await post(world, SHUT, "hush_shut_more_late", "hush_shut_more")
    await post(world, WALL, "hush_wall_late", "hush_wall")
    await post(world, CLOSED, "closed_post_late", "closed_post")
    await post(world, "other", f"{BANNED}_late", f"As {BANNED} as the other")
    await town.parts.suspension.suspend("other")
    await post(world, "plain", "fence", FENCE)


@pytest.mark.parametrize("made", SUBSCRIPTIONS, ids=lambda made: made.root)
async def test_streams_tell_nobody_of_what_is_hidden(walk, world, hub, made):
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        streams = {viewer: group.create_task(told(walk, viewer, made)) for viewer in PERSONAS}
        plain = world.town.people["plain"].key
        await until(lambda: len(list(hub.index.of(plain))) == len(PERSONAS), seconds=30)
        await happen(world)
        await world.town.deliver()
    texts = {viewer: stream.result() for viewer, stream in streams.items()}
    answers = [
        Answer(viewer, made.root, {}, text, orjson.loads(text)["data"]) for viewer, all_ in texts.items() for text in all_
    ]
    assert [leak for answer in answers for leak in leaks(world, answer)] == []
    assert "hush_followers" in "".join(texts["follower"]) and "hush_close_friends" in "".join(texts["friend"])
    await world.town.delete("plain", world.posts["fence"])
    await world.town.parts.suspension.restore("other")
    await world.town.delete("other", world.posts[f"{BANNED}_late"])
    await world.town.deliver()


@pytest.mark.parametrize("made", SUBSCRIPTIONS, ids=lambda made: made.root)
async def test_nobody_in_particular_has_no_stream(walk, made):
    with pytest.raises(Unauthenticated):
        await walk.pair.compiled.subscribe(walk.pair.operation(made.text, variables(made)), walk.context(NOBODY))
