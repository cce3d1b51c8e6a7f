"""What measures: quantiles, turns, the client under load, cores, the made graph."""

import asyncio
import os
import subprocess
import sys

import pytest

from bench.cores import CLIENT, SERVER, confined, core_of
from bench.cpu import PROC, core_seconds
from bench.figures import Figure
from bench.generated_graph import write_edges
from bench.load import Load, Request, measure_load
from bench.mixed import Compared, programs
from bench.printing import written
from bench.timing import quantile, time_in_turns


def test_quantiles():
    times = [float(number) for number in range(1, 101)]
    assert quantile(times, 0.5) == 51 and quantile(times, 0.99) == 100 and quantile([7.0], 0.99) == 7


@pytest.mark.parametrize(
    ("found", "differs"),
    [
        ("abc", Compared()),
        ("ab", Compared(lost=1, misplaced=1)),
        ("abcd", Compared(extra=1, misplaced=1)),
        ("abbc", Compared(repeated=1, misplaced=2)),
        ("bac", Compared(misplaced=2)),
    ],
)
def test_timelines_are_compared_with_the_truth(found, differs):
    assert Compared.of(found, "abc") == differs


def test_web_and_worker_of_mixed_loads_push_below_the_same_number_of_followers():
    assert [each.environ for each in programs(7).values()] == [{"ROOKERY_PUSH_BELOW": "7"}] * 2


async def test_sides_take_turns_and_the_first_round_does_not_count():
    asked = []

    def side(name):
        async def act(subject):
            asked.append((name, subject))

        return act

    times = await time_in_turns({"a": side("a"), "b": side("b")}, [1], 2)
    assert asked == [("a", 1), ("b", 1), ("b", 1), ("a", 1), ("a", 1), ("b", 1)]
    assert len(times["a"]) == len(times["b"]) == 2


@pytest.mark.parametrize(("value", "text"), [(81_306, "81,306"), (1.234, "1.23"), (45.67, "45.7"), (5_432.1, "5,432"), (0, "0")])
def test_numbers_have_as_many_places_as_they_deserve(value, text):
    assert written(value) == text


def test_a_made_graph_is_the_same_each_time_and_has_a_power_law(tmp_path):
    for name in ("a", "b"):
        write_edges(tmp_path / name, 500, 5_000)
    text = (tmp_path / "a").read_text()
    assert text == (tmp_path / "b").read_text()
    edges = [tuple(map(int, line.split())) for line in text.splitlines()]
    assert len(edges) == len(set(edges)) == 5_000 and all(source != target for source, target in edges)
    followers = sorted((sum(target == user for _, target in edges) for user in range(500)), reverse=True)
    assert followers[0] > 20 * followers[250]


async def answering(body):
    """Serve one answer to everything; gives the server, to be closed."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    async def talk(reader, writer):
        while await reader.read(65_536):
            writer.write(answer[:20])
            await writer.drain()
            writer.write(answer[20:])
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


async def loaded(server):
    port = server.sockets[0].getsockname()[1]
    return await measure_load(
        {"it": port}, {"it": [Request("{ a }", {})]}, connections=3, turn=0.2, rounds=2
    )  # fmt: skip


async def test_a_server_is_kept_busy():
    async with await answering(b'{"data": {}}') as server:
        load = (await loaded(server))["it"]
    assert load.throughput > 50 and load.quantile(0.5) > 0 and len(load.times) > 10


async def test_a_write_follows_each_hundred_reads():
    read, write = Request("{ a }", {}), Request("mutation { b }", {})
    async with await answering(b'{"data": {}}') as server:
        ports = {"it": server.sockets[0].getsockname()[1]}
        asked = {"it": [read]}
        loads = await measure_load(ports, asked, writes={"it": [write]}, connections=1, turn=0.4, rounds=1)
    assert len(loads["it"].write_times) == (len(loads["it"].times) + len(loads["it"].write_times)) // 101
    assert loads["it"].write_quantile(0.5) > 0


async def test_a_server_gives_so_many_answers_before_it_is_measured():
    asked = 0

    async def talk(reader, writer):
        nonlocal asked
        while await reader.read(65_536):
            asked += 1
            writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"data": {}}')
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        ports = {"it": server.sockets[0].getsockname()[1]}
        loads = await measure_load(ports, {"it": [Request("{ a }", {})]}, connections=1, turn=0.2, rounds=1, warm=500)
    assert asked - len(loads["it"].times) >= 500


def test_two_servers_are_compared_round_by_round():
    ours, theirs = Load(turns=[10.0, 50.0, 40.0]), Load(turns=[10.0, 10.0, 10.0])
    figure = Figure.of_turns("beside", ours.beside(theirs), "times")
    assert (figure.value, figure.spread) == (4.0, (1.0, 5.0))


@pytest.mark.skipif(core_of(SERVER) is None, reason="needs two cores and a system that assigns them")
def test_what_is_started_in_a_block_keeps_to_its_core():
    own = os.sched_getaffinity(0)
    with confined(SERVER):
        told = subprocess.run(
            [sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"], capture_output=True, check=True
        )
    assert told.stdout.decode().strip() == f"{{{core_of(SERVER)}}}"
    assert core_of(CLIENT) != core_of(SERVER)
    assert os.sched_getaffinity(0) == own


@pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc")
def test_the_time_of_cores_is_that_of_the_process_with_the_port():
    code = "import time, sys\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\nsys.stdin.read()"
    command, environ = [sys.executable, "-c", code], {**os.environ, "ROOKERY_PORT": "65011"}
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as busy:
        assert busy.stdin is not None
        assert busy.stdout is not None
        busy.stdout.readline()
        assert 0.1 < core_seconds(65_011) < 5
        assert core_seconds(65_012) == 0
        busy.stdin.close()


async def test_errors_in_answers_end_the_measurement():
    async with await answering(b'{"errors":[{"message":"no"}]}') as server:
        with pytest.raises(RuntimeError, match="the client under load failed"):
            await loaded(server)
