"""Limits: counting attempts for all processes."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from errors import RateLimited, Unavailable
from keyspace.limits import Allowance, RateLimits
from services.accounts.client_address import site_of
from tests.services.accounts.conftest import RedisServer

WINDOW = timedelta(minutes=15)


def allowance(subject: str = "ana", attempts: int = 3, window: timedelta = WINDOW) -> Allowance:
    return Allowance("name", subject, attempts, window)


async def test_what_is_used_up_is_refused_until_the_window_ends(limits: RateLimits, redis: Redis) -> None:
    for _ in range(3):
        await limits.take(allowance())
    with pytest.raises(RateLimited) as refused:
        await limits.take(allowance())
    assert 899 <= refused.value.retry_after <= 900
    await limits.take(allowance("bo"))
    await redis.pexpireat(allowance().key, 1)
    await limits.take(allowance())


async def test_the_window_begins_with_the_first_attempt(limits: RateLimits, redis: Redis) -> None:
    await limits.take(allowance())
    await redis.pexpire(allowance().key, 60_000)
    await limits.take(allowance())
    assert await redis.pttl(allowance().key) <= 60_000


async def test_a_refused_attempt_is_taken_from_none(limits: RateLimits, redis: Redis) -> None:
    await limits.take(allowance("used up", attempts=1))
    for _ in range(5):
        with pytest.raises(RateLimited):
            await limits.take(allowance(), allowance("used up", attempts=1))
    assert await redis.get(allowance().key) is None


async def test_of_many_at_once_only_as_many_as_allowed_pass(limits: RateLimits) -> None:
    answers = await asyncio.gather(*(limits.take(allowance(attempts=7)) for _ in range(50)), return_exceptions=True)
    assert answers.count(None) == 7


async def test_given_back_is_as_not_taken(limits: RateLimits, redis: Redis) -> None:
    for _ in range(10):
        await limits.take(allowance(attempts=1))
        await limits.give_back(allowance(attempts=1))
    await limits.give_back(allowance(attempts=1))
    assert await redis.get(allowance().key) == b"0"
    await limits.give_back(allowance("nobody"))
    assert await redis.get(allowance("nobody").key) is None


async def test_a_reset_subject_begins_anew(limits: RateLimits) -> None:
    await limits.take(allowance(attempts=1))
    await limits.reset(allowance(attempts=1))
    await limits.take(allowance(attempts=1))


async def test_without_redis_nothing_passes(limits: RateLimits, redis_server: RedisServer) -> None:
    await limits.take(allowance())
    redis_server.kill()
    for what in (limits.take(allowance()), limits.give_back(allowance()), limits.reset(allowance())):
        with pytest.raises(Unavailable):
            await what


async def test_after_a_restart_of_redis_the_scripts_are_there_again(limits: RateLimits, redis: Redis) -> None:
    await limits.take(allowance())
    await redis.script_flush()
    await limits.take(allowance())
    assert await redis.get(allowance().key) == b"2"


@pytest.mark.parametrize("subject", ["x" * 1_000_000, "a\r\nFLUSHALL\r\n", "\0", "\ud800"])
def test_a_key_is_short_whatever_the_subject(subject: str) -> None:
    key = allowance(subject).key
    assert len(key) < 50
    assert key.isascii()


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_address_is_counted_by_its_site(address: str, site: str) -> None:
    assert site_of(address) == site
