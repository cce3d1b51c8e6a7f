"""Maven is preferred where it is, jgo does without, and both name what they could not get."""

import shutil
from pathlib import Path

import pytest

from stack.errors import DownloadFailed
from stack.fetchers import JgoFetcher, MavenFetcher, fetchers_here
from stack.jars import Jar, read_lock

SMALLEST = min(read_lock("s3proxy").jars, key=lambda jar: jar.size)
NOWHERE = Jar("org.example.rookery", "nothing", "1.0", "", 1, "0" * 64)


def test_jgo_brings_a_jar_and_leaves_nothing_else(tmp_path: Path) -> None:
    arrived: list[int] = []
    JgoFetcher().fetch([SMALLEST], tmp_path, arrived.append)
    assert SMALLEST.is_whole(tmp_path / SMALLEST.filename)
    assert [path.name for path in tmp_path.iterdir()] == [SMALLEST.filename]
    assert arrived == [SMALLEST.size]


def test_jgo_names_a_jar_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"nothing-1\.0\.jar"):
        JgoFetcher().fetch([NOWHERE], tmp_path, lambda _received: None)


def test_maven_is_asked_for_exactly_the_jars_of_the_lock_and_its_lines_move_the_bar(tmp_path: Path) -> None:
    mvn = tmp_path / "mvn"
    mvn.write_text(
        f"#!/bin/sh\ncp \"$4\" '{tmp_path}/asked.xml'\n"
        f"echo '[INFO] Downloaded from somewhere: path/{SMALLEST.filename} (2 kB at 2 kB/s)'\n"
    )
    mvn.chmod(0o755)
    arrived: list[int] = []
    MavenFetcher(mvn).fetch([SMALLEST, NOWHERE], tmp_path, arrived.append)
    assert arrived == [SMALLEST.size, NOWHERE.size]
    asked = (tmp_path / "asked.xml").read_text()
    assert asked.count("<dependency>") == 2
    assert f"<artifactId>{SMALLEST.artifact}</artifactId><version>{SMALLEST.version}</version>" in asked


def test_what_maven_said_last_is_in_the_error(tmp_path: Path) -> None:
    mvn = tmp_path / "mvn"
    mvn.write_text("#!/bin/sh\necho 'no route to host'\nexit 1\n")
    mvn.chmod(0o755)
    with pytest.raises(DownloadFailed, match="no route to host"):
        MavenFetcher(mvn).fetch([SMALLEST], tmp_path, lambda _received: None)


def test_jgo_is_used_alone_where_there_is_no_maven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    assert [fetcher.name for fetcher in fetchers_here()] == ["jgo"]


def test_maven_comes_first_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: "/usr/bin/mvn")
    assert [fetcher.name for fetcher in fetchers_here()] == ["mvn", "jgo"]
