"""The processes that read answers: kept for the next query, killed with whoever waits, and bounded by the kernel."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from analytics.gateway import readers as readers_of_a_process
from analytics.gateway.program import READY
from analytics.gateway.readers import PROGRAM, RETAINED, ROOT, Readers
from analytics.gateway.taken import Truncation
from analytics.gateway.wire import Task
from errors import CypherTooExpensive, InvalidCypher, Unavailable
from graph.ids import new_id
from tests.analytics.gateway.test_gateway import HEAVY, runs
from tests.worlds.processes import children_with
from tests.worlds.waiting import until


@pytest.fixture
def children():
    """A function that gives the readers of this process but those that it had before, which a product keeps."""
    before = set(children_with(PROGRAM))
    return lambda: [each for each in children_with(PROGRAM) if each not in before]


@pytest.fixture
async def readers(children):
    readers = Readers()
    yield readers
    await readers.close()
    assert not children()


@pytest.fixture
def task(address):
    def made(text, seconds=20.0, **parameters):
        return Task(address.uri, address.user, address.password, text, parameters, new_id(), seconds, 5, 1_000)

    return made


async def test_one_is_kept_for_the_next_query_also_after_errors(readers, task, children):
    answer = await readers.read(task("UNWIND $given AS n RETURN n, toString(n) AS text", given=[1, 2]))
    assert (answer.columns, answer.rows, answer.truncated) == (["n", "text"], [[1, "1"], [2, "2"]], None)
    assert answer.size == len('[1,"1"]') * 2
    first = children()
    with pytest.raises(InvalidCypher, match="zero"):
        await readers.read(task("RETURN 1 / 0"))
    with pytest.raises(CypherTooExpensive, match="nested"):
        await readers.read(task("RETURN reduce(l = [], n IN range(1, 200) | [l])"))
    short = await readers.read(task("UNWIND range(1, 1000000) AS n RETURN n"))
    assert (short.rows, short.truncated) == ([[1], [2], [3], [4], [5]], Truncation.ROWS)
    none = await readers.read(task("MATCH (p:Person {id: 'nobody'}) RETURN p.id AS person"))
    assert (none.columns, none.rows) == (["person"], [])
    assert children() == first and len(first) == 1


async def test_sizes_are_bytes_of_json(readers, task):
    answer = await readers.read(task("UNWIND range(1, 4) AS n RETURN reduce(s = '', i IN range(1, 50) | s + '\u0001')"))
    assert (len(answer.rows), answer.size, answer.truncated) == (3, 3 * (50 * len("\\u0001") + 4), Truncation.BYTES)


async def test_few_are_kept(readers, task, children):
    await asyncio.gather(*(readers.read(task("RETURN 1")) for _ in range(RETAINED + 1)))
    await until(lambda: len(children()) == RETAINED)


async def test_one_that_needs_too_much_memory_says_so_and_ends(task, children):
    readers = Readers(memory=150)
    with pytest.raises(CypherTooExpensive, match="memory"):
        await readers.read(task("RETURN range(1, 3000000)"))
    assert not children()
    assert (await readers.read(task("RETURN 1"))).rows == [[1]]
    await readers.close()


async def test_one_that_is_killed_is_told_and_the_next_query_has_another(readers, task, children, copy):
    heavy = task(HEAVY)
    asking = asyncio.create_task(readers.read(heavy))
    await until(lambda: runs(copy, 1))
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    with pytest.raises(Unavailable, match="Ask again"):
        await asking
    assert await copy.end(heavy.mark)
    assert (await readers.read(task("RETURN 1"))).rows == [[1]]
    os.kill(children()[0], signal.SIGKILL)  # while it waits
    await until(lambda: not readers.waiting[0].runs)
    assert (await readers.read(task("RETURN 1"))).rows == [[1]]


async def test_one_that_says_nothing_is_killed_and_so_is_one_that_nobody_waits_for(
    readers, task, children, copy, monkeypatch
):
    monkeypatch.setattr(readers_of_a_process, "SILENCE", 0.4)
    await readers.read(task("RETURN 1"))
    (child,) = children()
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(CypherTooExpensive, match="stopped after"):
        await readers.read(task("RETURN 1", seconds=0.1))
    assert not children()
    heavy = task(HEAVY)
    asking = asyncio.create_task(readers.read(heavy))
    await until(lambda: runs(copy, 1))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not children()
    assert await copy.end(heavy.mark)


def memory_of(pid: int) -> int:
    """Give the most bytes of data that a process may have."""
    (line,) = (each for each in Path(f"/proc/{pid}/limits").read_text().splitlines() if each.startswith("Max data size"))
    return int(line.split()[3])


async def test_it_ends_with_its_input_and_has_little_to_spend():
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", PROGRAM, "200"), cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert await process.stdout.readline() == READY
    assert memory_of(process.pid) == 200 << 20
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    process.stdin.close()
    assert await process.wait() == 1
