"""A small copy for analysts, written as an export writes it: people who follow each other, posts, and what comes of them."""

import hashlib
import json
import random
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from analytics.snapshots import CURRENT, MANIFEST, PART, SNAPSHOTS, VERSION, Manifest, Part, Snapshot
from analytics.tables import TABLES

EPOCH, MARK, MADE_AT = "2026-11", 1_793_880_000_123, 1_793_880_060_456
NASTY = 'One "quote", a comma,\na line; and a \\ at the end\\'
PEOPLE, FOLLOWS = 300, 3_000
MONTH = "2026-10"
_AT = datetime(2026, 10, 5, 7, tzinfo=UTC)
Rows = dict[str, list[dict[str, Any]]]


def person(number: int) -> str:
    """Give the pseudonym of a person."""
    return f"u{number:03}"


def post(number: int) -> str:
    """Give the pseudonym of a post."""
    return f"p{number:03}"


def rows(people: int = PEOPLE) -> Rows:
    """Give the rows of each table: posts 0 to 9, of which 1 answers and 2 quotes 0, each by the person of its number."""
    chance = random.Random(17)
    pairs = {tuple(chance.sample(range(people), 2)) for _ in range(FOLLOWS)} if people == PEOPLE else set()
    texts = {0: NASTY, 1: "", 2: None}
    return {
        "people": [
            {"person": person(each), "joined": date(2026, 9, 1), "verified": each == 0, "has_bio": False, "has_picture": True}
            for each in range(people)
        ],
        "posts": [
            {
                "post": post(each), "author": person(each), "at": _AT + timedelta(hours=each), "lang": "en" if each else None,
                "kind": {1: "REPLY", 2: "QUOTE"}.get(each, "POST"), "reply_to": post(0) if each == 1 else None,
                "root": post(0) if each == 1 else None, "quote_of": post(0) if each == 2 else None, "length": each,
                "pictures": 0, "warned": False, "edited": each == 3, "text": texts.get(each, f"Post {each}."),
            }
            for each in range(10)
        ],
        "hashtags": [{"post": post(each), "hashtag": "owl" if each % 2 else "läuft", "at": _AT} for each in range(4)],
        "mentions": [{"post": post(4), "person": person(5), "at": _AT}],
        "likes": [{"person": person(each), "post": post(0), "at": _AT} for each in range(1, 4)],
        # Of somebody who is not in the copy: an import leaves it out.
        "reposts": [{"person": person(each), "post": post(0), "at": _AT} for each in (1, 999)],
        "follows": [{"follower": person(a), "followed": person(b), "at": _AT.date()} for a, b in sorted(pairs)],
    }  # fmt: skip


def write_snapshot(folder: Path, name: str, tables: Rows) -> Snapshot:
    """Write a snapshot, and let it be the newest."""
    own, parts = folder / SNAPSHOTS / name, {}
    for table, found in tables.items():
        path = own / table / f"month={MONTH}" / PART
        path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(found, schema=TABLES[table].schema).write_parquet(path)
        content = path.read_bytes()
        parts[table] = {MONTH: Part(len(found), len(content), hashlib.sha256(content).hexdigest())}
    manifest = Manifest(VERSION, EPOCH, MARK, MADE_AT, with_text=True, parts=parts)
    (own / MANIFEST).write_text(json.dumps(asdict(manifest)))
    link = folder / f"{CURRENT}.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(SNAPSHOTS) / name)
    link.rename(folder / CURRENT)
    return Snapshot.newest(folder)
