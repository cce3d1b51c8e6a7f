"""All audits of GraphQL over HTTP are ok, and the clients of the web understand the streams."""

import asyncio
import json
from pathlib import Path

from tests.web.conftest import Serve, Served
from tests.web.node_packages import installed

HERE = Path(__file__).parent
AUDITS = 61


async def node(*arguments: str | Path) -> str:
    process = await asyncio.create_subprocess_exec(
        "node", *map(str, arguments), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    return out.decode()


async def test_all_audits_are_ok(served: Served) -> None:
    folder = installed(HERE)
    results = json.loads(await node(folder / "audit.mjs", served.url))
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS


async def test_the_clients_of_the_web_understand_the_streams(served: Served) -> None:
    folder = installed(HERE)
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
