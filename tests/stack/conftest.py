"""A Redis to start as a child, and a port to start it on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.cache import cache_folder
from stack.child import Child
from stack.ports import Ports
from stack.progress import SilentProgress
from stack.redis_program import find_redis
from stack.redis_server import RedisServer


@pytest.fixture
def redis_server(tmp_path: Path) -> RedisServer:
    """Give a Redis of its own, not started."""
    program = find_redis(cache_folder(os.environ), SilentProgress())
    return RedisServer(program, tmp_path / "redis", Ports.any_free().resolved().redis, "secret")


@pytest.fixture
def keep_open() -> Iterator[int]:
    """Give a descriptor for guardians to hold."""
    descriptor = os.open(os.devnull, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def redis_child(redis_server: RedisServer, keep_open: int) -> Iterator[Child]:
    """Give that Redis as a child, not started, and stop it in the end."""
    child = Child(redis_server, keep_open)
    yield child
    child.stop()
