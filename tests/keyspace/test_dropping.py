"""After an import nothing is left that follows from who followed whom before, and nobody puts it in place again."""

from dataclasses import dataclass
from typing import Any

import pytest

from errors import Unavailable
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.dropping import drop_caches, invalidate_imported
from keyspace.roles import Role
from keyspace.servers import RedisServer, RedisServers
from services.delivery.cached import CachedTimelines


def all_in(keyspace: Keyspace) -> RedisServers:
    """Give one Redis that has every role."""
    return RedisServers((RedisServer(keyspace, frozenset(Role)),))


async def test_whoever_builds_a_list_from_before_an_import_does_not_finish_it(keyspace: Keyspace) -> None:
    cached = CachedTimelines(keyspace, 800, life=60, build_timeout=10)
    recent = keys.recent([7])
    before, won = await cached.begin(1), await keyspace.script("lists_begin", "token", 10_000, keys=recent)
    assert before is not None and won == [1]
    await invalidate_imported(all_in(keyspace))
    assert not await cached.finish(1, before, [], [])
    assert not await keyspace.script("recent_finish", "token", 200, 60_000, 0, keys=recent)


async def test_an_import_leaves_no_timeline_no_recent_posts_and_no_ranking(keyspace: Keyspace) -> None:
    cached = CachedTimelines(keyspace, 800, life=60, build_timeout=10)
    token = await cached.begin(1)
    assert token is not None and await cached.finish(1, token, [], [2])
    await keyspace.command("RPUSH", keys.recent([7])[0], b"x")
    rows = [keys.USERNAME + b"ada", keys.USER_COUNTS + b"1" * 16, keys.FOLLOWERS + b"1" * 16, keys.REPLIES + b"1" * 16]
    for name in (keys.ranking(1), *rows):
        await keyspace.command("SET", name, b"x")
    await invalidate_imported(all_in(keyspace))
    names: list[bytes | str] = [keys.timeline(1), keys.followed(1), keys.recent([7])[0], keys.ranking(1), *rows]
    assert await keyspace.command("EXISTS", *names) == 0


async def test_relationships_go_before_timelines_on_whichever_server_they_are(keyspace: Keyspace) -> None:
    """Else a page between the two would forget somebody who is followed since the import."""
    asked: list[str] = []

    @dataclass(slots=True)
    class Recording:
        role: Role

        async def command(self, *words: Any) -> Any:
            if words[0] == "SCAN":
                asked.append(words[3])
            return await keyspace.command(*words)

    names: Any = [Recording(role) for role in (Role.TIMELINES, Role.ROWS)]
    redis = RedisServers(tuple(RedisServer(each, frozenset({each.role})) for each in names))
    for dropping in (invalidate_imported, drop_caches):
        asked.clear()
        await dropping(redis)
        first = [pattern == keys.RELATIONSHIPS for pattern in asked]
        assert first == sorted(first, reverse=True)
        assert first[0]


async def test_an_import_says_so_where_redis_is_away() -> None:
    away = RedisServers.open(dict.fromkeys(map(str, Role), "redis://127.0.0.1:1"), timeout=1)
    with pytest.raises(Unavailable):
        await invalidate_imported(away)
    await away.close()


async def test_what_says_how_posts_are_delivered_outlives_a_drop(keyspace: Keyspace) -> None:
    plan, open_ = keys.FAN_OUT_PLAN + b"0" * 16, keys.FAN_OUT[3]
    await keyspace.command("HSET", plan, "step", "rest")
    await keyspace.command("ZADD", open_, 1, "post")
    lost: list[bytes | str] = [keys.timeline(1), keys.PULLED, keys.recent([1])[0]]
    lost += [keys.relationships(1), keys.document("ab"), keys.USER + b"1" * 16]
    for name in lost:
        await keyspace.command("SADD", name, 1)
    await keyspace.command("SET", keys.epoch_of(Role.ROWS), "token")
    await drop_caches(all_in(keyspace))
    assert await keyspace.command("EXISTS", *lost) == 0
    assert await keyspace.command("EXISTS", plan, open_, keys.epoch_of(Role.ROWS)) == 3
