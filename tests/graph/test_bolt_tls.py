"""Reads over TLS, in the event loop of the tests and in that of the server."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvloop
from neo4j.exceptions import ServiceUnavailable

from graph.bolt.pool import PoolLimits
from graph.bolt.reads import PipelinedReads
from stack.embedded import StackAddresses
from tests.graph.asking import ask, reads_of
from tests.graph.bolt_proxy import bolt_proxy
from tests.worlds.certificates import certify

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(params=LOOPS)
def over(
    request: pytest.FixtureRequest, stack: StackAddresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Act on reads that go over TLS to a server whose certificate is trusted, or is not."""
    certificate, key = certify(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    port = urlsplit(stack.neo4j_uri).port
    assert port is not None

    def run(scheme: str, act: Callable[[PipelinedReads], Awaitable[None]], *, is_trusted: bool = False) -> None:
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        async def acting() -> None:
            async with bolt_proxy(port, tls) as proxy:
                reads = reads_of(f"{scheme}://127.0.0.1:{proxy.port}", PoolLimits(2, 50, 5.0), stack)
                try:
                    await act(reads)
                finally:
                    await reads.close()

        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            runner.run(acting())

    return run


async def _each_has_its_own(reads: PipelinedReads) -> None:
    values = [[number, "x" * number * 1_000] for number in range(100)]
    assert await asyncio.gather(*(ask(reads, value) for value in values)) == values


async def _is_refused(reads: PipelinedReads) -> None:
    with pytest.raises(ServiceUnavailable):
        await ask(reads)


def test_answers_arrive_whole_with_any_certificate(over: Callable[..., None]):
    over("bolt+ssc", _each_has_its_own)


def test_answers_arrive_whole_with_a_certificate_that_is_trusted(over: Callable[..., None]):
    over("bolt+s", _each_has_its_own, is_trusted=True)


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt"])
def test_a_server_that_is_not_trusted_or_spoken_to_without_tls_is_unavailable(over: Callable[..., None], scheme: str):
    over(scheme, _is_refused)
