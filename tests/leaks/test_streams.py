"""No stream tells of what is hidden from whoever follows it, nor of what was hidden between happening and being told."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import orjson
import pytest
from graphql import GraphQLList, get_named_type, get_nullable_type

from errors import NotFound, Unauthenticated
from graph.rows.posts import Audience
from keyspace.keys import LIVE_COUNTS, LIVE_COUNTS_PAUSE
from keyspace.stream_entries import Fields
from resolvers import telling
from resolvers.global_ids import decode
from resolvers.nodes import node
from services.live.places import id_of
from services.posts.writing import Draft
from tests.leaks.paths import COMPILED, Made, whole
from tests.leaks.table import NOBODY
from tests.leaks.walk import CORE, NEAR, NEAR_POSTS, Answer, leaks, written
from tests.leaks.world import BANNED, CLOSED, KEEPER, PERSONAS, SHUT, WALL
from tests.live.clients import readable
from tests.worlds.waiting import until

SUBSCRIPTIONS = whole(CORE, "subscription", COMPILED)
ROOTS = sorted({made.root for made in SUBSCRIPTIONS})


@pytest.fixture
async def hub(leak_parts, monkeypatch):
    monkeypatch.setattr(telling, "PATIENCE", 30.0)  # on a busy machine, what is planned first takes seconds
    reading = asyncio.create_task(leak_parts.hub.run())
    await until(lambda: leak_parts.hub._last is not None)
    yield leak_parts.hub
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading


@dataclass(slots=True)
class Stream:
    """A stream of a viewer: what it has told, and whether it was refused as what does not exist."""

    made: Made
    viewer: str
    given: Mapping[str, Any]
    texts: list[str] = field(default_factory=list)
    refused: bool = False

    @property
    def began(self) -> str:
        """Give the cursor of its beginning."""
        (event,) = orjson.loads(self.texts[0])["data"].values()
        return str(event["cursor"])

    async def listen(self, walk) -> None:
        """Note all that is told, until cancelled."""
        operation = walk.pair.operation(self.made.text, self.given)
        stream = await walk.pair.compiled.subscribe(operation, walk.context(self.viewer))
        async with aclosing(stream):
            try:
                async for outcomes in stream:
                    self.texts += map(written, outcomes)
            except NotFound:
                self.refused = True

    async def is_of_something_seen(self, walk) -> bool:
        """Ask a query whether the viewer may see what the stream is of."""
        ids = [value for value in self.given.values() if isinstance(value, str)]
        return all([await node(walk.context(self.viewer), id_) is not None for id_ in ids])


def variables(made, world):
    """Give the variables of a stream in all ways: of every person, of every post, or of all posts; far, of those who are near."""
    own = {name: type_ for name, type_ in made.variables.items() if get_named_type(type_).name == "ID"}
    rest = {name: 20 if name == "first" else None for name in made.variables}
    all_ids = {kind: [each for each in world.ids if (decode(each) or [""])[0] == kind] for kind in ("User", "Post")}
    if made.far:
        all_ids = {"User": [world.user(each) for each in NEAR], "Post": [world.post(each) for each in NEAR_POSTS]}
    ids = [all_ids["User" if name.startswith("user") else "Post"] for name in own]
    lists = [isinstance(get_nullable_type(type_), GraphQLList) for type_ in own.values()]
    ways = product(*([each[:100]] if is_list else each for each, is_list in zip(ids, lists, strict=True)))
    return [{**rest, **dict(zip(own, way, strict=True))} for way in ways]


async def settled(hub, parts) -> None:
    """Wait until all that was announced is told."""
    _, newest = await parts.live_stream.begin()
    both, index = (hub.rounds, hub.counts_rounds), hub.index
    (counted, *_), *_ = await parts.keyspace.command("XREVRANGE", LIVE_COUNTS, "+", "-", "COUNT", 1)
    await until(
        lambda: (id_of(hub._last), hub._counted) == (newest, counted.decode())
        and not any(rounds._running for rounds in both)
        and sum(len(rounds._waiting) for rounds in both) == len(index.subscribers)
        and not any(subscriber.waits for subscriber in index.subscribers),
        seconds=60,
    )


async def post(world, who, name, text, audience=None, reply_to=None):
    """Write a post whose ids belong to a thing of the table by its name, as its text does by its words."""
    draft = Draft(text, reply_to and world.posts[reply_to], audience=audience)
    world.posts[name] = (await world.town.parts.services.writing.create(world.town.people[who], draft)).id


async def prepare(world):
    """Write what is deleted or narrowed while streams are open, or watch it."""
    for audience in (Audience.FOLLOWERS, Audience.CLOSE_FRIENDS, Audience.MENTIONED):
        word = f"hush_{audience.value.lower()}"
        await post(world, KEEPER, f"{word}_goes", f"{word} @mentioned", audience)
        await post(world, KEEPER, f"{word}_shrinks", word, audience)
    for who, word in ((SHUT, "hush_shut_more"), (WALL, "hush_wall"), (CLOSED, "closed_post")):
        await post(world, who, f"{word}_goes", word, reply_to="plain_post")
    await world.town.deliver()


async def happen(world):
    town, likes = world.town, world.town.parts.services.likes
    for audience in (Audience.FOLLOWERS, Audience.CLOSE_FRIENDS, Audience.MENTIONED):
        word = f"hush_{audience.value.lower()}"
        await post(world, KEEPER, f"{word}_late", f"{word} @mentioned", audience)
        await post(world, KEEPER, f"{word}_reply_late", f"{word} @mentioned", audience, "plain_post")
        for change in (likes.remove, likes.add):
            await change(town.people["plain"], world.posts[word])
        await town.delete(KEEPER, world.posts[f"{word}_goes"])
        await town.set_audience(KEEPER, world.posts[f"{word}_shrinks"], Audience.MENTIONED)
    await post(world, KEEPER, "hush_followers_deleted", "hush_public was here", Audience.FOLLOWERS)
    await town.delete(KEEPER, world.posts["hush_followers_deleted"])
    await post(world, KEEPER, "hush_followers_narrowed", "hush_close_friends alone", Audience.FOLLOWERS)
    await town.set_audience(KEEPER, world.posts["hush_followers_narrowed"], Audience.CLOSE_FRIENDS)
    for who, word in ((SHUT, "hush_shut_more"), (WALL, "hush_wall"), (CLOSED, "closed_post")):
        await post(world, who, f"{word}_late", word)
        await post(world, who, f"{word}_reply_late", word, reply_to="plain_post")
        await town.delete(who, world.posts[f"{word}_goes"])
    await post(world, "other", f"{BANNED}_late", f"As {BANNED} as the other")
    await town.parts.accounts.suspension.suspend("other", "A test.")


@asynccontextmanager
async def listened(walk, streams):
    """Listen to streams for a block, from when all have begun or are refused."""
    listening = [asyncio.create_task(stream.listen(walk)) for stream in streams]
    await until(lambda: all(stream.texts or stream.refused for stream in streams), seconds=60)
    yield
    for task in listening:
        task.cancel()
    failed = await asyncio.gather(*listening, return_exceptions=True)
    assert [error for error in failed if isinstance(error, Exception)] == []


def answers_of(streams) -> list[Answer]:
    """Give what streams have told."""
    return [
        Answer(each.viewer, each.made.root, each.given, text, orjson.loads(text)["data"])
        for each in streams
        for text in each.texts
    ]


def tells_of_others(answer: Answer, entries: Mapping[bytes, Fields]) -> bool:
    """Return whether the cursor of an event says when something happened that is not what the event tells."""
    (event,) = answer.data.values()
    place = re.search(rb'\["\w+",(\d+),(\d+),', readable(event.get("cursor", "")))
    if place is None:
        return False
    _, post = decode(event.get("postId") or event.get("post", {}).get("id", "")) or ("", "nothing")
    fields = entries.get(b"-".join(place.groups()), {})
    return post.encode() not in fields.get(b"payload", b"") + fields.get(b"posts", b"")


@pytest.mark.parametrize("root", ROOTS)
async def test_streams_tell_nobody_of_what_is_hidden(walk, world, hub, leak_parts, root):
    await prepare(world)
    ways = [(made, given) for made in SUBSCRIPTIONS if made.root == root for given in variables(made, world)]
    streams = [Stream(made, viewer, given) for viewer in PERSONAS for made, given in ways]
    async with listened(walk, streams):
        for stream in streams:
            assert stream.refused != await stream.is_of_something_seen(walk), stream
        await happen(world)
        await world.town.deliver()
        await leak_parts.keyspace.command("DEL", LIVE_COUNTS_PAUSE)
        assert await leak_parts.live_stream.tell_counts()
        await settled(hub, leak_parts)
    # The same by those who were away meanwhile, and come back.
    back = [Stream(each.made, each.viewer, {**each.given, "after": each.began}) for each in streams if each.texts]
    async with listened(walk, back):
        await settled(hub, leak_parts)
    entries = {entry.id: entry.fields for entry in (await leak_parts.live_stream.since(None, 100_000))[1]}
    for told in (streams, back):
        answers = answers_of(told)
        assert [leak for answer in answers for leak in leaks(world, answer)] == []
        assert [answer for answer in answers if tells_of_others(answer, entries)] == []
        texts = {viewer: "".join(answer.text for answer in answers if answer.viewer == viewer) for viewer in PERSONAS}
        assert "hush_followers" in texts["follower"] and "hush_close_friends" in texts["friend"]
    await world.town.parts.accounts.suspension.restore("other", "A test.")
    await world.town.delete("other", world.posts[f"{BANNED}_late"])
    await world.town.deliver()


@pytest.mark.parametrize("made", SUBSCRIPTIONS, ids=[f"{made.root}{at}" for at, made in enumerate(SUBSCRIPTIONS)])
async def test_nobody_in_particular_has_no_stream(walk, world, made):
    for given in variables(made, world):
        with pytest.raises(Unauthenticated):
            await walk.pair.compiled.subscribe(walk.pair.operation(made.text, given), walk.context(NOBODY))
