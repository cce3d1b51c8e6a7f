"""A storm: people change what others see, many at once and in several processes, and what they read is compared with the facts.

A fact keeps its history. A read may show the value of the last change that was acknowledged before it began, or of one that came
later, until it ended.
"""

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeAlias

from errors import RookeryError
from feeds import pipeline
from feeds.followers import followers
from feeds.following import following
from feeds.pipeline import Feed
from feeds.profile import profile
from feeds.reader import Reader
from feeds.replies import replies
from feeds.windows import Window
from graph.rows.posts import Audience
from graph.rows.users import UserRow
from keyspace.viewer_flags import LIKED
from tests.worlds.town import Town

NOBODY_IN_PARTICULAR = "stranger"
"""Who only reads: nobody follows or blocks them."""
PAGE = 60
"""Longer than any list of the storm, and no longer than the head of a list."""
POSTS_MOST = 40
"""Posts that an author keeps."""
PASSWORD = "a long enough passphrase"
Name: TypeAlias = tuple[str, ...]
"""What a fact is about: its kind, and names of people or ids of posts."""
TICKS = itertools.count()


@dataclass(slots=True)
class Change:
    """A value that a fact got: when its change began, and when it was acknowledged."""

    value: bool
    began: int
    acknowledged: float = inf


@dataclass(slots=True)
class Fact:
    """Something that is so or not, and was."""

    changes: list[Change] = field(default_factory=lambda: [Change(value=False, began=-1, acknowledged=-1)])

    def possible(self, began: int, ended: int) -> set[bool]:
        """Return what a read may show that began and ended then."""
        settled = max(at for at, change in enumerate(self.changes) if change.acknowledged < began)
        return {change.value for change in self.changes[settled:] if change.began < ended}


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """A post of the storm."""

    id: str
    author: str
    parent: str | None
    home: bool


class Refused(Exception):
    """A read shows what cannot be so."""


