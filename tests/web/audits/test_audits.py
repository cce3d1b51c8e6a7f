"""All audits of GraphQL over HTTP are ok, and the clients of the web understand the streams."""

import asyncio
import json
from pathlib import Path

import pytest

from execution.execution_counts import Way
from tests.web.conftest import Serve
from tests.web.executors import ExecutorName, compiled, executor_of
from tests.web.node_packages import installed
from tests.web.toy import ToyContext
from web.execution import OperationExecutor

HERE = Path(__file__).parent
AUDITS = 61
INTROSPECTING = 5
"""Audits that ask for `__type`, which is left to graphql-core."""


async def node(*arguments: str | Path) -> str:
    process = await asyncio.create_subprocess_exec(
        "node", *map(str, arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    return out.decode()


async def audited(serve: Serve, executor: OperationExecutor[ToyContext]) -> list[str]:
    """Give the name of each audit that is not ok."""
    folder = installed(HERE)
    served = await serve(executor=executor)
    results = json.loads(await node(folder / "audit.mjs", served.url))
    assert len(results) == AUDITS
    return [result["name"] for result in results if result["status"] != "ok"]


async def test_all_audits_are_ok_with_every_operation_compiled(serve: Serve) -> None:
    executor = compiled(compile_after=1)
    assert await audited(serve, executor) == []
    assert executor.counts.by_way == {Way.COMPILED: 21, Way.NOT_COMPILED: INTROSPECTING}


async def test_all_audits_are_ok_without_compilation(serve: Serve) -> None:
    assert await audited(serve, executor_of("core")) == []


@pytest.mark.parametrize("name", ["forced", "core"])
async def test_the_clients_of_the_web_understand_the_streams(serve: Serve, name: ExecutorName) -> None:
    folder = installed(HERE)
    served = await serve(executor=executor_of(name))
    given = json.loads(await node(folder / "clients.mjs", served.url))
    assert given == {"socket": [1, 2, 3], "sse": [1, 2, 3]}


async def test_the_clients_of_the_web_come_back_after_a_restart(serve: Serve) -> None:
    folder = installed(HERE)
    served = await serve()
    process = await asyncio.create_subprocess_exec(
        "node", str(folder / "resume.mjs"), served.url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        first = {(await asyncio.wait_for(process.stdout.readline(), 20)).decode() for _ in range(2)}
        await served.stop()
        await serve(port=served.port)
        again = {(await asyncio.wait_for(process.stdout.readline(), 20)).decode() for _ in range(2)}
        assert first == again == {"sse 1\n", "socket 1\n"}
    finally:
        process.kill()
        await process.wait()
