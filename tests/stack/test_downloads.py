"""Jars are downloaded whole, and the error names the one that is nowhere."""

from pathlib import Path

import pytest

from stack.downloads import download_jars
from stack.errors import DownloadFailed
from stack.jars import Jar, read_lock

SMALLEST = min(read_lock("s3proxy").jars, key=lambda jar: jar.size)
NOWHERE = Jar("org.example.rookery", "nothing", "1.0", "", 1, "0" * 64)


def test_a_jar_arrives_and_nothing_else(tmp_path: Path) -> None:
    arrived: list[int] = []
    download_jars([SMALLEST], tmp_path, arrived.append)
    assert SMALLEST.is_whole(tmp_path / SMALLEST.filename)
    assert [path.name for path in tmp_path.iterdir()] == [SMALLEST.filename]
    assert arrived == [SMALLEST.size]


def test_a_jar_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"nothing-1\.0\.jar"):
        download_jars([NOWHERE], tmp_path, lambda _received: None)
