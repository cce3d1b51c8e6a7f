"""A town whose workers die, whose Redis loses what it has, and whose events come late, twice and in any order.

Every step has a sentence, so that a failure is told as a story.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.rows.posts import Audience, Delivery
from keyspace import keys
from keyspace.fan_out_queue import Claimed
from parts import Parts
from services.events.consumer import Consumer
from services.events.event import Event
from services.events.post_events import PostCreated
from tests.conftest import EMPTY
from tests.feed.evictable import BUILDERS
from tests.services.events.redis_process import RedisProcess
from tests.worlds.delivery import consumers_without_pictures, fan_out_runner, handle, let_time_pass, settlement, waiting
from tests.worlds.diary import Diary, Written
from tests.worlds.stepped import SteppedProcess
from tests.worlds.town import LONG_AGO, Town

NAMES = ("ann", "ben", "col", "dea", "eve", "fay", "gil", "hal", "ida", "jon")
IN_ORDER = "live"
"""Group that is promised the order of the events."""
MOST_ROUNDS = 200
"""Tasks after which a queue is taken to have no end."""
TO_THE_END = 1_000
"""More round trips than anything takes."""
PAGE = 50
"""More than anybody's whole timeline."""


@dataclass(slots=True)
class Reading:
    """A page that is being read. `allowed` is all that the reader might see at some moment since it began."""

    who: str
    allowed: set[str]


