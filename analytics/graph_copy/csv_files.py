"""Writes a snapshot as the files from which neo4j-admin imports a graph, one for each label and each type of relationships.

Each table is read and written as a stream, so that memory does not grow with the graph.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analytics.graph_copy.model import (
    BOOLEAN,
    DATE,
    DATETIME,
    INTEGER,
    NODE_TYPES,
    RELATIONSHIP_TYPES,
    STRING,
    NodeType,
    RelationshipType,
)
from analytics.snapshots import Manifest, Snapshot
from analytics.tables import TABLES
from clock import moment

_TYPES = {STRING: "STRING", INTEGER: "LONG", BOOLEAN: "BOOLEAN", DATE: "DATE", DATETIME: "DATETIME"}
"""How the headers of these files name the types of Cypher."""
_TIME = "%Y-%m-%dT%H:%M:%S%.3fZ"
_PERSON, _POST = pl.col("person"), pl.col("post")


@dataclass(frozen=True, slots=True)
class CsvFiles:
    """Files that were written: each option of neo4j-admin that names one, and all of them."""

    options: Sequence[str]
    paths: Sequence[Path]

    def remove(self) -> None:
        """Remove them: they are of no use once they are imported."""
        for path in self.paths:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the rows of a file come from: a table, what a row must have, and a column for each field of the header."""

    table: str
    columns: Sequence[pl.Expr]
    needs: str | None = None
    distinct: bool = False

    def rows(self, snapshot: Snapshot) -> pl.LazyFrame:
        """Return the rows, by nothing but their columns' order."""
        files = list(snapshot.files(self.table))
        table = pl.scan_parquet(files) if files else pl.LazyFrame(schema=TABLES[self.table].schema)
        if self.needs is not None:
            table = table.filter(pl.col(self.needs).is_not_null())
        names = [f"{number}" for number, _ in enumerate(self.columns)]
        chosen = table.select(each.alias(name) for each, name in zip(self.columns, names, strict=True))
        return chosen.unique() if self.distinct else chosen


_OF_PERSON = {"hasBio": "has_bio", "hasPicture": "has_picture", "id": "person"}
_NODES: dict[str, _Source] = {
    "Person": _Source("people", [pl.col(_OF_PERSON.get(name, name)) for name in NODE_TYPES["Person"].properties]),
    "Post": _Source("posts", [pl.col("post" if name == "id" else name) for name in NODE_TYPES["Post"].properties]),
    "Hashtag": _Source("hashtags", [pl.col("hashtag")], distinct=True),
}
_RELATIONSHIPS: dict[str, _Source] = {
    "FOLLOWS": _Source("follows", [pl.col("follower"), pl.col("followed"), pl.col("at")]),
    "POSTED": _Source("posts", [pl.col("author"), _POST]),
    "REPLIES_TO": _Source("posts", [_POST, pl.col("reply_to")], needs="reply_to"),
    "QUOTES": _Source("posts", [_POST, pl.col("quote_of")], needs="quote_of"),
    "LIKED": _Source("likes", [_PERSON, _POST, pl.col("at")]),
    "REPOSTED": _Source("reposts", [_PERSON, _POST, pl.col("at")]),
    "TAGGED": _Source("hashtags", [_POST, pl.col("hashtag")]),
    "MENTIONS": _Source("mentions", [_POST, _PERSON]),
}


def write_csv(snapshot: Snapshot, folder: Path) -> CsvFiles:
    """Write the files of a snapshot into a folder that exists."""
    written: list[tuple[str, Path]] = []

    def write(option: str, name: str, header: Sequence[str], rows: pl.LazyFrame) -> None:
        path = folder / f"{name}.csv"
        named = dict(zip(rows.collect_schema().names(), header, strict=True))
        rows.rename(named).sink_csv(path, datetime_format=_TIME, quote_style="necessary")
        written.append((f"--{option}={name}={path}", path))

    for label, source in _NODES.items():
        write("nodes", label, _node_header(NODE_TYPES[label]), source.rows(snapshot))
    write("nodes", "Copy", _node_header(NODE_TYPES["Copy"]), _copy(snapshot.manifest))
    for name, source in _RELATIONSHIPS.items():
        write("relationships", name, _relationship_header(RELATIONSHIP_TYPES[name]), source.rows(snapshot))
    return CsvFiles([option for option, _ in written], [path for _, path in written])


def _copy(manifest: Manifest) -> pl.LazyFrame:
    return pl.LazyFrame({"epoch": manifest.epoch, "mark": moment(manifest.mark), "made_at": moment(manifest.made_at)})


def _node_header(type_: NodeType) -> list[str]:
    return [
        f"{name}:ID({type_.label})" if name == type_.key else f"{name}:{_TYPES[each.type]}"
        for name, each in type_.properties.items()
    ]


def _relationship_header(type_: RelationshipType) -> list[str]:
    ends = [f":START_ID({type_.start})", f":END_ID({type_.end})"]
    return [*ends, *(f"{name}:{_TYPES[each.type]}" for name, each in type_.properties.items())]
