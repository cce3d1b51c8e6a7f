"""Dead letters are listed, replayed and dropped."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from keyspace.blocking import BlockingConnections
from keyspace.client import Keyspace
from keyspace.consumer_group import ConsumerGroup
from keyspace.dead_letters import DeadLetters
from keyspace.keys import DEAD, EVENTS
from services.events.post_events import PostCreated
from services.events.stream import event_of
from tests.services.events.conftest import Subscribe
from tests.services.events.stories import Notes, Until, a_post, is_quiet, streamed, tell

ERROR = "ValueError: " + "long " * 200


@pytest.fixture
async def group(keyspace: Keyspace, blocking: BlockingConnections) -> ConsumerGroup:
    """A group that fails."""
    group = ConsumerGroup(keyspace, blocking, "fanout", "w0")
    await group.create()
    return group


async def _dead_letter(redis: Redis, group: ConsumerGroup, *posts: str) -> None:
    await tell(redis, *map(a_post, posts))
    for entry in await group.read(len(posts), 1):
        await group.dead_letter(replace(entry, deliveries=5), ERROR)
    await redis.xtrim(EVENTS, maxlen=0, approximate=False)


async def test_pages_go_from_the_newest_to_the_oldest(redis: Redis, group: ConsumerGroup, letters: DeadLetters) -> None:
    await _dead_letter(redis, group, *(f"p{number}" for number in range(5)))
    pages, before = [], "+"
    while page := await letters.page(before=before, limit=2):
        pages.append([letter.payload.split('"')[3] for letter in page])
        before = page[-1].id
    assert pages == [["p4", "p3"], ["p2", "p1"], ["p0"]]
    (letter,) = await letters.page(limit=1)
    assert (letter.group, letter.type, letter.attempts, len(letter.error)) == ("fanout", "post.created", 5, 500)


async def test_a_replayed_event_is_for_the_group_that_failed(
    redis: Redis, group: ConsumerGroup, letters: DeadLetters, subscribe: Subscribe, until: Until
) -> None:
    await _dead_letter(redis, group, "p1")
    (letter,) = await letters.page()
    assert await letters.replay(letter.id)
    assert not await letters.replay(letter.id)
    failed, other = Notes(), Notes()
    async with subscribe(failed.consumer("fanout")), subscribe(other.consumer("live")):
        await until(lambda: is_quiet(redis, "fanout"))
        await until(lambda: is_quiet(redis, "live"))
    assert (failed.seen, other.seen) == (["p1"], [])
    assert await redis.xlen(DEAD) == 0


async def test_an_event_that_dies_again_has_its_group_and_can_be_replayed_again(
    redis: Redis, group: ConsumerGroup, letters: DeadLetters, subscribe: Subscribe, until: Until
) -> None:
    await _dead_letter(redis, group, "p1")
    notes = Notes(errors={"p1": [ValueError("still")] * 3})
    async with subscribe(notes.consumer()):
        assert await letters.replay_all() == 1
        await until(lambda: redis.xlen(DEAD))
        assert await letters.replay_all() == 1
        await until(lambda: notes.seen == ["p1"])


async def test_all_are_replayed_oldest_first(redis: Redis, group: ConsumerGroup, letters: DeadLetters) -> None:
    posts = [f"p{number:03}" for number in range(230)]
    await _dead_letter(redis, group, *posts)
    assert await letters.replay_all() == 230
    assert await letters.replay_all() == 0
    back = [event_of(entry.fields) for entry in await streamed(redis)]
    assert [event.post_id for event in back if isinstance(event, PostCreated)] == posts


async def test_an_event_becomes_a_letter_once(redis: Redis, group: ConsumerGroup, letters: DeadLetters) -> None:
    await tell(redis, a_post())
    (entry,) = await group.read(1, 1)
    for _ in range(2):
        await group.dead_letter(entry, ERROR)
    assert await letters.count() == 1


async def test_dropped_letters_are_gone(redis: Redis, group: ConsumerGroup, letters: DeadLetters) -> None:
    await _dead_letter(redis, group, "p1", "p2", "p3")
    first, *_ = await letters.page()
    assert await letters.drop(first.id, "1-1") == 1
    assert await letters.drop() == 0
    assert await letters.count() == 2
