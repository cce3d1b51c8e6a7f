"""A small town: named people who follow each other and write, through the services that mutations call."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from feeds import pipeline
from feeds.connection import Connection
from feeds.home import home
from feeds.reader import Reader, ReaderIds
from feeds.windows import Window
from graph.ids import id_at, new_id
from graph.rows.posts import Audience, PostRow
from parts import Parts
from resolvers.context import Context
from services.accounts.viewer import Viewer
from services.events.event import Event
from services.posts.editing import Edit
from services.posts.writing import Draft
from tests.worlds.delivery import carry_out, consumers_without_pictures, handle, taken
from tests.worlds.diary import Entry, Placed
from tests.worlds.walking import walk_feed

LONG_AGO = 1_600_000_000_000
"""Moment of the first post of those written in bulk, in milliseconds since 1970 UTC."""


@dataclass(slots=True)
class Town:
    """One process of the product, and who lives there."""

    parts: Parts
    people: dict[str, Viewer] = field(default_factory=dict)

    async def settle(self, *names: str) -> None:
        """Let people move in."""
        rows = [_user(name) for name in names]
        last, _ = await self.parts.graph.write("world/add_people", people=rows)
        for at, row in enumerate(rows):
            expires = datetime.now(UTC) + timedelta(minutes=15)
            self.people[row["username"]] = Viewer(row["id"], last + 1 + at, expires)

    async def follow(self, who: str, *whom: str) -> None:
        """Follow people."""
        for name in whom:
            await self.parts.services.follows.follow(self.people[who], self.people[name].id)

    async def unfollow(self, who: str, whom: str) -> None:
        """Stop following somebody."""
        await self.parts.services.follows.unfollow(self.people[who], self.people[whom].id)

    async def post(
        self, who: str, text: str = "Hello", reply_to: str | None = None, audience: Audience | None = None
    ) -> str:
        """Write a post, and give its id."""
        draft = Draft(text, reply_to, audience=audience)
        return (await self.parts.services.writing.create(self.people[who], draft)).id

    async def set_audience(self, who: str, post: str, audience: Audience) -> None:
        """Change who may see a post."""
        await self.parts.services.audiences.set(self.people[who], post, audience, None)

    async def befriend(self, who: str, whom: str) -> None:
        """Make somebody a close friend."""
        await self.parts.services.close_friends.add(self.people[who], self.people[whom].id)

    async def mute(self, who: str, whom: str) -> None:
        """Mute somebody for ever."""
        await self.parts.services.muted_users.mute(self.people[who], self.people[whom].id, None, reposts_only=False)

    async def unmute(self, who: str, whom: str) -> None:
        """Mute somebody no longer."""
        await self.parts.services.muted_users.unmute(self.people[who], self.people[whom].id)

    async def block(self, who: str, whom: str) -> None:
        """Block somebody."""
        await self.parts.services.blocks.block(self.people[who], self.people[whom].id)

    async def unblock(self, who: str, whom: str) -> None:
        """Block somebody no longer."""
        await self.parts.services.blocks.unblock(self.people[who], self.people[whom].id)

    async def choose(self, who: str, **choices: Any) -> None:
        """Change somebody's privacy."""
        await self.parts.accounts.privacy.update(self.people[who], choices)

    async def accept(self, who: str, whom: str) -> None:
        """Let somebody follow who asks."""
        await self.parts.services.requests.accept(self.people[who], self.people[whom].id)

    async def delete(self, who: str, post: str) -> None:
        """Delete a post."""
        await self.parts.services.writing.delete(self.people[who], post)

    async def repost(self, who: str, post: str) -> str:
        """Repost a post, and give the id of the repost."""
        return (await self.parts.services.reposting.add(self.people[who], post)).repost.id

    async def unrepost(self, who: str, post: str) -> None:
        """Take a repost back."""
        await self.parts.services.reposting.remove(self.people[who], post)

    async def whisper(self, who: str) -> str:
        """Write a post for followers."""
        return await self.post(who, audience=Audience.FOLLOWERS)

    async def has_written(self, who: str, count: int) -> list[str]:
        """Let somebody have written many posts long ago, and give their ids, newest first."""
        ids = [id_at(LONG_AGO + at, tail=random.getrandbits(74)) for at in range(count)]
        for start in range(0, count, 1_000):
            rows = [_post(self.people[who], id_) for id_ in ids[start : start + 1_000]]
            await self.parts.graph.write("world/add_posts", rows=rows)
        return ids[::-1]

    def context(self, who: str) -> Context:
        """Begin an operation."""
        return Context(self.parts.services, self.people[who], "127.0.0.1")

    def reader(self, who: str) -> Reader:
        """Return somebody as a reader of feeds, with nothing looked up."""
        viewer = self.people[who]
        return self.parts.services.feeds.reader(ReaderIds(viewer.id, viewer.key))

    async def page(self, who: str, first: int = 20, after: str | None = None) -> Connection[PostRow]:
        """Read a page of somebody's home timeline."""
        reader = self.reader(who)
        return await pipeline.page(reader, home(reader), Window(first, after))

    async def ids(self, who: str, first: int = 20) -> list[str]:
        """Read the ids of somebody's first page."""
        return ids_of(await self.page(who, first))

    async def walk(self, who: str, first: int = 100, between: Callable[[], Any] | None = None) -> list[str]:
        """Read somebody's whole timeline page by page, with something happening between pages."""

        async def read(after: str | None) -> Connection[PostRow]:
            if after is not None and between is not None:
                await between()
            return await self.page(who, first, after)

        return [post.id for post in await walk_feed(read)]

    async def entries(
        self, who: str, first: int = 20, between: Callable[[], Any] | None = None, begun: Connection[PostRow] | None = None
    ) -> list[Entry]:
        """Read somebody's timeline to its end: posts, with who reposted them and by which hashtags they stand there.

        It is read page by page, and begins with the newest, or with a page that is `begun`.
        """
        shown, after, more = list[Entry](), None, True
        while more:
            page, begun = begun or await self.page(who, first, after), None
            shown += [(post, by, hashtags) for _, post, by, hashtags in self.placed(page)]
            after, more = page.page_info.end_cursor, page.page_info.has_next_page
            if more and between is not None:
                await between()
        return shown

    def placed(self, page: Connection[PostRow]) -> list[Placed]:
        """Return what a page of a home timeline shows: places, posts, who reposted them, and the hashtags that brought them."""
        names = {viewer.id: name for name, viewer in self.people.items()}
        return [
            (str(edge.place[0]), edge.node.id, None if by is None else names[by.author_id], tuple(edge.hashtags))
            for edge in page.edges
            for by in [edge.repost]
        ]

    async def follow_hashtags(self, who: str, *hashtags: str) -> None:
        """Follow hashtags."""
        for hashtag in hashtags:
            await self.parts.services.hashtag_follows.follow(self.people[who], hashtag)

    async def unfollow_hashtag(self, who: str, hashtag: str) -> None:
        """Stop following a hashtag."""
        await self.parts.services.hashtag_follows.unfollow(self.people[who], hashtag)

    async def edit(self, who: str, post: str, text: str) -> None:
        """Change what a post says."""
        await self.parts.services.editing.edit(self.people[who], post, Edit(text))

    async def outbox(self) -> list[Event]:
        """Take the events that wait, oldest first."""
        return await taken(self.parts.graph)

    async def handle(self, events: Iterable[Event]) -> None:
        """Do what the worker does with events, one after the other."""
        await handle(consumers_without_pictures(self.parts), events)

    async def deliver(self) -> None:
        """Do all that waits, the tasks of fan-out as well."""
        await self.handle(await self.outbox())
        await carry_out(self.parts)


def ids_of(page: Connection[PostRow]) -> list[str]:
    """Give the ids of the posts on a page."""
    return [edge.node.id for edge in page.edges]


def _user(name: str) -> dict[str, Any]:
    return {
        "id": new_id(), "username": name, "usernameKey": name, "displayName": name.capitalize(), "bio": "",
        "private": False, "discoverable": True, "state": "ACTIVE", "createdAt": LONG_AGO,
    }  # fmt: skip


def _post(author: Viewer, id_: str) -> list[Any]:
    return [id_, author.key, "Hello", None, Audience.PUBLIC.value, True, None, None, [], [], LONG_AGO]
