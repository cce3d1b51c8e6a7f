"""A full Redis refuses a script that may need memory before it has changed anything, also one that begins by removing."""

import pytest

from graph.ids import id_at, new_id
from keyspace.client import NEEDS_MEMORY, Keyspace
from keyspace.errors import Full
from keyspace.fan_out_queue import FanOutQueue
from keyspace.memory import memory_of
from services.delivery.cached import CachedTimelines
from tests.keyspace.stored import stored
from tests.keyspace.test_declared_keys import CALLS, begin_streams, stand
from tests.worlds.memory import fill, limited

PAGES = {
    *("home_page", "home_ids", "home_lists", "hydrate", "hydrate_users", "hydrate_names", "ranked_users"),
    *("list_posts", "list_users", "lease_rows", "lease_fields", "viewer_states"),
}
"""They answer all the same, and leave no lease."""
READ = {"live_since", "fan_out_delivered"}
"""They change nothing."""
REMOVE = {
    *("lease_release", "lease_renew", "lists_abandon", "limit_check", "group_forget", "plans_forget"),
    *("session_end_others", "reading_written", "views_done", "hashtag_remove"),
}
"""They need no memory, or give some back."""
ACKNOWLEDGE = {"ordered_take"}
"""What was done must be acknowledged, or it is done again."""
TEXT = "x" * 5_000


@pytest.fixture
async def full(keyspace: Keyspace):
    """A Redis at its limit, with the lists of viewers 10,000 to 10,199."""
    await fill(keyspace, dict.fromkeys(range(10_000, 10_200), 0))
    await begin_streams(keyspace)
    await stand(keyspace)
    async with limited(keyspace, lambda used: used * 0.9):
        yield keyspace


def test_every_script_that_may_need_memory_says_so(keyspace):
    unmarked = {name for name, script in keyspace.scripts.items() if not script.text.startswith(NEEDS_MEMORY)}
    assert unmarked == PAGES | READ | REMOVE | ACKNOWLEDGE


async def test_a_full_redis_refuses_them_before_they_change_anything(full):
    before = await stored(full)
    for name, names, args in CALLS:
        if full.scripts[name].text.startswith(NEEDS_MEMORY):
            with pytest.raises(Full):
                await full.script(name, *args, keys=names)
    assert await stored(full) == before


async def test_fan_out_and_building_take_no_memory_of_a_full_redis(full):
    queue, cached = FanOutQueue(full, 800, 60, 1_000, 200), CachedTimelines(full, 800, life=60, build_timeout=10)
    posts = [id_at(at, 1) for at in range(800)]
    before = (await memory_of(full)).used
    for number in range(50):
        with pytest.raises(Full):
            await queue.begin(new_id(), "push", range(10_000, 10_200), {"step": "rest", "text": TEXT}, left=9)
        with pytest.raises(Full):
            await queue.begin(new_id(), "remove", range(10_000, 10_200), {"step": "remove", "text": TEXT}, left=9)
        with pytest.raises(Full):
            await cached.begin(number)
        with pytest.raises(Full):
            await cached.finish(number, "token", posts, ())
    assert (await memory_of(full)).used < before + 50_000
