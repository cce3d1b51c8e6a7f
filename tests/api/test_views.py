"""Views of posts: counted as they come, each person once in a while, and shown when they were written."""

import asyncio
from dataclasses import replace
from struct import pack, unpack_from

import pytest

import keyspace.views
from errors import OutcomeUnknown, Unavailable
from graph.driver import Graph
from graph.ids import id_at
from graph.ids import pack as pack_id
from keyspace import keys
from keyspace.views import LATELY_BITS, WAITING_MOST
from resolvers.global_ids import encode
from tests.api.relationships import choose

RECORD = "mutation ($input: RecordViewsInput!) { recordViews(input: $input) { posts { id } } }"
A_DAY = 86_400_000
"""So long a time, in milliseconds, that hardly a half of it ends within a test."""
COUNTS = "query ($id: ID!) { post(id: $id) { viewCount viewedByCount } }"
PAGE = "{ homeTimeline { edges { node { id viewCount viewedByCount } } } }"


async def record(product, viewer, *posts):
    found = (await product.run(RECORD, viewer, input={"postIds": posts}))["recordViews"]["posts"]
    return [post and post["id"] for post in found]


async def counts(product, post, viewer=None):
    found = (await product.run(COUNTS, viewer, id=post))["post"]
    return found["viewCount"], found["viewedByCount"]


async def write(product):
    return await product.served.parts.services.views.write()


async def pass_halves(product, viewer, halves):
    """Let half of the time pass, so many times, within which a viewer counts once on a post."""
    name = keys.viewed_lately(await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=viewer.own_id))
    redis = product.served.parts.services.views.store.keyspace
    stored = await redis.command("GET", name)
    (half,), size = unpack_from(">Q", stored), LATELY_BITS // 8
    bits = [stored[8 + at * size :][:size].ljust(size, b"\0") for at in range(3)]
    moved = [bits[(at + halves) % 3] for at in range(3)]
    await redis.command("SET", name, pack(">Q", half - halves) + b"".join(moved), "KEEPTTL")


@pytest.fixture
async def seen(product):
    """Mira has written two posts; Jo and Kim read."""
    mira, jo, kim = await product.people("mira", "jo2", "kim")
    return mira, jo, kim, await product.post(mira, "One."), await product.post(mira, "Two.")


async def test_views_are_shown_once_they_were_written(product, seen):
    mira, jo, kim, one, two = seen
    assert await record(product, jo, one, two) == [one, two]
    await record(product, kim, one)
    assert await counts(product, one) == (0, 0)
    assert (await write(product), await write(product)) == (2, 0)
    assert [await counts(product, one, viewer) for viewer in (None, jo, mira)] == [(2, 2)] * 3
    assert await counts(product, two) == (1, 1)


async def test_a_person_counts_once_in_a_while_and_is_one_person_for_ever(product, seen):
    _, jo, kim, one, two = seen
    for _ in range(3):
        await record(product, jo, one, one, two)
    await write(product)
    await record(product, jo, one)
    assert await write(product) == 0
    await pass_halves(product, jo, 3)
    await record(product, jo, one)
    await record(product, kim, one)
    await write(product)
    assert (await counts(product, one), await counts(product, two)) == ((3, 2), (1, 1))


async def test_a_person_counts_again_no_sooner_than_after_the_whole_time_and_no_later_than_after_half_as_much_more(product, seen):
    _, jo, _, one, two = seen
    await record(product, jo, one)
    # Who keeps looking counts again in the third half behind their last view that counted.
    for passed, views in ((1, 1), (1, 1), (1, 2), (1, 2), (2, 3)):
        await pass_halves(product, jo, passed)
        await record(product, jo, one, two, one)
        await write(product)
        assert (await counts(product, one))[0] == views
    await pass_halves(product, jo, -1)  # a clock that was set back forgets what was viewed, and keeps nobody from being counted
    await record(product, jo, one)
    await pass_halves(product, jo, 3)
    await record(product, jo, one)
    await write(product)
    assert await counts(product, one) == (5, 1)


async def test_many_at_once_are_each_counted_once(product, seen):
    _, jo, kim, one, _ = seen
    await asyncio.gather(*(record(product, viewer, one) for viewer in (jo, kim) for _ in range(10)), write(product))
    await asyncio.gather(write(product), write(product), write(product))
    assert await counts(product, one) == (2, 2)


async def test_authors_do_not_view_their_own_posts(product, seen):
    mira, _, _, one, _ = seen
    assert await record(product, mira, one) == [one]
    assert await write(product) == 0


