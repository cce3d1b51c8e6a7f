"""Where people are in their feeds: kept on the way, found again on another device, read from in both directions."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from keyspace import keys

SAVE = """mutation ($input: SaveReadingPositionInput!) { saveReadingPosition(input: $input) {
  moved position { readAt cursor } } }"""
READ = """query ($first: Int! = 20) { readingPosition(feed: HOME) {
  feed cursor readAt newerCount posts(first: $first) { edges { cursor node { text } } pageInfo { hasNextPage endCursor } } } }"""
CURSOR = "{ readingPosition(feed: HOME) { cursor readAt } }"
HOME = """query ($first: Int, $after: String, $last: Int, $before: String) {
  homeTimeline(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { text } } pageInfo { hasPreviousPage startCursor } } }"""
LONG = "2020-01-01T00:00:00.000Z"


async def save(product, viewer, cursor, **more):
    return (await product.run(SAVE, viewer, input={"feed": "HOME", "cursor": cursor, **more}))["saveReadingPosition"]


async def position(product, viewer, **variables):
    return (await product.run(READ, viewer, **variables))["readingPosition"]


async def home(product, viewer, **window):
    return (await product.run(HOME, viewer, **window))["homeTimeline"]


def ago(**time):
    """Give a moment before now, as clients write it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def texts(page):
    return [edge["node"]["text"] for edge in page["edges"]]


async def write(product):
    return await product.served.parts.services.reading_positions.write()


@pytest.fixture
async def read(product):
    """Mira has written nine posts: "8" is the newest. The cursors, by text."""
    mira = await product.sign_up("mira")
    for each in range(9):
        await product.post(mira, str(each))
    page = await home(product, mira, first=20)
    return mira, {edge["node"]["text"]: edge["cursor"] for edge in page["edges"]}


async def test_a_page_begins_where_the_viewer_was_and_is_read_from_there_both_ways(product, read):
    mira, cursors = read
    assert await position(product, mira) is None
    saved = await save(product, mira, cursors["4"])
    found = await position(product, mira, first=3)
    assert saved["moved"] and (found["feed"], found["newerCount"]) == ("HOME", 4)
    assert found["readAt"] == saved["position"]["readAt"]
    assert texts(found["posts"]) == ["4", "3", "2"] and found["posts"]["pageInfo"]["hasNextPage"]
    older = await home(product, mira, first=20, after=found["posts"]["pageInfo"]["endCursor"])
    assert texts(older) == ["1", "0"]
    newer = await home(product, mira, last=3, before=found["cursor"])
    assert texts(newer) == ["7", "6", "5"] and newer["pageInfo"]["hasPreviousPage"]
    newest = await home(product, mira, last=3, before=newer["pageInfo"]["startCursor"])
    assert texts(newest) == ["8"] and not newest["pageInfo"]["hasPreviousPage"]
    await product.post(mira, "9")
    assert (await position(product, mira))["newerCount"] == 5


async def test_a_post_that_is_gone_or_muted_is_a_place_all_the_same(product, read):
    mira, cursors = read
    await save(product, mira, cursors["4"])
    ids = {edge["node"]["text"]: edge["node"]["id"] for edge in (await product.run(
        "{ homeTimeline { edges { node { id text } } } }", mira))["homeTimeline"]["edges"]}
    for text in ("4", "6"):
        await product.delete(mira, ids[text])
    found = await position(product, mira, first=2)
    assert (texts(found["posts"]), found["newerCount"]) == (["3", "2"], 3)
    assert texts(await home(product, mira, last=2, before=found["cursor"])) == ["7", "5"]


async def test_the_later_moment_wins_whichever_device_says_it_first(product, read):
    mira, cursors = read
    await save(product, mira, cursors["7"])
    late = await save(product, mira, cursors["1"], readAt=ago(hours=1))
    assert not late["moved"]
    assert texts((await position(product, mira, first=1))["posts"]) == ["7"]
    to_come = await save(product, mira, cursors["6"], readAt=ago(hours=-1))
    assert to_come["moved"] and datetime.fromisoformat(to_come["position"]["readAt"]) <= datetime.now(UTC)
    assert (await save(product, mira, cursors["2"]))["moved"]


async def test_a_device_that_has_not_seen_the_last_move_moves_nothing_unless_it_is_asked_to(product, read):
    mira, cursors = read
    known = (await save(product, mira, cursors["8"]))["position"]["readAt"]
    of_the_other = await save(product, mira, cursors["3"], knownReadAt=known)
    assert of_the_other["moved"]
    stale = await save(product, mira, cursors["7"], knownReadAt=known)
    assert not stale["moved"] and stale["position"]["readAt"] == of_the_other["position"]["readAt"]
    asked = await save(product, mira, cursors["7"], knownReadAt=known, anyway=True)
    assert asked["moved"]
    assert texts((await position(product, mira, first=1))["posts"]) == ["7"]
    again = await save(product, mira, cursors["7"], knownReadAt=known)
    assert again["moved"]  # it is there already


