"""The snapshot that is being built, in a folder of its own: a refresh that was killed goes on with what it had finished.

    <folder>/building/progress.json         what it is, and which months of which tables it has
    <folder>/building/posts/month=…/part.parquet

It begins with the files of the last snapshot, as hard links, or with nothing.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from analytics.export.files import sync, write_rows, write_text
from analytics.snapshots import CURRENT, MANIFEST, PART, SNAPSHOTS, VERSION, Manifest, Part, Snapshot

BUILDING, PROGRESS = "building", "progress.json"
SOURCE = "source.json"
"""Beside the manifest of a snapshot: by which key and notes it was written, for the next refresh."""


@dataclass(frozen=True, slots=True)
class Source:
    """What must be the same for files to be used again: the tables, the key and epoch, the texts, and the token of the notes."""

    version: int
    epoch: str
    key_id: str
    with_text: bool
    token: str

    @classmethod
    def of(cls, folder: Path, name: str = SOURCE) -> "Source | None":
        """Return what was written of it, None where nothing was."""
        try:
            return cls(**json.loads((folder / name).read_text("utf-8"))["source"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def now(cls, epoch: str, key_id: str, token: str, *, with_text: bool) -> "Source":
        """Return what this version writes."""
        return cls(VERSION, epoch, key_id, with_text, token)


@dataclass(slots=True)
class Building:
    """The folder, and the months that are finished in it, those without rows as well."""

    folder: Path
    source: Source
    finished: dict[tuple[str, str], Part] = field(default_factory=dict)

    @classmethod
    def resumed(cls, root: Path, source: Source) -> "Building | None":
        """Return what was begun, None where nothing was, or something else."""
        folder = root / BUILDING
        if Source.of(folder, PROGRESS) != source:
            return None
        found = json.loads((folder / PROGRESS).read_text("utf-8"))["finished"]
        return cls(folder, source, {(table, month): Part(**part) for table, month, part in found})

    @classmethod
    def begun(cls, root: Path, source: Source, last: Snapshot | None) -> "Building":
        """Begin anew, with the files of the last snapshot, or with nothing."""
        folder = root / BUILDING
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        building = cls(folder, source)
        parts = {} if last is None else last.manifest.parts
        for table, months in parts.items():
            for month, part in months.items():
                file = building.file(table, month)
                file.parent.mkdir(parents=True)
                os.link(last.folder / table / f"month={month}" / PART, file)  # type: ignore[union-attr]  # there are files in it
                building.finished[table, month] = part
        if last is not None:
            empty = json.loads((last.folder / SOURCE).read_text("utf-8"))["empty"]
            building.finished |= {(table, month): Part(0, 0, "") for table, month in empty}
        building.save()
        return building

    def file(self, table: str, month: str) -> Path:
        """Return where a month of a table lies."""
        return self.folder / table / f"month={month}" / PART

    def put(self, table: str, month: str, rows: pl.DataFrame) -> None:
        """Finish a month of a table."""
        self.finished[table, month] = write_rows(self.file(table, month), rows, self.finished.get((table, month)))
        self.save()

    def months(self, table: str) -> list[str]:
        """Return the months of a table that have rows."""
        return sorted(month for (name, month), part in self.finished.items() if name == table and part.rows)

    def missing(self, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those that are not finished."""
        return set(wanted) - self.finished.keys()

    def forget(self) -> None:
        """Take nothing for finished, and remove the files."""
        for table, month in self.finished:
            self.file(table, month).unlink(missing_ok=True)
        self.finished.clear()
        self.save()

    def save(self) -> None:
        """Write down what is finished."""
        finished = [[table, month, asdict(part)] for (table, month), part in sorted(self.finished.items())]
        write_text(self.folder / PROGRESS, json.dumps({"source": asdict(self.source), "finished": finished}))

    def becomes(self, root: Path, mark: int, made_at: int) -> Snapshot:
        """Become the newest snapshot: readers who come from now on see it."""
        tables = {table for table, _ in self.finished}
        parts: Mapping[str, Mapping[str, Part]] = {
            table: {month: self.finished[table, month] for month in self.months(table)} for table in sorted(tables)
        }
        manifest = Manifest(self.source.version, self.source.epoch, mark, made_at, self.source.with_text, parts)
        empty = sorted([table, month] for (table, month), part in self.finished.items() if not part.rows)
        write_text(self.folder / SOURCE, json.dumps({"source": asdict(self.source), "empty": empty}))
        write_text(self.folder / MANIFEST, manifest.text)
        (self.folder / PROGRESS).unlink()
        sync(self.folder)
        place = root / SNAPSHOTS / str(made_at)
        place.parent.mkdir(exist_ok=True)
        self.folder.rename(place)
        sync(place.parent)
        switch = root / f"{CURRENT}.new"
        switch.unlink(missing_ok=True)
        switch.symlink_to(Path(SNAPSHOTS) / place.name)
        switch.replace(root / CURRENT)
        sync(root)
        return Snapshot(place, manifest)


def remove_old(root: Path, newest: Snapshot, before: Snapshot | None) -> None:
    """Remove every snapshot but the newest and the one before it, which somebody may be reading."""
    left = {newest.folder.name, *(() if before is None else (before.folder.name,))}
    for folder in (root / SNAPSHOTS).iterdir():
        if folder.name not in left:
            shutil.rmtree(folder, ignore_errors=True)