async def test_what_is_hidden_or_gone_is_not_viewed_and_looks_like_what_never_was(product, seen):
    mira, jo, _, one, two = seen
    await product.hide(mira, one)
    await product.delete(mira, two)
    never = encode("Post", id_at(1, 1))
    assert await record(product, jo, one, two, never) == [None] * 3
    assert await write(product) == 0
    for ids in ([jo.id], ["nonsense"]):
        assert (await product.ask(RECORD, jo, input={"postIds": ids})).refusal == ("INVALID_INPUT", "postIds")


async def test_who_views_is_signed_in_and_in_use_of_their_account(product, seen):
    _, jo, _, one, _ = seen
    assert (await product.ask(RECORD, input={"postIds": [one]})).code == "UNAUTHENTICATED"
    lasting = await product.outlasting(jo)
    await product.suspend(jo)
    assert (await product.ask(RECORD, lasting, input={"postIds": [one]})).code == "UNAUTHENTICATED"
    assert await write(product) == 0


async def test_a_hundred_posts_are_the_most(product, seen):
    _, jo, _, one, _ = seen
    assert (await product.ask(RECORD, jo, input={"postIds": [one] * 101})).refusal == ("INVALID_INPUT", "postIds")
    assert await record(product, jo, *[one] * 100) == [one] * 100
    assert await record(product, jo) == []


async def test_one_person_counts_no_more_than_their_bits_allow_whatever_they_send(product):
    store = product.served.parts.services.views.store
    posts = [id_at(at, at * 0x9E3779B97F4A7C15) for at in range(1, 30_001)]
    for at in range(0, len(posts), 5_000):
        await store.record(posts[0], 7, posts[at : at + 5_000], A_DAY)
    counted = sum(map(int, await store.keyspace.command("HVALS", keys.VIEWS)))
    assert LATELY_BITS / 2 < counted <= LATELY_BITS
    await store.record(posts[0], 7, posts[:300], A_DAY)
    assert sum(map(int, await store.keyspace.command("HVALS", keys.VIEWS))) <= LATELY_BITS
    assert await store.keyspace.command("STRLEN", keys.viewed_lately(7)) <= 8 + 3 * LATELY_BITS // 8
    assert 0 < await store.keyspace.command("PTTL", keys.viewed_lately(7)) <= 1.5 * A_DAY


async def test_three_hundred_posts_of_a_person_are_nearly_all_counted(product):
    store = product.served.parts.services.views.store
    posts = [id_at(at, at * 0x9E3779B97F4A7C15) for at in range(1, 301)]
    await store.record(posts[0], 7, posts, 60_000)
    assert 295 <= await store.keyspace.command("HLEN", keys.VIEWS) <= 300


async def test_without_a_worker_only_so_many_posts_wait(product, seen):
    _, jo, kim, one, two = seen
    await record(product, jo, one)
    redis = product.served.parts.services.views.store.keyspace
    for at in range(0, WAITING_MOST, 10_000):
        await redis.command("HSET", keys.VIEWS, *[word for each in range(at, at + 10_000) for word in (f"filler{each}", 1)])
    await record(product, kim, one, two)
    waiting = await redis.command("HLEN", keys.VIEWS)
    assert waiting == WAITING_MOST + 1


async def test_without_a_worker_sketches_take_only_so_much(product, seen, monkeypatch):
    mira, jo, kim, one, two = seen
    store = product.served.parts.services.views.store
    await record(product, jo, one)
    taken = int(await store.keyspace.command("GET", keys.VIEWS_SIZE))
    assert taken == await store.keyspace.command("STRLEN", keys.VIEWED_BY + pack_id(replace(mira, id=one).own_id))
    monkeypatch.setattr(keyspace.views, "SKETCHES_MOST", taken)
    await record(product, kim, one, two)
    assert await write(product) == 1
    assert await counts(product, one) == (1, 1)
    assert await store.keyspace.command("EXISTS", keys.VIEWS_SIZE) == 0
    await record(product, kim, one)
    await write(product)
    assert await counts(product, one) == (2, 2)


async def test_people_of_many_views_are_estimated_within_two_percent(product, seen):
    _, _, _, one, _ = seen
    store, own = product.served.parts.services.views.store, replace(seen[0], id=one).own_id
    for each in range(3_000):
        await store.record(id_at(each + 1, each), each + 10, [own], 60_000)
        if each % 1_000 == 999:
            await write(product)
    views, people = await counts(product, one)
    assert views == 3_000 and 2_940 <= people <= 3_060


@pytest.mark.parametrize("at", ["before", "after"])
async def test_a_worker_that_dies_while_it_writes_loses_none_and_counts_none_twice(product, seen, monkeypatch, at):
    _, jo, kim, one, _ = seen
    views = product.served.parts.services.views
    await record(product, jo, one)
    sound = Graph.write

    async def dying(graph, name, *args, **params):
        if at == "after":
            await sound(graph, name, *args, **params)
        raise OutcomeUnknown

    monkeypatch.setattr(Graph, "write", dying)
    with pytest.raises(Unavailable):
        await write(product)
    monkeypatch.undo()
    await record(product, kim, one)
    assert await write(product) == 2  # the batch of before, and what came since
    assert await counts(product, one) == (2, 2)
    assert await views.store.keyspace.command("EXISTS", keys.VIEWS, keys.VIEWS_BATCH) == 0
    left = [name async for name in _scanned(views.store.keyspace)]
    assert left == []


