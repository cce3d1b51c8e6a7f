"""The queue of fan-out: a plan for each post, and a task where a post has more followers than one chunk.

    begin ──> ready ──> claimed ──> done, and the plan is retained for a while
                ^  ^       │ │
                │  └───────┘ v
                └───────── later, when it is due; or failed, and set aside

A chunk is pushed and noted in one script, which only the worker that has claimed the task may run. So a killed worker leaves at
most one chunk that another repeats, and a worker that comes late changes nothing. The plan outlives the task: an event that comes
again finds it. The plan of a task has a random incarnation, which tells it from one that is made after it was lost.

Plans and queue live in the Redis of the timelines: where these are lost, there is nothing left to push to.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from graph.ids import pack, unpack
from keyspace import keys
from keyspace.client import Keyspace
from keyspace.fan_out_plans import plan_fields, stored_plans
from keyspace.lifetimes import spread

Action: TypeAlias = Literal["push", "settle", "remove"]
"""To settle is to push once more, to everybody, what was not pushed to all."""
Fields: TypeAlias = Mapping[str, str | int]
"""Fields of a plan."""
KNOWN = -1
"""Answer of a script that did nothing: the plan was known already, or the task is another worker's."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task that a worker has claimed with a token, and its plan as stored."""

    post: str
    token: str
    plan: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the queue has to do: deliveries left, and tasks that are not done, of whom some are background tasks.

    `overdue` is the seconds since the turn of the next task that is none of the background.
    """

    deliveries: int
    tasks: int
    background: int
    overdue: float


@dataclass(frozen=True, slots=True)
class FanOutQueue:
    """The queue, the same for every worker. Methods raise Unavailable while Redis does not answer.

    `cap` is that of timelines, `recent_cap` that of the recent posts of an author, `life` the seconds for which a plan is
    retained after its end, `claim_life` the milliseconds that a claim lasts: a chunk takes some, and renews it.
    """

    keyspace: Keyspace
    cap: int
    life: int
    claim_life: int
    recent_cap: int
    worker: str = field(default_factory=lambda: secrets.token_hex(8))

    async def begin(
        self, post: str, action: Action, viewers: Sequence[int], plan: Fields, *, left: int | None = None, wait: int = 0
    ) -> bool:
        """Push a post to its first viewers, or remove it from their lists, and make a task of the rest, if any.

        The first of the viewers is its author; it goes into the author's recent posts as well, or out of them.
        `left` is how many are left, about, None where nobody is. The turn of the task comes in `wait` milliseconds times the
        number of tasks that its author has ready with it, up to eight. Removing and settling are background tasks: they go when
        no other task is ready, and now and then.

        Returns False where the post has a plan already: then nothing is done. A removal is refused only by a removal, and
        settling by that, by what is under way, and where it was done.
        """
        recent = (self.recent_cap, keys.RECENT, keys.RECENT_BUILDING)
        fields = plan if left is None else {**plan, "incarnation": secrets.token_hex(8)}
        words = (spread(self.life), wait, *recent, "" if left is None else left, *_words(fields))
        names = (*_keys(post), keys.SETTLING)
        return await self._act("fan_out_begin", names, post, action, keys.packed(viewers), *words) != KNOWN

    async def claim(self) -> Claimed | float | None:
        """Claim the task whose turn it is; without one, return the seconds until one is due, None where there is none."""
        token = f"{self.worker}:{secrets.token_hex(4)}"
        found = await self.keyspace.script("fan_out_claim", token, self.claim_life, keys.FAN_OUT_PLAN, keys=keys.FAN_OUT)
        if found is None or isinstance(found, int):
            return None if found is None else max(0, found) / 1_000
        post, words = found
        return Claimed(unpack(post), token, plan_fields(words))

    async def chunk(
        self,
        task: Claimed,
        action: Action,
        viewers: bytes,
        counts: Fields,
        plan: Fields,
        *,
        left: int,
        then: int | str,
        wait: int,
    ) -> int:
        """Push to a chunk of packed viewers, or remove from their lists, and note in the plan how far the task is.

        `counts` is one field that counts deliveries, and how many there are. `then` is `on`, `done`, or the milliseconds until
        the task goes on; while others are ready, its next turn comes after `wait` as `begin` says, where it is no background
        task.

        Returns 1 where the worker may go on at once, 0 where the task waits or is done, and `KNOWN` where it is no longer this
        worker's: then nothing was done.
        """
        words = (task.token, self.claim_life, wait, left, then, spread(self.life), *_words(counts), *_words(plan))
        return await self._act("fan_out_chunk", _keys(task.post), task.post, action, viewers, *words)

    async def attempts(self, task: Claimed) -> int:
        """Return how many attempts have failed since the last chunk of a task, which may be later than its claim."""
        return int(await self.keyspace.command("HGET", keys.FAN_OUT_PLAN + pack(task.post), "attempts") or 0)

    async def put_off(self, task: Claimed, *, pause: float, failed: bool = False) -> None:
        """Try a task again `pause` seconds from now; one more attempt has `failed`, or none."""
        await self._end("fan_out_put_off", task, int(pause * 1_000), int(failed))

    async def fail(self, task: Claimed, attempts: int, error: str) -> int:
        """Note that a task failed for good, and return how often it has; `KNOWN` where it is no longer this worker's.

        It stays this worker's until it is set aside. Where the worker dies before, another claims it, and finds it noted.
        """
        return await self._end("fan_out_fail", task, attempts, error)

    async def set_aside(self, task: Claimed) -> None:
        """Set a task aside that failed for good; the event that made it takes it up again."""
        await self._end("fan_out_set_aside", task, spread(self.life))

    async def plan(self, post: str) -> Mapping[str, str]:
        """Return what is known of the delivery of a post, nothing where it is unknown or forgotten."""
        return (await stored_plans(self.keyspace, [post]))[0]

    async def backlog(self) -> Backlog:
        """Return what there is to do."""
        ready, _, _, open_, background, *_, backlog = keys.FAN_OUT
        counted = (("GET", backlog), ("ZCARD", open_), ("ZCARD", background))
        asked = (*counted, ("ZRANGE", ready, 0, 0, "WITHSCORES"), ("TIME",))
        deliveries, tasks, behind, first, (seconds, _) = await self.keyspace.commands("fan_out_backlog", asked)
        overdue = max(0.0, int(seconds) - float(first[1]) / 1_000) if first else 0.0
        return Backlog(int(deliveries or 0), tasks, behind, overdue)

    async def _end(self, script: str, task: Claimed, *words: str | int) -> int:
        return int(await self.keyspace.script(script, pack(task.post), task.token, *words, keys=_keys(task.post)))

    async def _act(
        self, script: str, names: Sequence[bytes | str], post: str, action: Action, viewers: bytes, *words: bytes | str | float
    ) -> int:
        lists = (self.cap, keys.TIMELINE, keys.BUILDING)
        return int(await self.keyspace.script(script, pack(post), action, *lists, viewers, *words, keys=names))


def _keys(post: str) -> Sequence[bytes | str]:
    return (*keys.FAN_OUT, keys.FAN_OUT_PLAN + pack(post))


def _words(fields: Fields) -> list[str | int]:
    return [word for pair in fields.items() for word in pair]
