"""Where the copy lies on disk: whole snapshots, of which `current` is the newest, each with a manifest.

    <folder>/current -> snapshots/<name>            switched in one step, when a snapshot is whole
    <folder>/snapshots/<name>/manifest.json
    <folder>/snapshots/<name>/posts/month=2026-10/part.parquet

A file that did not change is the same file in the next snapshot (a hard link). Whoever has opened a snapshot may read it to its
end: the one before the newest is kept until the next one is whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analytics.errors import BrokenSnapshot, NoSnapshot, UnreadableSnapshot

CURRENT, SNAPSHOTS, MANIFEST, PART = "current", "snapshots", "manifest.json", "part.parquet"
VERSION = 2
"""Version of the tables: a snapshot of another one is made anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """One month of one table: its rows, its size in bytes, and its SHA-256."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds: `mark` is the time (milliseconds since 1970 UTC) up to which every change is in it.

    `epoch` is the calendar month of its pseudonyms, such as `2026-11`; `parts` are the months of each table, such as `2026-10`.
    """

    version: int
    epoch: str
    mark: int
    made_at: int
    with_text: bool
    parts: Mapping[str, Mapping[str, Part]]

    @property
    def text(self) -> str:
        """Return it as the file holds it."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def of(cls, text: str) -> "Manifest":
        """Return the manifest of a file's text.

        Raises:
            ValueError: it is of another version, or none.

        """
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("version") != VERSION:
            raise ValueError(f"its tables are not of version {VERSION}")
        try:
            return cls._made(found)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("its manifest is broken") from error

    @classmethod
    def _made(cls, found: dict[str, Any]) -> "Manifest":
        parts = {name: {month: Part(**part) for month, part in months.items()} for name, months in found.pop("parts").items()}
        return cls(**found, parts=parts)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole snapshot on disk, which does not change."""

    folder: Path
    manifest: Manifest

    @classmethod
    def newest(cls, folder: Path) -> "Snapshot":
        """Return the newest snapshot below the folder of the copy.

        Raises:
            NoSnapshot: nothing was exported yet.
            BrokenSnapshot: it is of another version, or its manifest is broken.
            UnreadableSnapshot: the disk does not give it, such as to who may not read it.

        """
        try:
            found = (folder / CURRENT).resolve(strict=True)
            return cls(found, Manifest.of((found / MANIFEST).read_text("utf-8")))
        except FileNotFoundError:
            raise NoSnapshot(folder) from None
        except ValueError as error:
            raise BrokenSnapshot(folder, str(error)) from error
        except (OSError, RuntimeError) as error:  # which a link to itself raises
            raise UnreadableSnapshot(folder, str(error)) from error

    def files(self, table: str) -> Sequence[Path]:
        """Return the files of a table, month by month."""
        return [self.folder / table / f"month={month}" / PART for month in sorted(self.manifest.parts.get(table, {}))]
