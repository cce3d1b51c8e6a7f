"""Months, pseudonyms, files and the folder in which a snapshot is built, without any server."""

import os
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import NoSnapshot, RefreshRuns, SamePseudonym
from analytics.export.building import Building, Source, remove_old
from analytics.export.files import write_rows
from analytics.export.lock import held, holder
from analytics.export.months import after, between, first_ms, ids_of, month_at, month_of, months_of_beginnings
from analytics.export.pseudonyms import Pseudonyms, destroy_keys
from analytics.export.references import tie
from analytics.snapshots import Snapshot
from analytics.tables import TABLES
from commands.analytics import TABLES_SECTION
from graph.ids import id_at, new_id
from tests.analytics.few_rows import AT, DAY, SOURCE, person, post, rows
from tests.worlds.processes import ROOT

MOMENTS = st.integers(1_262_304_000_000, 4_102_444_800_000)


@given(MOMENTS, st.integers(0))
def test_ids_lie_between_those_of_their_month_and_nowhere_else(moment, tail):
    id_ = id_at(moment, tail)
    first, end = ids_of(month_at(moment))
    assert month_of(id_) == month_at(moment) == f"{datetime.fromtimestamp(moment / 1_000, UTC):%Y-%m}"
    assert first < id_ < end
    assert end == ids_of(after(month_at(moment)))[0]
    assert month_of(id_) in months_of_beginnings([id_[:6]])


def test_months_follow_each_other():
    assert between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert between("2026-02", "2026-01") == []
    assert first_ms("1970-02") == 31 * 86_400_000


def test_five_hours_at_the_end_of_a_month_are_of_two_months():
    last = id_at(first_ms("2026-11") - 1, 0)
    assert months_of_beginnings([last[:6]]) == {"2026-10", "2026-11"}


def test_pseudonyms_are_those_of_the_key_and_tell_kinds_apart(tmp_path):
    id_ = new_id()
    names = Pseudonyms.of_epoch(tmp_path, "2026-11")
    again, other = Pseudonyms.of_epoch(tmp_path, "2026-11"), Pseudonyms.of_epoch(tmp_path, "2026-12")
    assert names.person(id_) == again.person(id_) != other.person(id_)
    assert names.person(id_)[1:] != names.post(id_)[1:]
    assert [len(name) for name in (names.person(id_), names.post(id_))] == [14, 14]
    assert names.key_id == again.key_id != other.key_id
    assert (tmp_path / "keys" / "2026-11").stat().st_mode & 0o777 == 0o600
    destroy_keys(tmp_path, but="2026-12")
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["2026-12"]


def test_equal_rows_make_equal_bytes_in_any_order(tmp_path):
    one, two = person("u1"), person("u2")
    parts = [write_rows(tmp_path / name, rows("people", *order)) for name, order in (("a", (one, two)), ("b", (two, one)))]
    assert parts[0] == parts[1]
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert write_rows(tmp_path / "c", rows("people")).rows == 0
    assert not (tmp_path / "c").exists()


def test_what_names_nobody_is_taken_out_of_every_file(tmp_path):
    building = Building.begun(tmp_path, SOURCE, None)
    building.put("people", "2026-10", rows("people", person("u1"), person("u2")))
    building.put("posts", "2026-10", rows("posts", post("p1", "u1"), post("p2", "u9")))
    building.put("posts", "2026-11", rows("posts", post("p3", "u2", "p1"), post("p4", "u2", "p2")))
    building.put("likes", "2026-10", rows("likes", ("u2", "p1", AT), ("u9", "p1", AT), ("u1", "p2", AT)))
    building.put("follows", "2026-10", rows("follows", ("u1", "u2", DAY)))
    building.put("hashtags", "2026-10", rows("hashtags", ("p2", "birds", AT)))
    before = building.file("follows", "2026-10").stat().st_ino
    assert tie(building) == 4
    read = {table: [pl.read_parquet(building.file(table, month)) for month in building.months(table)] for table in TABLES}
    assert [frame["post"].to_list() for frame in read["posts"]] == [["p1"], ["p3", "p4"]]
    assert read["posts"][1]["reply_to"].to_list() == read["posts"][1]["root"].to_list() == ["p1", None]
    assert read["likes"][0].select("person", "post").rows() == [("u2", "p1")]
    assert read["hashtags"] == []
    assert building.file("follows", "2026-10").stat().st_ino == before
    assert tie(building) == 0


def test_two_people_with_the_same_pseudonym_are_noticed(tmp_path):
    building = Building.begun(tmp_path, SOURCE, None)
    building.put("people", "2026-10", rows("people", person("u1")))
    building.put("people", "2026-11", rows("people", person("u1")))
    with pytest.raises(SamePseudonym, match="people"):
        tie(building)


def test_a_snapshot_is_seen_when_it_is_whole_and_stays_while_it_is_read(tmp_path):
    with pytest.raises(NoSnapshot):
        Snapshot.newest(tmp_path)
    snapshots: list[Snapshot] = []
    for at in range(1, 4):
        last = snapshots[-1] if snapshots else None
        building = Building.begun(tmp_path, SOURCE, last)
        building.put("people", f"2026-0{at}", rows("people", person(f"u{at}")))
        assert snapshots == [] or Snapshot.newest(tmp_path) == last
        snapshots.append(building.becomes(tmp_path, mark=at, made_at=at))
        remove_old(tmp_path, snapshots[-1], last)
    assert Snapshot.newest(tmp_path) == snapshots[-1]
    assert list(snapshots[-1].manifest.parts["people"]) == ["2026-01", "2026-02", "2026-03"]
    assert [snapshot.folder.exists() for snapshot in snapshots] == [False, True, True]
    kept, new = (snapshot.files("people")[0].stat() for snapshot in snapshots[1:])
    assert kept.st_ino == new.st_ino
    assert not list(tmp_path.rglob("progress.json"))


def test_what_was_begun_is_gone_on_with_unless_it_is_something_else(tmp_path):
    building = Building.begun(tmp_path, SOURCE, None)
    building.put("people", "2026-10", rows("people", person("u1")))
    building.put("people", "2026-11", rows("people"))
    resumed = Building.resumed(tmp_path, SOURCE)
    assert resumed is not None
    assert resumed.finished == building.finished
    assert resumed.missing([("people", "2026-11"), ("people", "2026-12")]) == {("people", "2026-12")}
    for other in (("2026-12", "key", "token"), ("2026-11", "other", "token"), ("2026-11", "key", "other")):
        assert Building.resumed(tmp_path, Source.now(*other, with_text=False)) is None
    assert Building.resumed(tmp_path, Source.now("2026-11", "key", "token", with_text=True)) is None
    resumed.forget()
    assert not list(tmp_path.rglob("part.parquet"))


def test_the_page_has_the_tables_as_the_code_does():
    page = (ROOT / TABLES_SECTION.page).read_text("utf-8")
    assert page == TABLES_SECTION.printed_into(page)


def test_one_refresh_at_a_time_and_who_it_is(tmp_path):
    assert holder(tmp_path) is None
    with held(tmp_path):
        assert f"process {os.getpid()}" in str(holder(tmp_path))
        with pytest.raises(RefreshRuns, match=f"process {os.getpid()}"), held(tmp_path):
            pass
    assert holder(tmp_path) is None
    with held(tmp_path):
        pass
