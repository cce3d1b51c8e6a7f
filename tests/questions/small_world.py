"""Small worlds for questions: the rows of a copy, made by chance or by hand, and written as a snapshot."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from analytics.snapshots import CURRENT, MANIFEST, PART, SNAPSHOTS, VERSION, Manifest, Part, Snapshot
from analytics.tables import TABLES

EPOCH = "2026-11"
MARK = datetime(2026, 11, 12, 7, 30, tzinfo=UTC)
BEGIN = datetime(2026, 6, 3, tzinfo=UTC)
HOURS = int((MARK - BEGIN).total_seconds() // 3_600)
HASHTAGS = ("birds", "rain", "tea")
Rows = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class World:
    """The rows of each table."""

    people: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    hashtags: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    likes: list[dict[str, Any]] = field(default_factory=list)
    reposts: list[dict[str, Any]] = field(default_factory=list)
    follows: list[dict[str, Any]] = field(default_factory=list)

    def join(self, name: str, joined: date = date(2026, 6, 1)) -> str:
        """Add a person, and return their pseudonym."""
        self.people.append({"person": name, "joined": joined, "verified": False, "has_bio": True, "has_picture": False})
        return name

    def write(self, author: str, at: datetime, *hashtags: str, reply_to: str | None = None, quotes: bool = False) -> str:
        """Add a post, and return its pseudonym."""
        name = f"p{len(self.posts):05}"
        kind = "REPLY" if reply_to else "QUOTE" if quotes else "POST"
        self.posts.append({
            "post": name, "author": author, "at": at, "lang": "en", "kind": kind, "reply_to": reply_to, "root": reply_to,
            "quote_of": None, "length": 3, "pictures": 0, "warned": False, "edited": False, "text": None,
        })  # fmt: skip
        self.hashtags += [{"post": name, "hashtag": hashtag, "at": at} for hashtag in hashtags]
        return name

    def follow(self, follower: str, followed: str, at: datetime = BEGIN) -> None:
        """Add a follow, of which the day is kept."""
        self.follows.append({"follower": follower, "followed": followed, "at": at.date()})

    def without(self, person: str) -> "World":
        """Return the world as it would be if somebody had never been there."""
        gone = {post["post"] for post in self.posts if post["author"] == person}
        hidden = {person, *gone}
        return World(**{
            name: [row for row in getattr(self, name) if not hidden & set(map(str, row.values()))] for name in TABLES
        })  # fmt: skip

    def snapshot(self, folder: Path) -> Snapshot:
        """Write it as a snapshot that is the newest of a folder."""
        return write_snapshot(folder, {name: getattr(self, name) for name in TABLES})


def write_snapshot(folder: Path, tables: Mapping[str, Rows], mark: datetime = MARK) -> Snapshot:
    """Write tables as an export does: a file for each month."""
    made_at = int(mark.timestamp() * 1_000)
    name = f"{made_at}"
    parts: dict[str, dict[str, Part]] = {}
    for table, rows in tables.items():
        months: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            months.setdefault(str(row.get("at", row.get("joined")))[:7], []).append(row)
        parts[table] = {}
        for month, some in months.items():
            path = folder / SNAPSHOTS / name / table / f"month={month}" / PART
            path.parent.mkdir(parents=True)
            pl.DataFrame(some, schema=TABLES[table].schema).write_parquet(path)
            parts[table][month] = Part(len(some), path.stat().st_size, "")
    manifest = Manifest(VERSION, EPOCH, made_at, made_at, with_text=False, parts=parts)
    (folder / SNAPSHOTS / name).mkdir(parents=True, exist_ok=True)
    (folder / SNAPSHOTS / name / MANIFEST).write_text(manifest.text)
    assert Manifest.of(json.dumps(json.loads(manifest.text))) == manifest
    (folder / CURRENT).unlink(missing_ok=True)
    (folder / CURRENT).symlink_to(Path(SNAPSHOTS) / name)
    return Snapshot.newest(folder)


def by_chance(seed: int, people: int, acts: int) -> World:
    """Make a world of so many people who did so many things of each kind, the same for the same seed."""
    chance, world = random.Random(seed), World()
    names = [world.join(f"u{chance.randrange(16**8):08x}", date(2026, chance.randint(6, 11), 1)) for _ in range(people)]

    def moment() -> datetime:
        return BEGIN + timedelta(hours=chance.randrange(HOURS))

    if len(names) < 2:
        return world
    for _ in range(acts):
        earlier = chance.choice(world.posts)["post"] if world.posts and chance.random() < 0.6 else None
        some = chance.sample(HASHTAGS, chance.randrange(3))
        world.write(chance.choice(names), moment(), *some, reply_to=earlier, quotes=chance.random() < 0.2)
    for table in (world.likes, world.reposts):
        pairs = {(chance.choice(names), chance.choice(world.posts)["post"]) for _ in range(acts)} if world.posts else set()
        table += [{"person": person, "post": post, "at": moment()} for person, post in sorted(pairs)]
    for follower, followed in sorted({tuple(chance.sample(names, 2)) for _ in range(acts * 2)}):
        world.follow(follower, followed, moment())
    return world
