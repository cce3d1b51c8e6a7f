"""The analysts' copy in tests: refreshed in small pages, and read back under ids; and what nobody signed in is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from analytics.export.pages import PageSizes
from analytics.export.pseudonyms import Pseudonyms
from analytics.export.refresh import Refresh, Refreshed
from analytics.snapshots import Snapshot
from analytics.tables import TABLES
from commands.analytics import refresh_of
from feeds import pipeline
from feeds.following import following
from feeds.pipeline import Feed
from feeds.reactions import likers, reposters
from feeds.reader import Reader
from feeds.windows import Window
from keyspace.analytics_notes import AnalyticsNotes
from keyspace.client import Keyspace
from keyspace.event_stream import EventStream
from keyspace.roles import Role
from parts import Parts
from services.policy.rules import may_see_user
from services.posts import entities

SMALL = PageSizes(nodes=3, edges=4, pause=0.0, timeout=30.0)
"""So small that every walk takes several pages, also over the likes of one post."""
IDS = "MATCH (n:User|Post) RETURN collect([n:User, n.id])"
Table = set[tuple[Any, ...]]


@dataclass(slots=True)
class Copy:
    """A copy in a folder, by the parts of a process."""

    parts: Parts
    folder: Path
    sizes: PageSizes = SMALL

    def made(self, **changed: Any) -> Refresh:
        """Give a refresh, with some of its parts changed."""
        made = refresh_of(self.parts, self.folder, lambda *_: None, self.sizes)
        catching_up = replace(made.catching_up, patience=5.0)
        return replace(made, **{"catching_up": catching_up, **changed})

    async def refresh(self, *, everything: bool = False, **changed: Any) -> Refreshed:
        """Refresh it."""
        return await self.made(**changed).run(everything=everything)

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return Snapshot.newest(self.folder)

    @property
    def notes(self) -> AnalyticsNotes:
        """The notes of what is stale."""
        return AnalyticsNotes(self.parts.redis.of(Role.STREAMS))

    def names(self) -> Pseudonyms:
        """The pseudonyms of the newest snapshot."""
        return Pseudonyms.of_epoch(self.folder, self.snapshot.manifest.epoch)

    def frame(self, table: str) -> pl.DataFrame:
        """Read a table."""
        files = self.snapshot.files(table)
        if not files:
            return pl.DataFrame(schema=TABLES[table].schema)
        return pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files])

    async def rows(self, table: str, columns: Iterable[str]) -> Table:
        """Read some columns of a table, with ids for pseudonyms."""
        known = await self.known()
        return {tuple(known.get(value, value) for value in row) for row in self.frame(table).select(*columns).iter_rows()}

    async def known(self) -> dict[Any, str]:
        """Give the ids of everybody and everything in the graph, by pseudonym."""
        names = self.names()
        async with self.parts.graph.driver.session() as session:
            record = await (await session.run(IDS)).single()
        assert record is not None
        return {(names.person if is_person else names.post)(id_): id_ for is_person, id_ in record[0]}

    async def tables(self) -> dict[str, Table]:
        """Read what `shown_to_nobody` gives as well."""
        return {table: await self.rows(table, columns) for table, columns in COMPARED.items()}

    def inodes(self) -> dict[tuple[str, str], int]:
        """Give which file each month of each table is."""
        return {
            (table, file.parent.name.removeprefix("month=")): file.stat().st_ino
            for table in TABLES
            for file in self.snapshot.files(table)
        }

    def cells(self) -> set[str]:
        """Give every text in the copy."""
        texts = set[str]()
        for table in TABLES:
            for column in self.frame(table).select(pl.col(pl.String)).iter_columns():
                texts.update(column.drop_nulls())
        return texts


COMPARED = {
    "people": ("person", "verified", "has_bio", "has_picture"),
    "posts": ("post", "author", "kind", "reply_to", "root", "quote_of", "length", "pictures", "warned", "edited", "at"),
    "hashtags": ("post", "hashtag", "at"),
    "mentions": ("post", "person", "at"),
    "likes": ("person", "post", "at"),
    "reposts": ("person", "post", "at"),
    "follows": ("follower", "followed"),
}
"""What is compared of each table: with when, where strangers are shown that, cut to the hour."""


async def shown_to_nobody(parts: Parts) -> dict[str, Table]:
    """Give what the product shows to who is not signed in, by its lookups and feeds, of people whose account is open."""
    async with parts.graph.driver.session() as session:
        record = await (await session.run(IDS)).single()
    assert record is not None
    everything = record[0]
    reader = parts.services.feeds.reader(None)
    checks = await reader.loaders.visible_users.checks([id_ for is_person, id_ in everything if is_person])
    users = [check.user for check in checks if may_see_user.holds(check) and not check.user.private]
    open_ = {user.id for user in users}
    found = await reader.loaders.hydrate([id_ for is_person, id_ in everything if not is_person])
    posts = {post.id: post for post in found if post is not None}
    tables: dict[str, Table] = {table: set() for table in COMPARED}
    for user in users:
        tables["people"].add((user.id, user.verified_at is not None, bool(user.bio), user.avatar_id is not None))
        tables["follows"] |= {(user.id, other) for other, _ in await _listed(reader, following(reader, user))}
    for post in posts.values():
        kind = "REPLY" if post.reply_to_id else "QUOTE" if post.quote_of_id else "POST"
        quoted = None if post.quote_detached else post.quote_of_id
        named = [each if each in posts else None for each in (post.reply_to_id, post.root_id, quoted)]
        told = len(post.text), len(post.media_ids), bool(post.warning) or post.sensitive, post.edited_at is not None
        at = _hour(post.created_at)
        tables["posts"].add((post.id, post.author_id, kind, *named, *told, at))
        tables["hashtags"] |= {(post.id, hashtag, at) for hashtag in entities.hashtags(post.text)}
        tables["mentions"] |= {(post.id, id_, at) for id_ in post.mention_ids if id_ in open_}
        tables["likes"] |= {(id_, post.id, since) for id_, since in await _listed(reader, likers(reader, post))}
        tables["reposts"] |= {(id_, post.id, since) for id_, since in await _listed(reader, reposters(reader, post))}
    return tables


async def _listed(reader: Reader, feed: Feed[Any]) -> list[tuple[str, datetime]]:
    """Give who is in a list, and the hour in which they came into it."""
    page = await pipeline.page(reader, feed, Window(100))
    return [(edge.node.id, _hour(edge.since)) for edge in page.edges]


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


async def elsewhere(copy: Copy, redis_url: str, folder: Path) -> Snapshot:
    """Write everything anew beside a copy, with its key and with notes of its own, and give the snapshot."""
    epoch = copy.snapshot.manifest.epoch
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    (folder / "keys" / epoch).write_bytes((copy.folder / "keys" / epoch).read_bytes())
    other = Keyspace.open(f"{redis_url.rstrip('/').removesuffix('/0')}/1")
    made = replace(copy.made(), folder=folder, notes=AnalyticsNotes(other))
    made = replace(made, catching_up=replace(made.catching_up, events=EventStream(other)))
    try:
        return (await made.run(everything=True)).snapshot
    finally:
        await other.close()