@dataclass(slots=True)
class UnreliableTown:
    """Processes of the product over one Redis: `town` is sound, `unreachable` reaches only the graph, `processes` are killed.

    `behind` holds what each group of consumers has not handled. `is_dirty` says that something was changed by the process that
    cannot invalidate, so until all is settled pages may be old. `certain` holds the posts that must be on every page.
    """

    town: Town
    unreachable: Town
    processes: Sequence[SteppedProcess]
    redis: RedisProcess
    diary: Diary = field(default_factory=Diary)
    behind: dict[str, list[Event]] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)
    is_dirty: bool = False
    story: list[str] = field(default_factory=list)
    _labels: dict[str, str] = field(default_factory=dict)
    _pulled: set[str] = field(default_factory=set)
    _pinned: tuple[int | None, Delivery | None] = (None, None)
    _unheard: set[tuple[str, str]] = field(default_factory=set)
    _readings: dict[int, Reading] = field(default_factory=dict)
    _handled: dict[int, tuple[str, Event]] = field(default_factory=dict)

    @property
    def parts(self) -> Parts:
        """The sound process."""
        return self.town.parts

    async def found(self, follows: Sequence[tuple[str, str]]) -> None:
        """Let everybody move in, in an empty world where some follow others already."""
        async with self.parts.graph.driver.session() as session:
            await (await session.run(EMPTY)).consume()
        await self.parts.keyspace.command("FLUSHALL")
        await self.town.settle(*NAMES)
        for each in (self.unreachable, *(process.town for process in self.processes)):
            each.people = self.town.people
        self.diary, self.behind = Diary(follows=set(follows)), {consumer.group: [] for consumer in self._consumers()}
        rows = [[self.town.people[one].key, [[self.town.people[other].key, LONG_AGO]]] for one, other in follows]
        await self.parts.graph.write("world/add_follows", rows=rows)
        self.certain.clear()
        self.story[:] = [f"{one} follows {other}" for one, other in follows]
        self._labels.clear()
        self._pulled.clear()
        self._unheard.clear()
        self.is_dirty = False

    async def about_somebody(self, step: str, who: str, other: str, *, reachable: bool) -> None:
        """Let somebody follow, unfollow, befriend, mute, unmute, block or unblock somebody."""
        if who == other or (step != "block" and self.diary.blocked(who, other) and (who, other) not in self.diary.blocks):
            return
        if self.diary.blocked(who, other) and step not in {"block", "unblock"}:
            return
        await getattr(self._through(reachable), step)(who, other)
        self.diary.happened(step, who, other)
        if not reachable:
            self._unheard.add((who, other))
        self._tell(f"{who} {step}s {other}", reachable)

    async def write(self, who: str, audience: Audience, named: str, *, reachable: bool) -> Written:
        """Let somebody write a post."""
        id_ = await self._through(reachable).post(who, f"Hello @{named}", audience=audience)
        post = Written(id_, who, home=True, audience=audience, named=named)
        self.diary.posts.append(post)
        await self._written(post, f"{who} writes {{}} for {audience}, naming {named}", reachable)
        return post

    async def reply(self, who: str, parent: Written, *, reachable: bool) -> Written | None:
        """Let somebody reply to what they see: a thread where it is their own."""
        if not self.diary.sees(who, parent):
            return None
        id_ = await self._through(reachable).post(who, reply_to=parent.id)
        post = self.diary.replied(id_, who, parent)
        await self._written(post, f"{who} replies to {self._label(parent.id)} with {{}}", reachable)
        return post

    async def set_audience(self, post: Written, audience: Audience, *, reachable: bool) -> None:
        """Let an author change who may see a post."""
        if not post.deleted:
            await self._through(reachable).set_audience(post.author, post.id, audience)
            post.audience = audience
            self._tell(f"{post.author} makes {self._label(post.id)} one for {audience}", reachable)

    async def delete(self, post: Written, *, reachable: bool) -> None:
        """Let an author delete a post."""
        if not post.deleted:
            await self._through(reachable).delete(post.author, post.id)
            post.deleted = True
            self._tell(f"{post.author} deletes {self._label(post.id)}", reachable)

    async def pin(self, threshold: int | None, mode: Delivery | None) -> None:
        """Let an operator decide how posts are delivered, or let the settings do it."""
        self._pinned = (threshold, mode)
        if threshold is None and mode is None:
            await self.parts.delivery_controls.unpin()
        else:
            await self.parts.delivery_controls.pin(threshold, mode)
        self._tell(f"an operator pins the threshold {threshold} and the mode {mode}")

    async def write_pulled(self, who: str, mode: Delivery) -> Written:
        """Let somebody write a post for all that is not pushed to all, whatever is pinned."""
        pinned = self._pinned
        await self.pin(0, mode)
        post = await self.write(who, Audience.PUBLIC, who, reachable=True)
        await self.pin(*pinned)
        return post

    async def relay(self, count: int, *, dies: bool) -> None:
        """Move events from the outbox to the stream; a relay that dies leaves them in the outbox, so that they come again."""
        events = await waiting(self.parts.graph, count)
        for consumer in self._consumers():
            self.behind[consumer.group] += [event for event in events if event.type in consumer.types]
        if not dies:
            await self.parts.graph.write("outbox/remove", ids=[event.id for event in events])
        names = ", ".join(event.type for event in events)
        self._tell(f"the relay moves {names or 'nothing'}{' and dies' if dies else ''}")

    async def work(self, group: str, at: int) -> None:
        """Let a group handle an event that waits: any of them, or the first where order is promised."""
        if self.behind[group]:
            event = self._take(group, at)
            await handle([self._consumer(self.parts, group)], [event])
            if isinstance(event, PostCreated) and "done" in await self.parts.delivery.queue.plan(event.post_id):
                self.certain.add(event.post_id)
            self._tell(f"{group} handles {event.type}")

    async def deliver(self) -> None:
        """Let the sound process handle all that fan-out has to do, but for what other processes are at."""
        await self.relay(1_000, dies=False)
        while self.behind["fan-out"]:
            await self.work("fan-out", 0)

    async def carry_out_one(self) -> None:
        """Let the worker carry on the task of fan-out whose turn it is."""
        found = await self.parts.delivery.queue.claim()
        if isinstance(found, Claimed):
            await _carry(self.parts, found)
            self._tell(f"a worker goes on with {self._label(found.post)}")

    async def begin_work(self, group: str, at: int, steps: int) -> None:
        """Let a process begin to handle an event, with so many round trips."""
        number = self._idle()
        if number is not None and group != IN_ORDER and self.behind[group]:
            process, event = self.processes[number], self._take(group, at)
            self._handled[number] = (group, event)
            process.begin(self._consumer(process.parts, group)([event]))
            self._tell(f"process {number} begins with {event.type} for {group}")
            await self.go_on(number, steps)

    async def begin_task(self, steps: int) -> None:
        """Let a process begin with a task of fan-out."""
        number = self._idle()
        found = None if number is None else await self.parts.delivery.queue.claim()
        if number is not None and isinstance(found, Claimed):
            process = self.processes[number]
            process.begin(_carry(process.parts, found))
            self._tell(f"process {number} begins with the task of {self._label(found.post)}")
            await self.go_on(number, steps)

    async def begin_page(self, who: str, first: int, steps: int) -> None:
        """Let a process begin to read a page."""
        if (number := self._idle()) is not None:
            process = self.processes[number]
            self._readings[number] = reading = Reading(who, set(self.diary.home(who)))

            async def read() -> None:
                self._expect_sound(reading.who, await process.town.ids(who, first), reading.allowed)

            process.begin(read())
            self._tell(f"process {number} begins a page for {who}")
            await self.go_on(number, steps)

    async def change_their_mind(self, who: str, other: str, *, reachable: bool) -> None:
        """Let somebody unfollow somebody, read, so that it is cached, follow them again, and read when the follow is merged."""
        await self.about_somebody("unfollow", who, other, reachable=True)
        await self.read(who, PAGE)
        await self.about_somebody("follow", who, other, reachable=reachable)
        await self.relay(1_000, dies=False)
        while self.behind["merge"]:
            await self.work("merge", 0)
        await self.read(who, PAGE)

    async def newly_followed(self, who: str, at: int) -> str | None:
        """Let somebody who has read follow another, all of whose posts were pushed to all.

        Returns whom, None where there is nobody.
        """
        await self.read(who, PAGE)
        pushed = {name for name in NAMES if name not in self._pulled and not self.diary.blocked(who, name)} - {who}
        if not pushed:
            return None
        other = sorted(pushed)[at % len(pushed)]
        await self.about_somebody("follow", who, other, reachable=True)
        return other

    async def change_during_a_page(
        self, kind: bytes, who: str, steps: int, change: Coroutine[Any, Any, object], overtaken: int | None
    ) -> None:
        """Evict a kind of keys, and let something happen while somebody's page, which builds them, is at a round trip.

        With `overtaken`, its time to build is over then, and another page begins, with so many round trips.
        """
        await self.evict(kind, None)
        pages = [self._idle()]
        await self.begin_page(who, PAGE, steps)
        await change
        if overtaken is not None and kind in BUILDERS:
            await self.evict(BUILDERS[kind], None)
            pages.append(self._idle())
            await self.begin_page(who, PAGE, overtaken)
        for number in pages:
            if number is not None:
                await self.go_on(number, TO_THE_END)
            await self.read(who, PAGE)

    async def settle_pulled_authors(self, who: str, steps: int, change: Coroutine[Any, Any, object], *, dies: bool) -> None:
        """Settle pulled authors, with something happening in the turn that takes them out, after which a process goes on or dies.

        New posts are pushed to all from here on, so that everybody may be settled.
        """
        await self.pin(100, None)
        await self._carry_out_all()
        await settlement(self.parts).run()
        await self._carry_out_all()
        self._tell("a worker settles pulled authors")
        if (number := self._idle()) is not None:
            process = self.processes[number]
            process.begin(settlement(process.parts).run())
            self._tell(f"process {number} begins to take them out")
            await self.go_on(number, steps)
        await change
        await self.read(who, PAGE)
        if number is not None:
            await (self.kill(number) if dies else self.go_on(number, TO_THE_END))
        await self.read(who, PAGE)

    def follower(self, author: str, at: int) -> str:
        """Return somebody who follows an author, or the author."""
        followers = sorted(one for one, other in self.diary.follows if other == author)
        return followers[at % len(followers)] if followers else author

    async def go_on(self, number: int, steps: int) -> None:
        """Let a process make some round trips."""
        process = self.processes[number]
        if process.is_idle:
            return
        self._tell(f"process {number} makes {steps} round trips")
        if await process.go_on(steps):
            self._readings.pop(number, None)
            self._handled.pop(number, None)
            self._tell(f"process {number} has done it")

    async def kill(self, number: int) -> None:
        """Kill a process; what it was handling comes again."""
        process = self.processes[number]
        if not process.is_idle:
            await process.kill()
            self._readings.pop(number, None)
            if (handled := self._handled.pop(number, None)) is not None:
                self.behind[handled[0]].append(handled[1])
            self._tell(f"process {number} is killed")

    async def evict(self, kind: bytes, which: int | None) -> None:
        """Let Redis evict keys of one kind: one of them, or all. A plan is evicted only once it is done."""
        names = sorted(await self.parts.keyspace.command("KEYS", kind))
        lives = [await self.parts.keyspace.command("TTL", name) for name in names]
        names = [name for name, life in zip(names, lives, strict=True) if life >= 0 or not kind.startswith(keys.FAN_OUT_PLAN)]
        gone = names if which is None or not names else [names[which % len(names)]]
        if gone:
            await self.parts.keyspace.command("DEL", *gone)
            self._tell(f"Redis evicts {len(gone)} of {kind.decode()}")

    async def empty_redis(self) -> None:
        """Lose all that Redis holds, the stream of events and the tasks as well."""
        await self.parts.keyspace.command("FLUSHALL")
        for events in self.behind.values():
            events.clear()
        self._handled.clear()
        self._tell("FLUSHALL")

    async def restart_redis(self, who: str) -> None:
        """Restart Redis, while somebody reads a page."""
        await asyncio.to_thread(self.redis.stop)
        found = await self.town.ids(who, PAGE)
        await asyncio.to_thread(self.redis.start)
        for each in (self.parts, *(process.parts for process in self.processes)):
            each.keyspace._open_until = 0.0  # some time has passed
        self._tell(f"Redis restarts, and {who} reads meanwhile")
        self._expect(who, found, self.diary.home(who))

    async def let_time_pass(self) -> None:
        """Let every claim end, and every task be due."""
        await let_time_pass(self.parts.keyspace)
        self._tell("time passes")

    async def read(self, who: str, first: int) -> None:
        """Read a page, which shows nothing that is hidden and nothing twice, and lacks nothing that is certain."""
        found = await self.town.ids(who, first)
        self._tell(f"{who} reads {first}")
        truth = self.diary.home(who)
        self._expect_sound(who, found, set(truth))
        missing = [id_ for id_ in truth[:first] if id_ in self._certain(who) and id_ not in found]
        if len(found) == first:
            missing = [id_ for id_ in missing if id_ > found[-1]]
        if not self.is_dirty:
            self._claim(not missing, lambda: f"{who} lacks {self._named(missing)} on {self._named(found)}")

    async def settle(self, seed: int, first: int) -> None:
        """Kill all processes, do all that waits, in any order, and compare every page of everybody with the truth."""
        for number in range(len(self.processes)):
            await self.kill(number)
        await self.relay(1_000, dies=False)
        rng = random.Random(seed)
        for group in rng.sample(sorted(self.behind), len(self.behind)):
            events = self.behind[group]
            if group != IN_ORDER:
                rng.shuffle(events)
            await handle([self._consumer(self.parts, group)], events)
            events.clear()
            self._tell(f"{group} handles all that waits")
            for who in sorted({who for who, _ in self._unheard} | {rng.choice(NAMES)}):
                await self.read(who, PAGE)
        await self._carry_out_all()
        self.is_dirty = False
        self.certain |= {post.id for post in self.diary.posts}
        self._tell("all is settled")
        for who in NAMES:
            self._expect(who, await self.town.walk(who, first), self.diary.home(who))
        pulled = await asyncio.gather(*(self.unreachable.walk(who, PAGE) for who in NAMES))
        for who, found in zip(NAMES, pulled, strict=True):
            self._expect(who, found, self.diary.home(who))
        await self._write_again(rng)

    async def _write_again(self, rng: random.Random) -> None:
        """Let somebody write for all who pull: what was wrong with whom a reader is known to follow shows only now."""
        followed = sorted(self._unheard & self.diary.follows or self.diary.follows)
        self._unheard.clear()
        if followed:
            await self.write_pulled(rng.choice(followed)[1], Delivery.PULL)
            for who in NAMES:
                self._expect(who, await self.town.ids(who, PAGE), self.diary.home(who))

    async def _carry_out_all(self) -> None:
        queue = self.parts.delivery.queue
        for _ in range(MOST_ROUNDS):
            await let_time_pass(self.parts.keyspace)
            while isinstance(found := await queue.claim(), Claimed):
                await _carry(self.parts, found)
            if (await queue.backlog()).tasks == 0:
                return
        raise AssertionError("a task of fan-out has no end")

    async def _written(self, post: Written, sentence: str, reachable: bool) -> None:
        self._labels[post.id] = f"{post.author}{len(self._labels) + 1}"
        (row,) = await self.parts.graph.read("posts/by_id", ids=[post.id])
        if row[6] != Delivery.PUSH:
            self._pulled.add(post.author)
            if reachable:
                self.certain.add(post.id)
        self._tell(sentence.format(f"{self._label(post.id)} ({row[6]})"), reachable)

    def _certain(self, who: str) -> set[str]:
        return self.certain | {post.id for post in self.diary.posts if post.author == who}

    def _through(self, reachable: bool) -> Town:
        self.is_dirty = self.is_dirty or not reachable
        return self.town if reachable else self.unreachable

    def _idle(self) -> int | None:
        return next((number for number, process in enumerate(self.processes) if process.is_idle), None)

    def _take(self, group: str, at: int) -> Event:
        events = self.behind[group]
        return events.pop(0 if group == IN_ORDER else at % len(events))

    def _consumers(self) -> Sequence[Consumer[Any]]:
        return [consumer for consumer in consumers_without_pictures(self.parts) if consumer.group != "requests"]

    def _consumer(self, parts: Parts, group: str) -> Consumer[Any]:
        return next(consumer for consumer in consumers_without_pictures(parts) if consumer.group == group)

    def _tell(self, sentence: str, reachable: bool = True) -> None:
        self.story.append(sentence if reachable else f"{sentence}, while Redis cannot be reached")
        for reading in self._readings.values():
            reading.allowed |= set(self.diary.home(reading.who))

    def _label(self, id_: str) -> str:
        return self._labels.get(id_, id_)

    def _named(self, ids: Sequence[str]) -> str:
        return f"[{', '.join(map(self._label, ids))}]"

    def _expect(self, who: str, found: Sequence[str], truth: Sequence[str]) -> None:
        self._claim(list(found) == list(truth), lambda: f"{who} reads {self._named(found)} instead of {self._named(truth)}")

    def _expect_sound(self, who: str, found: Sequence[str], allowed: set[str]) -> None:
        in_order = list(found) == sorted(set(found), reverse=True)
        self._claim(in_order, lambda: f"{who} reads {self._named(found)}: twice, or out of order")
        hidden = [id_ for id_ in found if id_ not in allowed]
        self._claim(self.is_dirty or not hidden, lambda: f"{who} reads {self._named(hidden)}, which is hidden")

    def _claim(self, holds: bool, otherwise: Callable[[], str]) -> None:
        if not holds:
            raise AssertionError("\n".join([*self.story, otherwise()]))


async def _carry(parts: Parts, task: Claimed) -> None:
    """Carry on a task, and wait for the selection of the most active if it began one."""
    runner = fan_out_runner(parts)
    await runner.carry(task)
    await asyncio.gather(*runner.tiers._selecting.values())
