"""Dead letters are listed, replayed and dropped."""

from redis.asyncio import Redis

from keyspace.keys import DEAD, EVENTS
from services.events.dead_letters import dead_letter, dead_letters, drop, drop_all, replay, replay_all
from services.events.post_events import PostCreated
from services.events.stream import Entry, create_group, entries_of, event_of, fields_of
from tests.services.events.conftest import Subscribe
from tests.services.events.stories import Notes, Until, a_post, is_quiet


async def _dead_letter(redis: Redis, *posts: str) -> None:
    await create_group(redis, "fanout")
    for post in posts:
        await dead_letter(redis, "fanout", Entry(b"1-1", fields_of(a_post(post)), 5), "ValueError: " + "long " * 200)


async def test_pages_go_from_the_newest_to_the_oldest(redis: Redis) -> None:
    await _dead_letter(redis, *(f"p{number}" for number in range(5)))
    pages, before = [], "+"
    while page := await dead_letters(redis, before=before, limit=2):
        pages.append([letter.payload.split('"')[3] for letter in page])
        before = page[-1].id
    assert pages == [["p4", "p3"], ["p2", "p1"], ["p0"]]
    (letter,) = await dead_letters(redis, limit=1)
    assert (letter.group, letter.type, letter.attempts, len(letter.error)) == ("fanout", "post.created", 5, 500)


async def test_a_replayed_event_is_for_the_group_that_failed(redis: Redis, subscribe: Subscribe, until: Until) -> None:
    await _dead_letter(redis, "p1")
    (letter,) = await dead_letters(redis)
    assert await replay(redis, letter.id)
    assert not await replay(redis, letter.id)
    failed, other = Notes(), Notes()
    async with subscribe(failed.consumer("fanout")), subscribe(other.consumer("live")):
        await until(lambda: is_quiet(redis, "fanout"))
        await until(lambda: is_quiet(redis, "live"))
    assert (failed.seen, other.seen) == (["p1"], [])
    assert await redis.xlen(DEAD) == 0


async def test_an_event_that_dies_again_has_its_group_and_can_be_replayed_again(
    redis: Redis, subscribe: Subscribe, until: Until
) -> None:
    await _dead_letter(redis, "p1")
    notes = Notes(errors={"p1": [ValueError("still")] * 3})
    async with subscribe(notes.consumer()):
        assert await replay_all(redis) == 1
        await until(lambda: redis.xlen(DEAD))
        assert await replay_all(redis) == 1
        await until(lambda: notes.seen == ["p1"])


async def test_all_are_replayed_oldest_first(redis: Redis) -> None:
    posts = [f"p{number:03}" for number in range(230)]
    await _dead_letter(redis, *posts)
    assert await replay_all(redis) == 230
    assert await replay_all(redis) == 0
    back = [event_of(entry.fields) for entry in entries_of(await redis.xrange(EVENTS))]
    assert [event.post_id for event in back if isinstance(event, PostCreated)] == posts


async def test_dropped_letters_are_gone(redis: Redis) -> None:
    await _dead_letter(redis, "p1", "p2", "p3")
    first, *_ = await dead_letters(redis)
    assert await drop(redis, first.id, "1-1") == 1
    assert await drop(redis) == 0
    assert await drop_all(redis) == 2
    assert await redis.xlen(DEAD) == 0
