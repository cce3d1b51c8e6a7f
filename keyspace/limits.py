"""Rate limits: how often one subject may try one thing within a window of time, counted in Redis for all processes.

The window is fixed: it begins with the first attempt and ends as a whole. An attempt is taken before it is made and given
back when it turns out well, so that a hundred attempts at once cannot all pass before the first is counted.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from clock import in_milliseconds
from errors import RateLimited
from keyspace import keys
from keyspace.client import Keyspace


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one subject may do: so many `attempts` of a `scope` within a `window`."""

    scope: str
    subject: str
    attempts: int
    window: timedelta

    @property
    def key(self) -> str:
        """Return the key: of bounded length and without the subject itself, which may be somebody's name."""
        subject = hashlib.blake2b(self.subject.encode("utf-8", "backslashreplace"), digest_size=16)
        return keys.limit(self.scope, subject.hexdigest())


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Counters of attempts. They fail closed: while Redis does not answer, methods raise Unavailable and nothing passes."""

    keyspace: Keyspace

    async def take(self, *allowances: Allowance) -> None:
        """Take one attempt of each allowance, or of none.

        Raises:
            RateLimited: one of them is used up; `retry_after` is when the last of these windows ends.
            Unavailable: Redis does not answer.

        """
        numbers = [n for each in allowances for n in (each.attempts, in_milliseconds(each.window))]
        wait = int(await self.keyspace.script("limit_take", *numbers, keys=[each.key for each in allowances]))
        if wait:
            raise RateLimited(retry_after=-(-wait // 1000))

    async def give_back(self, *allowances: Allowance) -> None:
        """Return one attempt to each, as if it had not been made."""
        await self.keyspace.script("limit_give_back", keys=[each.key for each in allowances])

    async def reset(self, allowance: Allowance) -> None:
        """Forget every attempt of a subject."""
        await self.keyspace.command("UNLINK", allowance.key)