@dataclass(slots=True)
class Storm:
    """Several processes over the same people; `names` are taken when somebody signs up with them."""

    processes: Sequence[Town]
    people: Sequence[str]
    names: list[str]
    chance: random.Random
    facts: defaultdict[Name, Fact] = field(default_factory=lambda: defaultdict(Fact))
    posts: dict[str, WrittenPost] = field(default_factory=dict)
    locks: defaultdict[Name, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    shown: int = 0

    async def step(self) -> None:
        """Change something, and read what shows it."""
        change: Callable[[], Awaitable[None]] = self.chance.choice((
            self.follow, self.follow, self.unfollow, self.block, self.write, self.write, self.write, self.answer, self.delete,
            self.hide, self.like, self.leave, self.join,
        ))  # fmt: skip
        await change()

    async def follow(self) -> None:
        one, other = self.two()
        async with self.changing({("follows", one, other): True}, "pair", *sorted((one, other))):
            await self.process.follow(one, other)
        await self.read_follow(one, other)

    async def unfollow(self) -> None:
        one, other = self.two()
        async with self.changing({("follows", one, other): False}, "pair", *sorted((one, other))):
            await self.process.unfollow(one, other)
        await self.read_follow(one, other)

    async def block(self) -> None:
        """Block somebody, or end that."""
        one, other = self.two()
        pair = "pair", *sorted((one, other))
        if self.facts["blocks", one, other].changes[-1].value:
            async with self.changing({("blocks", one, other): False}, *pair):
                await self.process.unblock(one, other)
        else:
            ended: dict[Name, bool] = {("follows", one, other): False, ("follows", other, one): False}
            async with self.changing({("blocks", one, other): True, **ended}, *pair):
                await self.process.block(one, other)
        await self.read_follow(one, other)
        await self.read_user(other, one)

    async def write(self) -> None:
        await self._write(self.chance.choice(self.people), None)

    async def answer(self) -> None:
        if self.posts:
            await self._write(self.chance.choice(self.people), self.chance.choice(list(self.posts.values())))

    async def _write(self, author: str, parent: WrittenPost | None) -> None:
        began, answered = next(TICKS), None if parent is None else parent.id
        try:
            id_ = await self.process.post(author, reply_to=answered)
        except RookeryError:
            return
        self.posts[id_] = WrittenPost(id_, author, answered, home=parent is None or parent.author == author)
        for kind in ("written", "public"):
            self.facts[kind, id_].changes.append(Change(value=True, began=began, acknowledged=next(TICKS)))
        await self.read_posts(author)
        if parent is not None:
            await self.read_replies(parent)
        mine = [post for post in self.posts.values() if post.author == author and self.now("written", post.id)]
        if len(mine) > POSTS_MOST:
            await self._delete(mine[0])

    async def delete(self) -> None:
        if self.posts:
            await self._delete(self.chance.choice(list(self.posts.values())))

    async def _delete(self, post: WrittenPost) -> None:
        async with self.changing({("written", post.id): False}, "post", post.id):
            await self.process.delete(post.author, post.id)
        await self.read_posts(post.author)
        if post.parent is not None:
            await self.read_replies(self.posts[post.parent])

    async def hide(self) -> None:
        """Let only followers see a post, or everybody again."""
        if not self.posts:
            return
        post = self.chance.choice(list(self.posts.values()))
        public = not self.now("public", post.id)
        async with self.changing({("public", post.id): public}, "post", post.id):
            audience = Audience.PUBLIC if public else Audience.FOLLOWERS
            await self.process.set_audience(post.author, post.id, audience)
        await self.read_posts(post.author)

    async def like(self) -> None:
        """Like a post, or take that back."""
        if not self.posts:
            return
        who, post = self.chance.choice(self.people), self.chance.choice(list(self.posts.values()))
        likes = not self.now("likes", who, post.id)
        async with self.changing({("likes", who, post.id): likes}, "like", who, post.id):
            town = self.process
            flags = town.parts.services.likes
            await (flags.add if likes else flags.remove)(town.people[who], post.id)
        await self.read_likes(who, post)

    async def leave(self) -> None:
        """Deactivate an account, or come back."""
        who, town = self.chance.choice(self.people), self.process
        services, viewer = town.parts.services, town.people[who]
        if self.now("active", who):
            async with self.changing({("active", who): False}, "user", who):
                await services.accounts.deactivation.run(viewer, PASSWORD, "127.0.0.1")
        else:
            async with self.changing({("active", who): True}, "user", who):
                row = await town.context(NOBODY_IN_PARTICULAR).loaders.users.one(viewer.id)
                assert row is not None
                await services.accounts.log_in.signing_in.reactivation.run(row)
        await self.read_user(NOBODY_IN_PARTICULAR, who)
        await self.read_posts(who)

    async def join(self) -> None:
        """Sign up with a name that was asked before."""
        if not self.names:
            return
        name = self.names.pop()
        for _ in range(2):
            await self.read_user(NOBODY_IN_PARTICULAR, name)
        async with self.changing({("active", name): True}, "user", name):
            await self.process.parts.accounts.sign_up.run(name, f"{name}@example.org", PASSWORD, None, "127.0.0.1")
        await self.read_user(NOBODY_IN_PARTICULAR, name)

    async def read_user(self, viewer: str, name: str) -> None:
        """Look somebody up by name."""
        began = next(TICKS)
        row = await self._user(self.process, viewer, name)[1]
        blocks = [("blocks", viewer, name), ("blocks", name, viewer)]
        self.check(f"{viewer} finds {name}", row is not None, self.all_of([("active", name)], blocks, began))

    async def read_follow(self, one: str, other: str) -> None:
        """Read who follows whom, in both lists and in both counts."""
        await self._read_people(other, followers, lambda each: ("follows", each, other))
        await self._read_people(one, following, lambda each: ("follows", one, each))
        began, town = next(TICKS), self.process
        loaders, of = town.context(NOBODY_IN_PARTICULAR).loaders, town.people[other].id
        count, ended = (await loaders.user_counts.one(of)).followers, next(TICKS)
        if count is not None:
            facts = [self.facts["follows", each, other].possible(began, ended) for each in self.people]
            self.check_count(f"followers of {other}", count, facts)

    async def _read_people(
        self, whose: str, feed: Callable[[Reader, UserRow], Feed[UserRow]], follow: Callable[[str], Name]
    ) -> None:
        began, town = next(TICKS), self.process
        shown = await self._page(town, whose, feed)
        names = [row.username for row in shown]
        for each in self.people:
            possible = self.all_of([follow(each), ("active", each), ("active", whose)], (), began)
            self.check(f"{feed.__name__} of {whose} show {each}", each in names, possible)

    async def read_posts(self, author: str) -> None:
        """Read both lists of somebody's posts."""
        for include_replies in (False, True):
            began = next(TICKS)

            def feed(reader: Reader, user: UserRow, *, all_: bool = include_replies) -> Feed[Any]:
                return profile(reader, user, include_replies=all_)

            ids = [post.id for post in await self._page(self.process, author, feed)]
            assert ids == sorted(ids, reverse=True)
            mine = [post for post in self.posts.values() if post.author == author and (post.home or include_replies)]
            self._check_posts(f"the posts of {author}", ids, mine, began)

    async def read_replies(self, parent: WrittenPost) -> None:
        """Read the answers to a post."""
        began, reader = next(TICKS), self.process.reader(NOBODY_IN_PARTICULAR)
        (row,) = await reader.loaders.hydrate([parent.id])
        if row is None:
            return
        page = await pipeline.page(reader, replies(reader, row), Window(PAGE))
        answers = [post for post in self.posts.values() if post.parent == parent.id]
        self._check_posts(f"the replies to {parent.id}", [edge.node.id for edge in page.edges], answers, began)

    def _check_posts(self, what: str, ids: Collection[str], posts: Iterable[WrittenPost], began: int) -> None:
        for post in posts:
            facts = [("written", post.id), ("public", post.id), ("active", post.author)]
            self.check(f"{what} show {post.id}", post.id in ids, self.all_of(facts, (), began))

    async def read_likes(self, who: str, post: WrittenPost) -> None:
        """Read whether somebody likes a post, and how many do."""
        began, loaders = next(TICKS), self.process.context(who).loaders
        (row,) = await loaders.hydrate([post.id])
        if row is None:
            return
        liked, counts = await loaders.flag(LIKED).one(post.id), await loaders.post_counts.one(post.id)
        ended = next(TICKS)
        self.check(f"{who} likes {post.id}", liked, self.facts["likes", who, post.id].possible(began, ended))
        assert counts is not None
        facts = [self.facts["likes", each, post.id].possible(began, ended) for each in self.people]
        self.check_count(f"likes of {post.id}", counts.likes, facts)

    async def _page(self, town: Town, whose: str, feed: Callable[[Reader, UserRow], Feed[Any]]) -> list[Any]:
        reader, look = self._user(town, NOBODY_IN_PARTICULAR, whose)
        if (row := await look) is None:
            return []
        page = await pipeline.page(reader, feed(reader, row), Window(PAGE))
        return [edge.node for edge in page.edges]

    def _user(self, town: Town, viewer: str, name: str) -> tuple[Reader, Awaitable[UserRow | None]]:
        reader = town.reader(viewer)
        return reader, reader.loaders.users_by_name.one(name)

    @asynccontextmanager
    async def changing(self, values: Mapping[Name, bool], *unit: str) -> AsyncIterator[None]:
        """Change facts, one change of a unit after the other. What is refused changes nothing."""
        async with self.locks[unit]:
            began = next(TICKS)
            changes = {name: Change(value, began) for name, value in values.items()}
            for name, change in changes.items():
                self.facts[name].changes.append(change)
            try:
                yield
            except RookeryError:
                for name, change in changes.items():
                    self.facts[name].changes.remove(change)
            else:
                for change in changes.values():
                    change.acknowledged = next(TICKS)

    def all_of(self, facts: Iterable[Name], none_of: Iterable[Name], began: int) -> set[bool]:
        """Return whether it may be that all of some facts hold, and none of others, in a read that ends now."""
        ended = next(TICKS)
        holds = [self.facts[name].possible(began, ended) for name in facts]
        holds += [{not value for value in self.facts[name].possible(began, ended)} for name in none_of]
        true = {True} if all(True in each for each in holds) else set()
        return true | ({False} if any(False in each for each in holds) else set())

    def check(self, what: str, shown: bool, possible: Collection[bool]) -> None:
        """Compare what was shown."""
        self.shown += 1
        if shown not in possible:
            raise Refused(f"{what}: {shown}")

    def check_count(self, what: str, shown: int, facts: Collection[Collection[bool]]) -> None:
        """Compare a count of facts."""
        least, most = sum(False not in each for each in facts), sum(True in each for each in facts)
        self.shown += 1
        if not least <= shown <= most:
            raise Refused(f"{what}: {shown}, and not {least} to {most}")

    def now(self, *name: str) -> bool:
        """Return the value of the last change of a fact."""
        return self.facts[name].changes[-1].value

    def two(self) -> tuple[str, str]:
        """Draw two people."""
        one, other = self.chance.sample(self.people, 2)
        return one, other

    @property
    def process(self) -> Town:
        """Draw a process."""
        return self.chance.choice(self.processes)
