"""A script whose answer was lost is sent again: the second time it changes nothing, and says the same where that matters."""

import secrets
from typing import Any

from keyspace import keys
from keyspace.client import Keyspace
from keyspace.fan_out_queue import Claimed, FanOutQueue
from tests.keyspace.stored import stored
from tests.keyspace.test_declared_keys import CALLS, FOLLOWED, LISTS, NEW, PULLED_OF, begin_streams, stand

UNCHANGING = {
    *("live_since", "fan_out_delivered", "home_ids", "home_lists", "lease_renew", "limit_check", "ordered_take", "group_forget"),
    "views_merge",
}
"""Scripts that change nothing of what is compared: they read, or change lifetimes and what a group has pending."""


async def test_every_script_changes_nothing_when_it_is_sent_again(keyspace):
    await begin_streams(keyspace)
    await stand(keyspace)
    changing: set[str] = set()
    before = await read_by_all(keyspace)
    for name, names, args in CALLS:
        await keyspace.script(name, *args, keys=names)
        once = await read_by_all(keyspace)
        await keyspace.script(name, *args, keys=names)
        assert (name, await read_by_all(keyspace)) == (name, once)
        changing |= {name} if once != before else set()
        before = once
    assert keyspace.scripts.keys() - changing == UNCHANGING


async def read_by_all(keyspace: Keyspace) -> dict[bytes, Any]:
    """Give what is stored. An id may wait for a builder twice: it is put into the list once."""
    builders = tuple(name.encode() for name in (keys.BUILDING, keys.RECENT_BUILDING, keys.PULLED_BUILDING, keys.TAGGED_BUILDING))
    found = await stored(keyspace)
    return {name: set(value) if name.startswith(builders) else value for name, value in found.items()}


async def test_a_claim_that_is_sent_again_gets_the_same_task(keyspace):
    others = [b"%016d" % number for number in range(3)]
    for post in (NEW, *others):
        await keyspace.command("HSET", keys.FAN_OUT_PLAN + post, "step", "rest")
        await keyspace.command("ZADD", keys.FAN_OUT[0], 0, post)
    words = ("token", 1_000, keys.FAN_OUT_PLAN)
    post, plan = await keyspace.script("fan_out_claim", *words, keys=keys.FAN_OUT)
    assert await keyspace.script("fan_out_claim", *words, keys=keys.FAN_OUT) == [post, plan]
    other, _ = await keyspace.script("fan_out_claim", "other", *words[1:], keys=keys.FAN_OUT)
    assert other != post
    assert await keyspace.command("ZCARD", keys.FAN_OUT[2]) == 2


async def test_deliveries_of_a_chunk_that_is_sent_again_are_counted_once(keyspace):
    queue = FanOutQueue(keyspace, 800, 60, 1_000, 200)
    post = "00000000-0000-7000-8000-000000000000"
    await queue.begin(post, "push", [9], {"step": "rest", "author": 9}, left=9)
    task = await queue.claim()
    assert isinstance(task, Claimed)
    for at in (5, 5, 3, 3):
        place = {"at": at, "offset": 1}
        assert await queue.chunk(task, "push", keys.packed([7, 8]), {"rest": 2}, place, left=7, then="on", wait=0) == 1
    assert (await queue.plan(post))["rest"] == "4"
    for _ in range(2):
        await queue.chunk(task, "push", keys.packed([7]), {"rest": 1}, {"offset": 1}, left=0, then="done", wait=0)
    assert (await queue.plan(post))["rest"] == "5"


async def test_a_restart_that_is_sent_again_is_still_the_builders(keyspace):
    token = secrets.token_hex(8)
    for asked, won in ((token, 1), (token, 1), ("another", 0)):
        names = [*LISTS, FOLLOWED, PULLED_OF]
        assert await keyspace.script("timeline_restart", asked, 1_000, keys=names) == won
