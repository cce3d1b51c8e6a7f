"""Limits: counting attempts for all processes."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from errors import RateLimited, Unavailable
from keyspace.client import Keyspace
from keyspace.limits import Allowance, GrowingDelay, Growth, Limit, RateLimits, key_of
from services.accounts.client_address import network_of, site_of
from tests.services.accounts.conftest import RedisServer

WINDOW = timedelta(minutes=15)
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def allowance(subject: str = "ana", attempts: int = 3, window: timedelta = WINDOW) -> Allowance:
    return Allowance("name", subject, attempts, window)


def delay(subject: str = "ana", free: int = 3) -> GrowingDelay:
    return GrowingDelay("delay", subject, Growth(free, timedelta(hours=1)))


async def wait_of(limits: RateLimits, *taken: Limit) -> int:
    """Take an attempt and give the seconds that it must wait, zero where it passes."""
    return await seconds(limits.take(*taken))


async def seconds(attempt: Awaitable[None]) -> int:
    try:
        await attempt
    except RateLimited as refused:
        return refused.retry_after
    return 0


async def stored_of(redis: Redis, limit: Limit) -> list[bytes]:
    found = await redis.get(key_of(limit))
    assert isinstance(found, bytes)
    return found.split()


async def pass_time(redis: Redis, limit: Limit, seconds: int) -> None:
    """Make a stored limit as old as if so many seconds had passed since."""
    key = key_of(limit)
    left, stored = await redis.pttl(key), await stored_of(redis, limit)
    if left <= seconds * 1_000:
        await redis.delete(key)
        return
    stored[-1] = b"%d" % (int(stored[-1]) - seconds * 1_000_000)
    await redis.set(key, b" ".join(stored), px=left - seconds * 1_000)


async def test_what_is_used_up_comes_back_one_by_one(limits: RateLimits, redis: Redis) -> None:
    assert [await wait_of(limits, allowance()) for _ in range(4)] == [0, 0, 0, 300]
    assert await wait_of(limits, allowance("bo")) == 0
    await pass_time(redis, allowance(), 301)
    assert await wait_of(limits, allowance()) == 0
    assert 298 <= await wait_of(limits, allowance()) <= 300
    await pass_time(redis, allowance(), 10_000)
    assert [await wait_of(limits, allowance()) for _ in range(4)] == [0, 0, 0, 300]


async def test_who_tries_as_often_as_attempts_come_back_never_waits(limits: RateLimits, redis: Redis) -> None:
    for _ in range(20):
        assert await wait_of(limits, allowance(attempts=1)) == 0
        await pass_time(redis, allowance(attempts=1), 900)


async def test_each_failure_behind_the_free_ones_doubles_the_wait(limits: RateLimits, redis: Redis) -> None:
    assert [await wait_of(limits, delay()) for _ in range(3)] == [0, 0, 0]
    waits = []
    for _ in range(12):
        waits.append(await wait_of(limits, delay()))
        await pass_time(redis, delay(), waits[-1])
        assert await wait_of(limits, delay()) == 0
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


@pytest.mark.parametrize(("made", "forgotten"), [(2, HOUR), (3, DAY)])
async def test_attempts_are_forgotten_after_quiet_those_that_made_nobody_wait_sooner(
    limits: RateLimits, redis: Redis, made: int, forgotten: int
) -> None:
    for _ in range(made):
        await limits.take(delay())
    await pass_time(redis, delay(), forgotten - 5)
    assert await redis.exists(key_of(delay())) == 1
    assert forgotten - 5 <= await redis.ttl(key_of(delay())) + forgotten - 5 <= forgotten + 1


async def test_a_thousandth_failure_waits_no_longer_than_the_longest(limits: RateLimits, redis: Redis) -> None:
    await limits.take(delay())
    _, now = await stored_of(redis, delay())
    await redis.set(key_of(delay()), b"100000 " + now)
    assert await wait_of(limits, delay()) == 900


@pytest.mark.parametrize("limit", [allowance(attempts=1), delay(free=1)])
async def test_a_clock_that_was_set_back_makes_nobody_wait_longer(limits: RateLimits, redis: Redis, limit: Limit) -> None:
    await limits.take(limit)
    key, stored = key_of(limit), await stored_of(redis, limit)
    stored[-1] = b"%d" % (int(stored[-1]) + 10**13)  # as if it had been taken in four months
    await redis.set(key, b" ".join(stored))
    assert await wait_of(limits, limit) in (1, 900)


async def test_a_refused_attempt_is_taken_from_none(limits: RateLimits, redis: Redis) -> None:
    used_up = allowance("used up", attempts=1)
    await limits.take(used_up)
    for _ in range(5):
        with pytest.raises(RateLimited) as refused:
            await limits.take(delay(), allowance(), used_up)
        assert refused.value.scope == "name"
    assert [await redis.get(key_of(each)) for each in (allowance(), delay())] == [None, None]


async def test_of_several_limits_the_longest_wait_counts(limits: RateLimits) -> None:
    short, long = delay(free=1), allowance(attempts=1)
    await limits.take(short, long)
    for taken in ((short, long), (long, short)):
        with pytest.raises(RateLimited) as refused:
            await limits.take(*taken)
        assert (refused.value.scope, refused.value.retry_after) == ("name", 900)


async def test_a_look_takes_nothing(limits: RateLimits, redis: Redis) -> None:
    for _ in range(5):
        await limits.check(delay(), allowance())
    assert await redis.keys() == []
    await limits.take(allowance(attempts=1))
    assert await seconds(limits.check(allowance(attempts=1))) == 900


@pytest.mark.parametrize("limit", [allowance(attempts=7), delay(free=7)])
async def test_of_many_at_once_only_as_many_as_allowed_pass(limits: RateLimits, limit: Limit) -> None:
    answers = await asyncio.gather(*(limits.take(limit) for _ in range(200)), return_exceptions=True)
    assert answers.count(None) == 7


@pytest.mark.parametrize("limit", [allowance(attempts=1), delay(free=1)])
async def test_given_back_is_as_not_taken_and_nobody_gets_more(limits: RateLimits, redis: Redis, limit: Limit) -> None:
    for _ in range(10):
        await limits.take(limit)
        await limits.give_back(limit)
    for _ in range(3):
        await limits.give_back(limit)
    assert await redis.get(key_of(limit)) is None
    assert [await wait_of(limits, limit) > 0 for _ in range(2)] == [False, True]


async def test_what_is_given_back_leaves_the_others(limits: RateLimits) -> None:
    taken = (allowance(attempts=2), delay(free=2))
    await limits.take(*taken)
    await limits.take(*taken)
    await limits.give_back(*taken)
    assert [await wait_of(limits, *taken) > 0 for _ in range(2)] == [False, True]


@pytest.mark.parametrize("limit", [allowance(attempts=1), delay(free=1)])
async def test_a_reset_subject_begins_anew(limits: RateLimits, limit: Limit) -> None:
    await limits.take(limit)
    await limits.reset(limit)
    await limits.take(limit)


async def test_what_is_settled_is_given_back_and_forgotten(limits: RateLimits, redis: Redis) -> None:
    await limits.take(delay(), allowance())
    await limits.take(delay(), allowance("bo"))
    await limits.settle(allowance(), forgotten=delay())
    assert await redis.keys() == [key_of(allowance("bo")).encode()]
    await limits.settle(forgotten=delay())


async def test_without_redis_nothing_passes(limits: RateLimits, redis_server: RedisServer) -> None:
    await limits.take(allowance())
    redis_server.kill()
    attempts = (limits.take, limits.check, limits.give_back, limits.reset)
    for what in (*(attempt(allowance()) for attempt in attempts), limits.settle(allowance(), forgotten=delay())):
        with pytest.raises(Unavailable):
            await what


async def test_after_a_restart_of_redis_the_scripts_are_there_again(limits: RateLimits, redis: Redis) -> None:
    await limits.take(allowance())
    await redis.script_flush()
    assert [await wait_of(limits, allowance()) for _ in range(3)] == [0, 0, 300]


async def test_an_emptied_redis_counts_anew(limits: RateLimits, redis: Redis) -> None:
    await limits.take(allowance(attempts=1), delay(free=1))
    await redis.flushall()
    assert await wait_of(limits, allowance(attempts=1), delay(free=1)) == 0


async def test_all_limits_of_an_attempt_are_one_round_trip(keyspace: Keyspace) -> None:
    seen: list[str] = []
    keyspace.observe = lambda name, _: seen.append(name)
    for _ in range(2):  # the first time Redis does not know the script
        seen.clear()
        await RateLimits(keyspace).take(delay(), allowance(), allowance("bo"))
    assert seen == ["limit_take"]


@pytest.mark.parametrize("subject", ["x" * 1_000_000, "a\r\nFLUSHALL\r\n", "\0", "\ud800"])
def test_a_key_is_short_whatever_the_subject(subject: str) -> None:
    key = key_of(allowance(subject))
    assert len(key) < 50
    assert key.isascii()


@pytest.mark.parametrize(
    ("address", "site", "network"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("unix", "", ""),
        ("192.0.2.7, 192.0.2.8", "", ""),
        ("192.0.2.0/24", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_is_counted_by_its_site_and_its_network(address: str, site: str, network: str) -> None:
    assert (site_of(address), network_of(address)) == (site, network)
