"""The connection that everybody shares, over TLS."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator

import pytest
import uvloop

from errors import Unavailable
from keyspace.client import Keyspace
from stack.cache import cache_folder
from stack.ports import LOOPBACK, Ports
from stack.progress import SilentProgress
from stack.redis_program import find_redis
from tests.stack.deadline import holds_within
from tests.worlds.certificates import certify

PASSWORD = "secret"
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a Redis that speaks TLS alone; give its address, which trusts its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = certify(folder)
    port = Ports.any_free().resolved().redis
    program = find_redis(cache_folder(os.environ), SilentProgress())
    settings = {
        "port": "0",
        "bind": LOOPBACK,
        "tls-port": str(port),
        "tls-cert-file": str(certificate),
        "tls-key-file": str(key),
        "tls-ca-cert-file": str(certificate),
        "tls-auth-clients": "no",
        "requirepass": PASSWORD,
        "save": "",
    }
    arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
    with (folder / "log").open("wb") as log, subprocess.Popen([program, *arguments], cwd=folder, stdout=log) as server:
        try:
            assert holds_within(20, lambda: b"Ready to accept connections" in (folder / "log").read_bytes())
            yield f"rediss://:{PASSWORD}@{LOOPBACK}:{port}/0?ssl_ca_certs={certificate}"
        finally:
            server.terminate()


def over(loop: str, url: str, act: Callable[[Keyspace], Awaitable[None]]) -> None:
    """Act on a keyspace in an event loop of one kind: the tests run on asyncio's, the server on uvloop."""

    async def acting() -> None:
        keyspace = Keyspace.open(url, timeout=5)
        try:
            await act(keyspace)
        finally:
            await keyspace.close()

    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        runner.run(acting())


@pytest.mark.parametrize("loop", LOOPS)
def test_many_callers_share_one_connection(secured: str, loop: str) -> None:
    async def act(keyspace: Keyspace) -> None:
        found = await asyncio.gather(*(keyspace.command("ECHO", str(at)) for at in range(1_000)))
        assert [int(each) for each in found] == list(range(1_000))
        clients = await keyspace.command("CLIENT", "LIST")
        assert clients.count(b"cmd=") == 1

    over(loop, secured, act)


@pytest.mark.parametrize("loop", LOOPS)
def test_replies_over_many_records_of_tls_arrive_whole(secured: str, loop: str) -> None:
    large = os.urandom(300_000)

    async def act(keyspace: Keyspace) -> None:
        await keyspace.command("SET", "large", large)
        assert await asyncio.gather(*(keyspace.command("GET", "large") for _ in range(10))) == [large] * 10

    over(loop, secured, act)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_connection_that_the_server_closes_is_made_again(secured: str, loop: str) -> None:
    async def act(keyspace: Keyspace) -> None:
        await keyspace.ping()
        connection = keyspace.shared._connection
        other = Keyspace.open(secured, timeout=5)
        await other.command("CLIENT", "KILL", "TYPE", "NORMAL")
        await other.close()
        await keyspace.ping()
        assert keyspace.shared._connection is not connection

    over(loop, secured, act)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("url", ["{secured}", "{plain}"])
def test_a_server_that_is_not_trusted_or_spoken_to_without_tls_is_unavailable(secured: str, loop: str, url: str) -> None:
    untrusted = secured.partition("?")[0]
    address = url.format(secured=untrusted, plain=untrusted.replace("rediss", "redis"))

    async def act(keyspace: Keyspace) -> None:
        with pytest.raises(Unavailable):
            await keyspace.ping()

    over(loop, address, act)