async def _scanned(keyspace):
    for prefix in (b"vb:*", b"vbb:*"):
        for name in await keyspace.command("KEYS", prefix):
            yield name


async def test_a_worker_that_comes_late_with_its_batch_changes_nothing(product, seen):
    _, jo, kim, one, _ = seen
    views = product.served.parts.services.views
    await record(product, jo, one)
    late = await views.store.take(1, 10)
    await write(product)
    await record(product, kim, one)
    await views._add(late)
    await views.store.done(late)
    assert [name async for name in _scanned(views.store.keyspace)] == [keys.VIEWED_BY + pack_id(replace(seen[0], id=one).own_id)]
    assert await write(product) == 1
    assert await counts(product, one) == (2, 2)


async def test_an_emptied_redis_loses_only_what_was_not_written_and_knows_people_again(product, seen):
    _, jo, kim, one, _ = seen
    await record(product, jo, one)
    await write(product)
    await record(product, kim, one)
    await product.forget_caches()
    assert await write(product) == 0
    await record(product, jo, one)
    await record(product, kim, one)
    await write(product)
    assert await counts(product, one) == (3, 2)


async def test_counts_are_read_anew_only_for_a_change_in_their_leading_digits(product, seen):
    _, jo, kim, one, _ = seen
    await product.cypher("MATCH (p:Post) SET p.views = 12340, p.viewers = 5000 RETURN count(p)")
    await product.forget_caches()
    assert await counts(product, one) == (12_340, 5_000)
    await record(product, jo, one)
    await write(product)
    assert await counts(product, one) == (12_340, 5_000)
    await product.cypher("MATCH (p:Post) SET p.views = 12399 RETURN count(p)")
    await record(product, kim, one)
    await write(product)
    assert await counts(product, one) == (12_400, 5_000)


async def test_authors_alone_are_shown_counts_where_the_server_keeps_them_for_them(product, seen, monkeypatch):
    mira, jo, _, one, _ = seen
    await record(product, jo, one)
    await write(product)
    parts = product.served.parts
    object.__setattr__(parts.services, "shows_views", False)
    try:
        assert [await counts(product, one, viewer) for viewer in (mira, jo, None)] == [(1, 1), (None, None), (None, None)]
    finally:
        object.__setattr__(parts.services, "shows_views", True)


async def test_views_of_posts_for_few_are_for_their_authors_alone(product, seen):
    mira, jo, _, one, _ = seen
    few = [await product.post(mira, "Psst, @jo2.", audience=audience) for audience in ("MENTIONED", "FOLLOWERS", "CLOSE_FRIENDS")]
    await product.follow(jo, mira)
    assert await record(product, jo, one, *few) == [one, *few[:2], None]
    await write(product)
    assert [await counts(product, post, jo) for post in (one, *few[:2])] == [(1, 1), (None, None), (None, None)]
    assert [await counts(product, post, mira) for post in (one, *few)] == [(1, 1), (1, 1), (1, 1), (0, 0)]
    await choose(product, mira, private=True)
    assert [await counts(product, one, viewer) for viewer in (jo, mira)] == [(None, None), (1, 1)]


async def test_a_warm_page_with_views_is_one_round_trip_and_views_are_one_more_each(product, seen):
    mira, jo, _, one, two = seen
    await product.follow(jo, mira)
    for _ in range(2):
        await product.run(PAGE, jo)
        await record(product, jo, one, two)
    product.round_trips.clear()
    await product.run(PAGE, jo)
    assert (product.round_trips.graph, product.round_trips.redis) == ([], ["home_page"])
    product.round_trips.clear()
    await record(product, jo, one, two)
    assert product.round_trips.graph == []
    assert sorted(product.round_trips.redis) == ["hydrate", "hydrate_users", "views_record"]
    product.round_trips.clear()
    await pass_halves(product, jo, 3)
    await record(product, jo, one, two)
    product.round_trips.clear()
    await write(product)
    assert product.round_trips.graph == ["views/last_batch", "views/sketches", "views/write", "views/last_batch"]


async def test_without_redis_nothing_is_counted_and_it_is_said(product, seen, monkeypatch):
    _, jo, _, one, _ = seen
    await record(product, jo, one)
    monkeypatch.setattr(product.served.parts.services.views.store.keyspace, "_open_until", float("inf"))
    assert (await product.ask(RECORD, jo, input={"postIds": [one]})).code == "UNAVAILABLE"
