"""A child serves, is stopped, is killed, comes back with its data, and never outlives us."""

import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from commands.up import hold
from stack.child import Child, Command
from stack.errors import ServerDied, ServerUnhealthy
from stack.ports import LOOPBACK
from stack.redis_server import RedisServer
from tests.stack.deadline import holds_within

STARTS_REDIS = """
import os, sys
from pathlib import Path
from stack.child import Child
from stack.redis_server import RedisServer
program, folder, port = sys.argv[1:]
child = Child(RedisServer(Path(program), Path(folder), int(port), "secret"), os.open(os.devnull, os.O_RDONLY))
child.start()
print("ready", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Script:
    """A server that is a line of shell, and healthy while it keeps a file, if ever."""

    line: str
    folder: Path
    name: str = "Script"
    grace_seconds: float = 0.2
    start_seconds: float = 0.3
    healthy: str = ""
    trusted: bool = True

    @property
    def log(self) -> Path:
        return self.folder / "script.log"

    def prepare(self) -> None:
        """Need nothing."""

    def command(self) -> Command:
        return Command(["/bin/sh", "-c", f"cd {self.folder}; {self.line}"], {"OWN": "1"}, self.trusted)

    def is_healthy(self) -> bool:
        return bool(self.healthy) and (self.folder / self.healthy).exists()


def client_of(server: RedisServer) -> "redis.Redis":
    return redis.Redis(host=LOOPBACK, port=server.port, password=server.password)


def is_listening(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex((LOOPBACK, port)) == 0


def test_a_started_child_serves_and_a_stopped_one_does_not(redis_server: RedisServer, redis_child: Child) -> None:
    redis_child.start()
    assert redis_child.is_running
    assert redis_server.is_healthy()
    redis_child.stop()
    assert not redis_child.is_running
    assert not is_listening(redis_server.port)


def test_data_survive_a_clean_stop(redis_server: RedisServer, redis_child: Child) -> None:
    redis_child.start()
    with client_of(redis_server) as client:
        client.set("bird", "rook")
    redis_child.stop()
    redis_child.start()
    with client_of(redis_server) as client:
        assert client.get("bird") == b"rook"


def test_a_killed_child_comes_back_on_its_port_with_its_data(redis_server: RedisServer, redis_child: Child) -> None:
    redis_child.start()
    with client_of(redis_server) as client:
        client.set("bird", "rook")
    redis_child.kill()
    assert not is_listening(redis_server.port)
    redis_child.start()
    with client_of(redis_server) as client:
        assert client.get("bird") == b"rook"


def test_a_password_is_needed(redis_server: RedisServer, redis_child: Child) -> None:
    redis_child.start()
    never_again = Retry(NoBackoff(), retries=0)
    with (
        redis.Redis(host=LOOPBACK, port=redis_server.port, retry=never_again) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    assert (redis_server.folder / "redis.conf").stat().st_mode & 0o777 == 0o600


def test_a_killed_parent_leaves_nothing(redis_server: RedisServer) -> None:
    arguments = [str(redis_server.program), str(redis_server.folder), str(redis_server.port)]
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_REDIS, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        assert is_listening(redis_server.port)
        parent.send_signal(signal.SIGKILL)
    assert holds_within(10, lambda: not is_listening(redis_server.port))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal at a parent's death is Linux's")
def test_a_killed_guardian_takes_its_server_along(redis_server: RedisServer, redis_child: Child) -> None:
    redis_child.start()
    guardian = redis_child._guardian
    assert guardian is not None
    guardian.kill()
    assert holds_within(10, lambda: not is_listening(redis_server.port))


@pytest.mark.parametrize("trusted", [True, False])
def test_only_a_server_that_is_trusted_gets_our_environment(
    tmp_path: Path, keep_open: int, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    monkeypatch.setenv("ROOKERY_TOKEN_SECRET", "known to few")
    child = Child(Script("env > found; touch up; exec sleep 60", tmp_path, healthy="up", trusted=trusted), keep_open)
    child.start()
    child.kill()
    found = (tmp_path / "found").read_text().splitlines()
    assert "OWN=1" in found and f"PATH={os.environ['PATH']}" in found
    assert ("ROOKERY_TOKEN_SECRET=known to few" in found) == trusted


def test_a_server_that_dies_is_told_with_its_code_and_last_words(tmp_path: Path, keep_open: int) -> None:
    child = Child(Script("echo out of luck; exit 3", tmp_path), keep_open)
    with pytest.raises(ServerDied, match="Script ended with code 3; the end of its log:\nout of luck"):
        child.start()


def test_a_server_that_dies_later_ends_what_holds_it_with_its_last_words(tmp_path: Path, keep_open: int) -> None:
    line = "touch up; while test -f up; do sleep 0.05; done; echo out of luck; exit 3"
    child = Child(Script(line, tmp_path, healthy="up"), keep_open)
    child.start()
    try:
        assert child.death() is None
        (tmp_path / "up").unlink()
        with pytest.raises(ServerDied, match="Script ended with code 3; the end of its log:\nout of luck"):
            hold([child])
    finally:
        child.stop()


def test_a_program_that_is_missing_is_told(tmp_path: Path, keep_open: int) -> None:
    redis_server = RedisServer(tmp_path / "no-redis", tmp_path / "redis", 1, "secret")
    with pytest.raises(ServerDied, match="No such file or directory"):
        Child(redis_server, keep_open).start()


def test_a_server_that_hangs_is_given_up_and_killed_after_its_grace(tmp_path: Path, keep_open: int) -> None:
    child = Child(Script("trap '' TERM; echo deaf; while :; do read _ </dev/zero; done", tmp_path), keep_open)
    with pytest.raises(ServerUnhealthy, match="Script does not answer after 0 s"):
        child.start()
    assert not child.is_running


def test_waiting_ends_when_the_start_is_given_up(tmp_path: Path, keep_open: int) -> None:
    given_up = threading.Event()
    given_up.set()
    child = Child(Script("exec sleep 60", tmp_path), keep_open, given_up)
    child.start()
    assert child.is_running
    child.kill()
    assert not child.is_running
