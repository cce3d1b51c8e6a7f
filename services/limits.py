"""Limits: how often one subject may try one thing within a window of time, counted in Redis for all processes.

The window is fixed: it begins with the first attempt and ends as a whole. An attempt is taken before it is made and given
back when it turns out well, so that a hundred attempts at once cannot all pass before the first is counted.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from errors import RateLimited, Unavailable

TAKE = """
local wait = 0
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
        wait = math.max(wait, redis.call('PTTL', key), 1)
    end
end
if wait > 0 then
    return wait
end
for i, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then
        redis.call('PEXPIRE', key, ARGV[2 * i])
    end
end
return 0
"""
"""Takes one attempt of each key, or none and gives the wait in milliseconds; arguments: attempts and window of each."""
GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then
        redis.call('DECR', key)
    end
end
return 0
"""
"""Gives one attempt of each key back; the window goes on."""

IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber keeps; the rest they choose anew as they like."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one subject may do: so many `attempts` of a `scope` within a `window`."""

    scope: str
    subject: str
    attempts: int
    window: timedelta

    @property
    def key(self) -> str:
        """Give the Redis key: of bounded length and without the subject itself, which may be somebody's name."""
        subject = hashlib.blake2b(self.subject.encode("utf-8", "backslashreplace"), digest_size=16)
        return f"lim:{self.scope}:{subject.hexdigest()}"


class Limits:
    """Counters of attempts. They fail closed: what cannot be counted is refused. Who may go on without asks elsewhere."""

    def __init__(self, redis: Redis) -> None:
        """Count in this Redis, whose client limits how long an answer may take."""
        self._redis = redis
        self._take = redis.register_script(TAKE)
        self._give_back = redis.register_script(GIVE_BACK)

    async def take(self, *allowances: Allowance) -> None:
        """Take one attempt of each allowance, or of none.

        Raises:
            RateLimited: one of them is used up; `retry_after` is when the last of these windows ends.
            Unavailable: Redis does not answer.

        """
        numbers = [n for a in allowances for n in (a.attempts, a.window // timedelta(milliseconds=1))]
        with _closed():
            wait = int(await self._take(keys=[a.key for a in allowances], args=numbers))
        if wait:
            raise RateLimited(retry_after=-(-wait // 1000))

    async def give_back(self, *allowances: Allowance) -> None:
        """Give one attempt of each back, as if it had not been made; raise Unavailable when Redis does not answer."""
        with _closed():
            await self._give_back(keys=[a.key for a in allowances])

    async def reset(self, allowance: Allowance) -> None:
        """Forget every attempt of a subject; raise Unavailable when Redis does not answer."""
        with _closed():
            await self._redis.delete(allowance.key)


def site_of(address: str) -> str:
    """Give what to count an address by: itself for IPv4, its network of 64 bits for IPv6; anything else as it stands."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_SITE), strict=False))


@contextmanager
def _closed() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise Unavailable from error
