"""Answers as files, pages and tables."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from analytics.errors import NoSnapshot
from analytics.questions.answer_cache import ANSWERS, AnswerCache
from analytics.questions.answering import answer
from analytics.questions.catalogue import QUESTIONS
from analytics.reports.colours import THEMED
from analytics.reports.formats import Format, as_bytes
from analytics.reports.overview import CHAPTERS
from analytics.snapshots import Snapshot
from commands.report import list_reports, report
from errors import InvalidInput, NotFound
from tests.questions.small_world import MARK, World, by_chance, write_snapshot
from tests.worlds.processes import COMMAND, ROOT

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    by_chance(5, people=60, acts=500).snapshot(folder)
    return folder


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "overview.html"
    report("overview", [], format_=None, output=path, folder=folder)
    return path.read_text()


def ask(folder, name, *words, format_=None, output=None):
    report(name, words, format_=format_, output=output, folder=folder)


def test_csv_json_and_parquet_hold_the_same_rows(folder, tmp_path, capsys):
    given = ("--by", "month", "--buckets=6")
    ask(folder, "activity", *given, format_=Format.CSV)
    names, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    ask(folder, "activity", *given, format_=Format.JSON)
    told = json.loads(capsys.readouterr().out)
    ask(folder, "activity", *given, output=tmp_path / "activity.parquet")
    frame = pl.read_parquet(tmp_path / "activity.parquet")
    assert names == [column["name"] for column in told["columns"]] == frame.columns
    assert rows == [["" if value is None else str(value) for value in row] for row in told["rows"]]
    assert [[None if value is None else str(value) for value in row] for row in frame.rows()] == [
        [None if value is None else str(value) for value in row] for row in told["rows"]
    ]
    assert frame.schema["start"] == pl.Date and rows
    assert (told["parameters"], told["epoch"], told["engine"]) == ({"by": "MONTH", "buckets": 6}, "2026-11", "DUCKDB")
    assert json.loads(pl.read_parquet_metadata(tmp_path / "activity.parquet")["rookery"])["name"] == "activity"


def test_a_table_is_printed_with_how_fresh_it_is(folder, capsys):
    ask(folder, "growth")
    printed = capsys.readouterr()
    assert "How many of those who are here now" in printed.out and "2026-08-01" in printed.out
    assert "As of 2026-11-12 07:30 UTC" in printed.err


def test_all_reports_are_listed_with_their_parameters(capsys):
    list_reports()
    listed = capsys.readouterr().out
    assert all(name in listed for name in (*QUESTIONS, "overview")) and "--buckets 52" in listed


def test_every_answer_is_drawn(folder):
    snapshot = Snapshot.newest(folder)
    for name in ("degrees", "hashtags"):
        assert as_bytes(answer(QUESTIONS[name], {}, snapshot), Format.PNG).startswith(PNG)


def test_an_answer_without_rows_is_drawn_as_well(tmp_path):
    snapshot = World().snapshot(tmp_path)
    found = answer(QUESTIONS["degrees"], {}, snapshot)
    assert as_bytes(found, Format.PNG).startswith(PNG) and "large enough" in as_bytes(found, Format.HTML).decode()


def test_a_range_without_an_end_says_so(folder):
    found = answer(QUESTIONS["conversations"], {}, Snapshot.newest(folder))
    last = replace(found, rows=[[20, 49, 10, 10], [50, None, 10, 10]])
    page = as_bytes(last, Format.HTML).decode()
    assert ">20 to 49<" in page and ">50 or more<" in page


class Elements(HTMLParser):
    """Notes elements, and checks that each ends where it should."""

    VOID = ("meta",)

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "xlink:href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_overview_is_one_page_that_needs_no_network_and_no_script(page):
    elements = Elements()
    elements.feed(page)
    assert elements.open == []
    assert not elements.names & {"script", "link", "iframe", "img", "object"}
    assert all(address.startswith("#") for address in elements.addresses)
    assert "url(http" not in page and "@import" not in page
    for name in (name for names in CHAPTERS.values() for name in names):
        assert f'<article id="{name}">' in page and QUESTIONS[name].text in page
    assert "2026-11-12 07:30 UTC" in page and "2026-11" in page


def test_every_question_is_in_the_overview():
    assert sorted(name for names in CHAPTERS.values() for name in names) == sorted(QUESTIONS)


def test_plots_are_drawings_in_the_colours_of_the_page(page):
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 2 * len(QUESTIONS)
    for drawing in drawings:
        assert ET.fromstring(drawing.replace("xlink:href", "href")).get("aria-label")  # noqa: S314 ours
        assert not re.search(r"#[0-9a-f]{6}\b", drawing), "a colour that no theme changes"
    assert not any(colour in page for colour in (THEMED.text, THEMED.strong, THEMED.grid, *THEMED.series))
    assert "prefers-color-scheme: dark" in page


def test_texts_of_people_are_escaped(tmp_path):
    world = World()
    for number in range(12):
        world.write(world.join(f"u{number:02}"), by_chance(1, 2, 1).posts[0]["at"], "<script>")
    as_html = as_bytes(answer(QUESTIONS["hashtags"], {}, world.snapshot(tmp_path)), Format.HTML).decode()
    assert "<script" not in as_html and "&lt;script&gt;" in as_html


def test_answers_of_former_snapshots_are_removed(tmp_path):
    world = by_chance(5, people=30, acts=60)
    tables = {"people": world.people, "follows": world.follows}
    for later in (0, 1):
        write_snapshot(tmp_path, tables, MARK + timedelta(hours=later))
        ask(tmp_path, "growth", output=tmp_path / "growth.csv")
        ask(tmp_path, "degrees", output=tmp_path / "degrees.csv")
    (only,) = (tmp_path / ANSWERS).iterdir()
    assert {path.name.partition("-")[0] for path in only.iterdir()} == {"growth", "degrees"}


def test_an_answer_that_comes_after_those_of_a_newer_snapshot_is_given_all_the_same(tmp_path):
    """Its folder may be removed at any moment while it is written."""
    snapshot = by_chance(5, people=30, acts=60).snapshot(tmp_path)
    found, ended = answer(QUESTIONS["growth"], {}, snapshot), threading.Event()

    def remove() -> None:
        while not ended.is_set():
            shutil.rmtree(tmp_path / ANSWERS, ignore_errors=True)

    removing = threading.Thread(target=remove)
    removing.start()
    try:
        for _ in range(200):
            AnswerCache(tmp_path).store(found, snapshot)
    finally:
        ended.set()
        removing.join()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("nothing",), NotFound),
        (("growth", "--months", "0"), InvalidInput),
        (("growth", "--months"), InvalidInput),
        (("growth", "months", "3"), InvalidInput),
        (("growth", "--years", "3"), InvalidInput),
        (("overview", "--months", "3"), InvalidInput),
    ],
)
def test_what_is_wrong_is_refused(folder, words, error):
    with pytest.raises(error):
        ask(folder, *words)


def test_a_table_is_for_no_file(folder, tmp_path):
    with pytest.raises(InvalidInput):
        ask(folder, "growth", output=tmp_path / "growth.txt")


def test_without_a_copy_it_says_where_it_looked(tmp_path):
    with pytest.raises(NoSnapshot, match=str(tmp_path)):
        ask(tmp_path, "growth")


def test_the_command_writes_a_plot_in_one_line(folder, tmp_path):
    words = ["report", "degrees", "--format", "png", "--folder", str(folder)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([*COMMAND, *words], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "degrees.png").read_bytes().startswith(PNG) and "degrees.png was written" in done.stderr
