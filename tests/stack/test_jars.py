"""Jars arrive whole, once, and go on where they broke off."""

import hashlib
import multiprocessing
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from stack.errors import DownloadFailed
from stack.jars import LOCKS, Jar, JarSet, install_jars, read_lock
from stack.progress import SilentProgress

CONTENT = b"a small jar"


def a_jar(artifact: str) -> Jar:
    return Jar("org.example", artifact, "1.0", "", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


SHELF = JarSet("shelf", "0123456789ab", (a_jar("first"), a_jar("second"), a_jar("third")))


class Recorder(SilentProgress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)


class Repository:
    """Has every jar, and writes down what it was asked for."""

    def __init__(self, diary: Path) -> None:
        self._diary = diary

    @property
    def asked(self) -> list[str]:
        return self._diary.read_text().split() if self._diary.exists() else []

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        for jar in jars:
            with self._diary.open("a") as diary:
                diary.write(f"{jar.artifact}\n")
            (into / jar.filename).write_bytes(CONTENT)
            advance(jar.size)


class BreaksOff(Repository):
    """Delivers one jar, and of the next only a part."""

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        super().fetch(jars[:1], into, advance)
        (into / jars[1].filename).write_bytes(CONTENT[:4])
        message = "the line is dead"
        raise DownloadFailed(message)


class Tampered(Repository):
    """Delivers something else of the same size."""

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        for jar in jars:
            (into / jar.filename).write_bytes(CONTENT[::-1])
            advance(jar.size)


class Slow(Repository):
    """Says that it has begun, and goes on when told."""

    def fetch(self, jars: Sequence[Jar], into: Path, advance: Callable[[int], None]) -> None:
        BEGUN.set()
        assert GO_ON.wait(20)
        super().fetch(jars, into, advance)


FORK = multiprocessing.get_context("fork")
BEGUN = FORK.Event()
GO_ON = FORK.Event()


def test_all_jars_are_installed_in_the_order_of_the_lock(tmp_path: Path) -> None:
    paths = install_jars(SHELF, tmp_path, Repository(tmp_path / "diary").fetch, SilentProgress())
    assert [path.name for path in paths] == ["first-1.0.jar", "second-1.0.jar", "third-1.0.jar"]
    assert all(path.read_bytes() == CONTENT for path in paths)


def test_a_second_install_asks_for_nothing(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "diary")
    install_jars(SHELF, tmp_path, repository.fetch, SilentProgress())
    install_jars(SHELF, tmp_path, repository.fetch, SilentProgress())
    assert repository.asked == ["first", "second", "third"]


def test_a_broken_off_download_goes_on_where_it_ended(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=r"the line is dead.*start again"):
        install_jars(SHELF, tmp_path, BreaksOff(tmp_path / "before").fetch, SilentProgress())
    after = Repository(tmp_path / "after")
    install_jars(SHELF, tmp_path, after.fetch, SilentProgress())
    assert after.asked == ["second", "third"]


def test_a_jar_that_was_damaged_later_is_fetched_again(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "diary")
    paths = install_jars(SHELF, tmp_path, repository.fetch, SilentProgress())
    paths[1].write_bytes(b"")
    install_jars(SHELF, tmp_path, repository.fetch, SilentProgress())
    assert repository.asked == ["first", "second", "third", "second"]
    assert paths[1].read_bytes() == CONTENT


def test_a_jar_with_another_sum_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="not what the lock file names"):
        install_jars(SHELF, tmp_path, Tampered(tmp_path / "diary").fetch, SilentProgress())


def test_of_two_installers_one_downloads_and_the_other_says_that_it_waits(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "diary")
    first = FORK.Process(target=install_jars, args=(SHELF, tmp_path, slow.fetch, SilentProgress()))
    first.start()
    assert BEGUN.wait(20)
    recorder = LetsGoOn()
    never_asked = Repository(tmp_path / "never")
    install_jars(SHELF, tmp_path, never_asked.fetch, recorder)
    first.join(20)
    assert recorder.said == ["Another process downloads shelf; waiting for it."]
    assert slow.asked == ["first", "second", "third"]
    assert never_asked.asked == []


class LetsGoOn(Recorder):
    """Lets the slow one go on once somebody waits for it."""

    def say(self, sentence: str) -> None:
        super().say(sentence)
        GO_ON.set()


@pytest.mark.parametrize("name", ["neo4j", "s3proxy"])
def test_a_committed_lock_names_every_jar_once_and_no_address(name: str) -> None:
    jars = read_lock(name).jars
    assert len({jar.filename for jar in jars}) == len(jars)
    assert all(jar.size > 0 and int(jar.sha256, 16) for jar in jars)
    assert "://" not in (LOCKS / f"{name}.lock").read_text()