async def test_an_emptied_redis_loses_only_what_was_not_written_yet(product, read):
    mira, cursors = read
    await save(product, mira, cursors["5"])
    assert (await write(product), await write(product)) == (1, 0)
    kept = await position(product, mira, first=1)
    await save(product, mira, cursors["2"])
    await product.forget_caches()
    found = await position(product, mira, first=1)
    assert texts(found["posts"]) == ["5"] and found["readAt"] == kept["readAt"]
    stale = await save(product, mira, cursors["1"], readAt=LONG)
    assert not stale["moved"] and stale["position"]["readAt"] == kept["readAt"]
    assert (await save(product, mira, cursors["1"]))["moved"]
    assert await write(product) == 1


async def test_a_move_during_the_writing_is_written_the_next_time(product, read):
    mira, cursors = read
    store = product.served.parts.services.reading_positions.store
    await save(product, mira, cursors["5"])
    unwritten = await store.unwritten(10)
    await save(product, mira, cursors["3"])
    await store.written(unwritten)
    assert await write(product) == 1
    await product.forget_caches()
    assert texts((await position(product, mira, first=1))["posts"]) == ["3"]


async def test_what_is_written_twice_or_late_does_not_go_back(product, read):
    mira, cursors = read
    parts = product.served.parts
    await save(product, mira, cursors["5"])
    (first,) = await parts.services.reading_positions.store.unwritten(10)
    await save(product, mira, cursors["3"])
    await write(product)
    rows = [[first.viewer, first.feed, *first.position]]
    assert await parts.writer.write("reading/write_positions", rows=rows) == 0


async def test_what_redis_lost_of_a_position_does_not_stay_to_be_written(product, read):
    mira, cursors = read
    keyspace = product.served.parts.keyspace
    await save(product, mira, cursors["5"])
    await keyspace.command("UNLINK", *await keyspace.command("KEYS", "rd:*"))
    assert (await write(product), await keyspace.command("EXISTS", keys.READING_UNWRITTEN)) == (0, 0)


async def test_many_at_once_leave_the_latest(product, read):
    mira, cursors = read
    moments = [ago(seconds=60 - at) for at in range(9)]
    await asyncio.gather(*(save(product, mira, cursors[str(at)], readAt=moments[at]) for at in range(9)))
    assert texts((await position(product, mira, first=1))["posts"]) == ["8"]
    await write(product)
    await product.forget_caches()
    assert texts((await position(product, mira, first=1))["posts"]) == ["8"]


async def test_a_cursor_of_somebody_else_or_of_another_list_is_refused(product, read):
    _, cursors = read
    jo = await product.sign_up("jo2")
    for cursor in (cursors["5"], "bm90IG91cnM=", ""):
        assert (await product.ask(SAVE, jo, input={"feed": "HOME", "cursor": cursor})).refusal == ("INVALID_INPUT", "cursor")
    assert await position(product, jo) is None
    assert (await product.ask(READ)).code == "UNAUTHENTICATED"


async def test_a_place_of_an_order_that_is_no_more_is_no_position(product, read):
    mira, cursors = read
    await save(product, mira, cursors["5"])
    await write(product)
    await product.cypher("MATCH (r:ReadingPosition) SET r.place = '[1]' RETURN 1")
    await product.forget_caches()
    assert await position(product, mira) is None


async def test_a_move_is_one_round_trip_and_no_statement(product, read):
    mira, cursors = read
    await save(product, mira, cursors["5"])
    product.round_trips.clear()
    await save(product, mira, cursors["6"])
    await product.run(CURSOR, mira)
    assert (product.round_trips.graph, product.round_trips.redis) == ([], ["reading_move", "HGET"])


async def test_a_position_with_a_page_and_what_is_new_is_three_round_trips(product, read):
    mira, cursors = read
    await save(product, mira, cursors["5"])
    await position(product, mira)
    product.round_trips.clear()
    await position(product, mira)
    assert product.round_trips.graph == []
    assert sorted(product.round_trips.redis) == ["HGET", "home_page", "home_page"]


async def test_without_redis_the_position_is_that_of_the_last_writing_and_none_is_saved(product, read, monkeypatch):
    mira, cursors = read
    await save(product, mira, cursors["5"])
    await write(product)
    monkeypatch.setattr(product.served.parts.services.reading_positions.store.keyspace, "_open_until", float("inf"))
    assert (await product.ask(SAVE, mira, input={"feed": "HOME", "cursor": cursors["2"]})).code == "UNAVAILABLE"
    assert texts((await position(product, mira, first=1))["posts"]) == ["5"]
