"""A refresh that is killed at any change of a file: the next one makes the snapshot that it would have made."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import Any

import polars as pl
import pytest

from analytics.errors import NoSnapshot
from analytics.export.building import Building, remove_old
from analytics.export.references import tie
from analytics.snapshots import PART, Snapshot
from tests.analytics.few_rows import AT, DAY, SOURCE, person, post, rows

BEFORE = {
    ("people", "2026-09"): rows("people", person("u1"), person("u3")),
    ("people", "2026-10"): rows("people", person("u2")),
    ("posts", "2026-10"): rows("posts", post("p1", "u1"), post("p2", "u2")),
    ("posts", "2026-11"): rows("posts", post("p3", "u1", "p2"), post("p4", "u3", "p1")),
    ("likes", "2026-10"): rows("likes", ("u2", "p1", AT), ("u2", "p2", AT)),
    ("likes", "2026-11"): rows("likes", ("u2", "p3", AT), ("u3", "p3", AT)),
    ("follows", "2026-09"): rows("follows", ("u1", "u2", DAY), ("u1", "u3", DAY)),
    ("follows", "2026-10"): rows("follows", ("u2", "u1", DAY)),
}
"""What the graph shows at first."""
AFTER = BEFORE | {
    ("people", "2026-10"): rows("people"),
    ("posts", "2026-10"): rows("posts", post("p1", "u1")),
    ("posts", "2026-11"): rows("posts", post("p3", "u1"), post("p4", "u3", "p1"), post("p5", "u3", "p3")),
    ("likes", "2026-10"): rows("likes"),
    ("likes", "2026-11"): rows("likes", ("u3", "p3", AT)),
    ("follows", "2026-09"): rows("follows", ("u1", "u3", DAY)),
    ("follows", "2026-10"): rows("follows"),
}
"""What it shows when `u2` is hidden and `u3` has answered `p3`."""
STALE = {("people", "2026-10"), ("posts", "2026-11")}
"""What is noted of that: the rest has to be found by who is left."""
EXPECTED = {"people": ["2026-09"], "posts": ["2026-10", "2026-11"], "likes": ["2026-11"], "follows": ["2026-09"]}
"""The months of which there are files then."""
MADE_AT = count(1)


class Killed(BaseException):
    """What a refresh dies of."""


def refreshed(root: Path, graph: dict[tuple[str, str], pl.DataFrame]) -> Snapshot:
    """Do to the folder what a refresh does, with the rows of a graph."""
    try:
        last = Snapshot.newest(root)
    except NoSnapshot:
        last = None
    building = Building.resumed(root, SOURCE) or Building.begun(root, SOURCE, last)
    for table, month in sorted(building.missing(graph) | STALE):
        building.put(table, month, graph[table, month])
    tie(building)
    snapshot = building.becomes(root, mark=1, made_at=next(MADE_AT))
    remove_old(root, snapshot, last)
    return snapshot


@contextmanager
def dying(number: int, *, done: bool) -> Iterator[None]:
    """Let a change of a file be the last thing that happens: until then, or with it."""
    changes = count(1)

    def dies(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*words: Any, **more: Any) -> None:
            this = next(changes)
            if this < number or done:
                change(*words, **more)
            if this >= number:
                raise Killed

        return changed

    with pytest.MonkeyPatch.context() as patch:
        for name in ("unlink", "replace", "rename", "symlink_to"):
            patch.setattr(Path, name, dies(getattr(Path, name)))
        yield


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_whenever_it_dies_the_next_one_makes_the_same(tmp_path, done, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # it is killed, and the power stays
    refreshed(tmp_path / "once", BEFORE)
    undisturbed = refreshed(tmp_path / "once", AFTER).manifest.parts
    assert {table: list(months) for table, months in undisturbed.items() if months} == EXPECTED
    refreshed(tmp_path / "0", BEFORE)
    died = True
    for number in count(1):
        root = Path(copytree(tmp_path / "0", tmp_path / f"{number}", symlinks=True))
        try:
            with dying(number, done=done):
                refreshed(root, AFTER)
            died = False
        except Killed:
            pass
        readable = Snapshot.newest(root)
        assert files_of(readable) == parts_of(readable), number
        snapshot = refreshed(root, AFTER)
        assert files_of(snapshot) == parts_of(snapshot), number
        assert snapshot.manifest.parts == undisturbed, number
        if not died:
            break
    assert number > 20


def parts_of(snapshot: Snapshot) -> dict[str, tuple[int, str]]:
    """Give what the manifest says of each file."""
    return {
        f"{table}/month={month}/{PART}": (part.bytes, part.sha256)
        for table, months in snapshot.manifest.parts.items()
        for month, part in months.items()
    }


def files_of(snapshot: Snapshot) -> dict[str, tuple[int, str]]:
    """Give what each file is."""
    files = {str(file.relative_to(snapshot.folder)): file.read_bytes() for file in snapshot.folder.glob("*/*/*")}
    return {name: (len(found), sha256(found).hexdigest()) for name, found in files.items()}


def test_a_month_whose_file_was_taken_away_is_read_again(tmp_path):
    snapshot = refreshed(tmp_path, BEFORE)
    snapshot.files("likes")[0].unlink()
    assert ("likes", "2026-10") in Building.begun(tmp_path, SOURCE, snapshot).missing(BEFORE)
    assert files_of(again := refreshed(tmp_path, BEFORE)) == parts_of(again)


def test_a_file_that_is_another_than_was_written_down_is_read_again(tmp_path):
    building = Building.begun(tmp_path, SOURCE, None)
    building.put("people", "2026-09", BEFORE["people", "2026-09"])
    file = building.file("people", "2026-09")
    other = bytes(reversed(file.read_bytes()))
    file.write_bytes(other)
    building.file("people", "2026-10").parent.mkdir()
    building.file("people", "2026-10").write_bytes(other)
    resumed = Building.resumed(tmp_path, SOURCE)
    assert resumed is not None
    assert resumed.missing([("people", "2026-09")])
    assert not list(tmp_path.rglob(PART))
