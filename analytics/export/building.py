"""The snapshot that is being built, in a folder of its own: a refresh that was killed goes on with what it had finished.

    <folder>/building/progress.json         what it is, and which months of which tables it has
    <folder>/building/posts/month=…/part.parquet

It begins with the files of the last snapshot, as hard links, or with nothing. A month is taken out of what is finished before its
file changes, so that what is finished has its file, whenever the refresh is killed.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import polars as pl

from analytics.export.files import EMPTY, digest_of, sync, write_rows, write_text
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
        """Return what was begun, None where nothing was, or something else. A month whose file is not its own is read again."""
        folder = root / BUILDING
        if Source.of(folder, PROGRESS) != source:
            return None
        found = json.loads((folder / PROGRESS).read_text("utf-8"))["finished"]
        building = cls(folder, source, {(table, month): Part(**part) for table, month, part in found})
        building._check(contents=True)  # which after a loss of power are perhaps those of before
        return building

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
                with contextlib.suppress(FileNotFoundError):  # which somebody took away: the month is read anew
                    os.link(last.folder / table / f"month={month}" / PART, file)  # type: ignore[union-attr]  # there are parts in it
                building.finished[table, month] = part
        if last is not None:
            empty = json.loads((last.folder / SOURCE).read_text("utf-8"))["empty"]
            building.finished |= dict.fromkeys(map(tuple, empty), EMPTY)
        building._check()
        building.save()
        return building

    def file(self, table: str, month: str) -> Path:
        """Return where a month of a table lies."""
        return self.folder / table / f"month={month}" / PART

    def put(self, table: str, month: str, rows: pl.DataFrame) -> None:
        """Finish a month of a table. Where its file has these rows already, it stays."""
        file, before = self.file(table, month), self.finished.get((table, month))
        if not rows.is_empty():
            file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_suffix(".new")
        part = write_rows(made, rows)
        if part == before:
            made.unlink(missing_ok=True)
            return
        if before is not None:
            del self.finished[table, month]
            self.save()
        if part == EMPTY:
            file.unlink(missing_ok=True)
        else:
            made.replace(file)  # another file: that of the last snapshot, of which this may be a hard link, stays as it is
        self.finished[table, month] = part
        self.save()

    def months(self, table: str) -> list[str]:
        """Return the months of a table that have rows."""
        return sorted(month for (name, month), part in self.finished.items() if name == table and part.rows)

    def missing(self, wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those that are not finished."""
        return set(wanted) - self.finished.keys()

    def forget(self) -> None:
        """Take nothing for finished, and remove the files."""
        self.finished.clear()
        self.save()
        self._check()

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
        for folder, _, _ in os.walk(self.folder):
            sync(Path(folder))
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

    def _check(self, *, contents: bool = False) -> None:
        """Let months and files agree: a month whose file is another is not finished, and a file of no month goes."""
        self.finished = {
            (table, month): part
            for (table, month), part in self.finished.items()
            if part == EMPTY or _is(self.file(table, month), part, contents=contents)
        }
        kept = {self.file(table, month) for (table, month), part in self.finished.items() if part != EMPTY}
        for file in self.folder.glob("*/*/*"):
            if file not in kept:
                file.unlink()


def _is(file: Path, part: Part, *, contents: bool) -> bool:
    return file.exists() and file.stat().st_size == part.bytes and (not contents or digest_of(file) == part.sha256)


def remove_old(root: Path, newest: Snapshot, before: Snapshot | None) -> None:
    """Remove every snapshot but the newest and the one before it, which somebody may be reading."""
    left = {newest.folder.name, *(() if before is None else (before.folder.name,))}
    for folder in (root / SNAPSHOTS).iterdir():
        if folder.name not in left:
            shutil.rmtree(folder, ignore_errors=True)
