"""After an import nothing is left that follows from who followed whom before, and nobody puts it in place again."""

from keyspace import keys
from keyspace.bulk_invalidation import invalidate_follows
from keyspace.client import Keyspace
from services.delivery.cached import CachedTimelines


async def test_whoever_builds_a_list_from_before_an_import_does_not_finish_it(keyspace: Keyspace) -> None:
    cached = CachedTimelines(keyspace, 800, life=60, build_timeout=10)
    recent = keys.recent([7])
    before, won = await cached.begin(1), await keyspace.script("lists_begin", "token", 10_000, keys=recent)
    assert before is not None and won == [1]
    await invalidate_follows(keyspace)
    assert not await cached.finish(1, before, [], [])
    assert not await keyspace.script("recent_finish", "token", 200, 60_000, 0, keys=recent)


async def test_an_import_leaves_no_timeline_and_no_recent_posts(keyspace: Keyspace) -> None:
    cached = CachedTimelines(keyspace, 800, life=60, build_timeout=10)
    token = await cached.begin(1)
    assert token is not None and await cached.finish(1, token, [], [2])
    await keyspace.command("RPUSH", keys.recent([7])[0], b"x")
    await invalidate_follows(keyspace)
    names = [keys.timeline(1), keys.followed(1), keys.recent([7])[0]]
    assert await keyspace.command("EXISTS", *names) == 0
