"""Serving in processes of their own, and stopping them by signals."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest
import websockets
from websockets.typing import Subprotocol

from tests.web.socket_clients import hear, introduce, say
from web.serve import AddressTaken, listen
from web.socket_messages import SUBPROTOCOL

ROOT = Path(__file__).parents[2]
PROGRAM = """
from tests.web.served_app import {make}
from web.serve import ServeOptions, run
if __name__ == "__main__":
    run({make}, ServeOptions(port={port}, processes={processes}, drain_seconds=5))
    print("cleaned up")
"""


def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return int(listener.getsockname()[1])


@asynccontextmanager
async def program(
    tmp_path: Path, port: int, *, processes: int = 1, make: str = "make_app", stderr: int | IO[bytes] = asyncio.subprocess.PIPE
) -> AsyncIterator[asyncio.subprocess.Process]:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.format(port=port, processes=processes, make=make))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ready(port: int) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(f"http://127.0.0.1:{port}/livez")
            except httpx.TransportError:
                # Nothing tells when another process listens.
                await asyncio.sleep(0.05)
            else:
                return


async def test_a_signal_drains_and_lets_the_owner_clean_up(tmp_path: Path) -> None:
    port = free_port()
    async with program(tmp_path, port) as process:
        await ready(port)
        async with websockets.connect(
            f"ws://127.0.0.1:{port}/graphql?token=hunter2", subprotocols=[Subprotocol(SUBPROTOCOL)]
        ) as socket:
            await introduce(socket)
            await say(socket, "subscribe", "1", query="subscription { forever { number } }")
            await hear(socket)
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(socket.wait_closed(), 10)
            assert socket.close_code == 1001
        out, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, errors.decode()
    assert out == b"cleaned up\n"
    lines = [json.loads(line) for line in errors.splitlines()]
    assert {"uvicorn.error", "web.access", "web.serve"} <= {line["logger"] for line in lines}
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert b"hunter2" not in errors


async def test_many_processes_serve_one_address_and_stop_together(tmp_path: Path) -> None:
    port = free_port()
    async with program(tmp_path, port, processes=2) as process:
        await ready(port)
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ hello }"})
            assert answer.json() == {"data": {"hello": "hello world"}}
            metrics = await http.get(f"http://127.0.0.1:{port}/metrics")
            assert 'rookery_operations_total{operation="untrusted",status="ok"' in metrics.text
        process.send_signal(signal.SIGTERM)
        out, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    assert out == b"cleaned up\n"


async def test_processes_that_cannot_start_are_not_started_again(tmp_path: Path) -> None:
    async with program(tmp_path, free_port(), processes=2, make="make_nothing") as process:
        out, errors = await asyncio.wait_for(process.communicate(), 30)
    assert out.endswith(b"cleaned up\n"), errors.decode()


def test_a_taken_address_is_named_in_one_line() -> None:
    with listen("127.0.0.1", 0) as listener:
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(AddressTaken, match=rf"Cannot listen on 127\.0\.0\.1:{port}: Address already in use\."):
            listen("127.0.0.1", port)


async def test_it_really_runs_on_uvloop_and_httptools(tmp_path: Path) -> None:
    port = free_port()
    async with program(tmp_path, port, make="make_telling") as process:
        await ready(port)
        async with httpx.AsyncClient(trust_env=False) as http:
            below = (await http.get(f"http://127.0.0.1:{port}/below")).json()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 20)
    assert below == {"loop": "uvloop", "protocol": "uvicorn.protocols.http.httptools_impl"}
