"""Followers are read in blocks, once each, and the next block while the last chunk of the one before is pushed."""

import pytest

from keyspace.client import Keyspace
from services.delivery import read_ahead, tasks
from services.delivery.followers import NEWEST, Chunk, Place
from services.delivery.read_ahead import CACHED, ReadAhead
from services.delivery.tasks import PATIENCE
from tests.services.delivery.made import CHUNK, Made, MadeFollowers, carry_out, deletion, followers_of
from tests.services.delivery.test_tasks import lists

BIG, OTHER = 3, 4
BLOCKS = 3
COUNT = 4 * CHUNK * BLOCKS - 5
ALL = followers_of(BIG, COUNT)
SAMPLE = (ALL[0], ALL[CHUNK], ALL[4 * CHUNK - 1], ALL[4 * CHUNK], ALL[-1])
POST = "a post"


@pytest.fixture
def made(keyspace: Keyspace) -> Made:
    """Two authors with almost three blocks of followers, of four chunks each."""
    return Made(keyspace, MadeFollowers({BIG: COUNT, OTHER: COUNT}), chunks_read=4)


def reads_of(made: Made, post: str) -> int:
    """Give how often followers were read for a post."""
    return [each for each, _ in made.followers.read].count(post)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_chunk_is_cut_into_the_first_ones_and_the_rest(size):
    whole = Chunk([9, 8, 7], [30, 20, 20], Place(20, 7), deleted=False)
    first, rest = whole.cut(size)
    if size == 5:
        assert (first, rest) == (whole, None)
        return
    assert rest is not None
    assert ([*first.keys, *rest.keys], [*first.at, *rest.at]) == ([9, 8, 7], [30, 20, 20])
    assert (first.next, rest.next) == (Place(first.at[-1], first.keys[-1]), whole.next)


async def test_each_block_is_read_once_and_its_chunks_reach_everybody(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert await lists(made, SAMPLE) == [[post.post_id]] * len(SAMPLE)
    assert reads_of(made, post.post_id) == BLOCKS
    plan = await fan_out.queue.plan(post.post_id)
    assert (plan["first"], plan["rest"], "done" in plan) == (str(CHUNK), str(COUNT - CHUNK), True)


async def test_the_next_block_is_read_while_the_last_chunk_of_a_block_is_pushed(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))  # Redis learns the scripts
    fan_out, post, begun = made.fan_out(), made.post(BIG), []
    await fan_out.handle(post)
    made.keyspace.observe = lambda name, _: begun.append(reads_of(made, post.post_id)) if name == "fan_out_chunk" else None
    await carry_out(made.runner(fan_out))
    assert begun == [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3]  # reads that had begun when each chunk was pushed


async def test_what_was_read_is_kept_while_others_have_their_turns(made, monkeypatch):
    monkeypatch.setattr(tasks, "DELIVERY_TIME", PATIENCE)  # both wait as long, so they take turns however fast they are
    fan_out, posts = made.fan_out(), [made.post(author) for author in (BIG, OTHER)]
    await made.stand(SAMPLE)
    for post in posts:
        await fan_out.handle(post)
    runner = made.runner(fan_out)
    assert await carry_out(runner) > len(posts)  # they took turns
    assert all(["done" in await fan_out.queue.plan(post.post_id) for post in posts])
    assert await lists(made, SAMPLE) == [[posts[0].post_id]] * len(SAMPLE)
    assert all(reads_of(made, post.post_id) <= BLOCKS + 1 for post in posts)  # and once, to choose the most active


async def test_another_worker_reads_for_itself(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    await carry_out(made.runner(made.fan_out()))
    assert reads_of(made, post.post_id) == BLOCKS + 1
    assert (await fan_out.queue.plan(post.post_id))["rest"] == str(COUNT - CHUNK)


async def test_a_post_is_removed_from_all_lists_whatever_was_read_for_it_before(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await fan_out.handle(post)
    await made.cached.push(post.post_id, SAMPLE)
    await fan_out.handle(deletion(post))
    await carry_out(made.runner(fan_out))
    assert await lists(made, SAMPLE) == [[]] * len(SAMPLE)


async def test_a_removal_goes_on_after_each_block_though_the_graph_says_that_the_post_is_deleted(made):
    fan_out, post = made.fan_out(), made.post(BIG)
    await made.stand(SAMPLE)
    await made.cached.push(post.post_id, SAMPLE)
    made.followers.deleted.add(post.post_id)
    await fan_out.handle(deletion(post))
    assert await carry_out(made.runner(fan_out)) == 1
    assert await lists(made, SAMPLE) == [[]] * len(SAMPLE)
    assert "done" in await fan_out.queue.plan(post.post_id)


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_removal_uses_only_what_was_read_after_the_deletion(made, deleted):
    ahead, cached = ReadAhead(made.followers, 4 * CHUNK), Chunk([1], [1], None, deleted=deleted)
    ahead.put(POST, NEWEST, cached)
    assert (await ahead.read(POST, BIG, NEWEST, removed=True) is cached) == deleted


async def test_a_removal_asks_for_what_was_read_after_the_deletion(made, monkeypatch):
    asked: list[bool] = []
    read = ReadAhead.read

    async def look(ahead: ReadAhead, post: str, author: int, place: Place, *, removed: bool = False) -> Chunk:
        asked.append(removed)
        return await read(ahead, post, author, place, removed=removed)

    monkeypatch.setattr(ReadAhead, "read", look)
    fan_out, post = made.fan_out(), made.post(BIG)
    await fan_out.handle(post)
    await carry_out(made.runner(fan_out))
    assert {*asked} == {False}
    asked.clear()
    await fan_out.handle(deletion(post))
    await carry_out(made.runner(fan_out))
    assert {*asked} == {True}


async def test_what_is_kept_is_used_once_and_for_a_while(made, monkeypatch):
    ahead, cached = ReadAhead(made.followers, 4 * CHUNK), Chunk([1], [1], None, deleted=False)
    ahead.put(POST, NEWEST, cached)
    assert await ahead.read(POST, BIG, NEWEST) is cached
    assert await ahead.read(POST, BIG, NEWEST) != cached
    monkeypatch.setattr(read_ahead, "FRESH", 0.0)
    ahead.put(POST, NEWEST, cached)
    assert await ahead.read(POST, BIG, NEWEST) != cached


async def test_no_more_followers_are_cached_than_may_be_and_old_ones_make_room(made, monkeypatch):
    half = Chunk(range(CACHED // 2), range(CACHED // 2), None, deleted=False)
    ahead = ReadAhead(made.followers, 4 * CHUNK)
    for number in range(3):
        ahead.put(f"{number}", NEWEST, half)
    assert [await ahead.read(f"{number}", BIG, NEWEST) is half for number in range(3)] == [True, True, False]
    with monkeypatch.context() as aged:
        aged.setattr(read_ahead, "FRESH", 0.0)
        for number in range(2):
            ahead.put(f"old {number}", NEWEST, half)
    ahead.put("new", NEWEST, half)
    assert await ahead.read("new", BIG, NEWEST) is half
    assert not ahead._cached


async def test_what_is_too_old_is_dropped_though_there_is_room(made, monkeypatch):
    ahead, chunk = ReadAhead(made.followers, 4 * CHUNK), Chunk([1], [1], None, deleted=False)
    with monkeypatch.context() as aged:
        aged.setattr(read_ahead, "FRESH", 0.0)
        ahead.put("old", NEWEST, chunk)
    ahead.put("new", NEWEST, chunk)
    ahead.put("new", NEWEST, chunk)
    assert ([post for post, _ in ahead._cached], ahead._held) == (["new"], 1)
