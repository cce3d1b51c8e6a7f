"""`rookery cypher` against a server that runs."""

import asyncio
import os
import pty
import signal

from tests.analytics.gateway.test_gateway import HEAVY, runs
from tests.worlds.processes import COMMAND, ROOT
from tests.worlds.waiting import until

COUNT = "MATCH (p:Person {verified: $yes}) RETURN count(p) AS people"


def environ(product, viewer, **more):
    own = {"ROOKERY_TOKEN": viewer.token, "ROOKERY_URL": f"{product.served.url}/graphql", "COLUMNS": "200", "TERM": "xterm"}
    return {**os.environ, **own, **more}


async def rookery(product, viewer, *words, stdin=""):
    """Run the command without a terminal; give its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "cypher", *words, cwd=ROOT, env=environ(product, viewer), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(stdin.encode())
    return process.returncode, out.decode(), err.decode()


async def test_programs_ask_by_words_and_by_standard_input(product, ana):
    words = ("-c", COUNT, "--param", "yes => true", "--format", "csv", "-c", "CREATE (n)", "-c", "RETURN 1")
    found, piped = await asyncio.gather(
        rookery(product, ana, *words), rookery(product, ana, "--format", "json", stdin="RETURN 1 AS a;\nRETURN 2 AS b")
    )
    assert found[:2] == (1, "people\n1\n") and "FORBIDDEN" in found[2]
    assert piped == (0, '[\n  {\n    "a": 1\n  }\n]\n[\n  {\n    "b": 2\n  }\n]\n', "")


async def test_ctrl_c_ends_a_query_on_the_server(product, ana, copy):
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "cypher", "-c", HEAVY, cwd=ROOT, env=environ(product, ana), stderr=asyncio.subprocess.PIPE
    )
    await until(lambda: runs(copy, 1), 30)
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert (process.returncode, "Stopped" in err.decode()) == (1, True)
    await until(lambda: runs(copy, 0))


async def test_a_person_writes_several_lines_completes_and_finds_them_again(product, ana, tmp_path):
    master, slave = pty.openpty()
    home = environ(product, ana, HOME=str(tmp_path), PROMPT_TOOLKIT_NO_CPR="1")
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "cypher", cwd=ROOT, env=home, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    seen = bytearray()
    loop = asyncio.get_running_loop()
    loop.add_reader(master, lambda: seen.extend(_read(master)))
    try:
        await until(lambda: b"cypher>" in seen, 30)
        os.write(master, b":param yes => true\r")
        await until(lambda: seen.count(b"cypher>") > 1, 30)
        seen.clear()
        os.write(master, b"MATCH (p:Per\t")
        await until(lambda: b"son" in seen, 30)
        os.write(master, b" {verified: $yes})\rRETURN count(p) AS people;\r")
        await until(lambda: b"1 row," in seen, 30)
        os.write(master, b"RETURN nothing;\r")
        await until(lambda: b"INVALID_INPUT" in seen, 30)
        os.write(master, b"\x04")
        assert await asyncio.wait_for(process.wait(), 60) == 0
    finally:
        loop.remove_reader(master)
        os.close(master)
    history = tmp_path / ".local" / "state" / "rookery" / "cypher-history"
    assert "+MATCH (p:Person {verified: $yes})\n+RETURN count(p) AS people;" in history.read_text()


def _read(master):
    try:
        return os.read(master, 4_096)
    except OSError:  # the other end is closed
        return b""
