"""What compares servers page by page: equal answers, requests that go on where a turn ended, an emptied Redis."""

import asyncio
import os
import socket
import time
from functools import partial

import pytest

from bench.cpu import PROC, listener, seconds_of
from bench.load import Load, Request, Slice, take_slice
from bench.peer_pages.equality import comparable
from bench.peer_pages.figures import cold_figures, warm_figures
from bench.peer_pages.page import PAGES
from bench.peer_pages.servers import LIBRARY, OURS, UNCACHED, YOGA
from bench.peer_pages.turns import NEO4J, REDIS, Measured, Rotation
from resolvers.global_ids import encode

POST = "01890a5d-ac96-774b-bcce-b302099a8057"


def test_ids_times_cursors_and_the_choice_of_mutuals_are_each_servers_own():
    ours = {
        "id": encode("Post", POST), "createdAt": "2026-11-27T08:00:00.123Z", "endCursor": "signed", "likeCount": 2,
        "mutuals": [{"id": encode("User", POST)}, {"id": encode("User", POST[::-1])}],
    }  # fmt: skip
    theirs = {
        "id": POST, "createdAt": 1_795_766_400_123, "endCursor": "1.2", "likeCount": 2, "mutuals": [{"id": "a"}, {"id": "b"}],
    }  # fmt: skip
    assert comparable([ours]) == comparable([theirs])
    for name, value in {"id": POST[::-1], "createdAt": 1, "endCursor": None, "likeCount": 3, "mutuals": []}.items():
        assert comparable(ours) != comparable({**theirs, name: value})
    assert comparable(ours, {"likeCount"}) == comparable({**theirs, "likeCount": 3}, {"likeCount"})


def test_a_turn_goes_on_where_the_last_one_ended():
    asked = Rotation([Request(name, {}) for name in "abcde"])
    taken = []
    for number in (3, 4, 0, 1):
        taken += [each.document for each in asked.rotated()][:number]
        asked.sent(number)
    assert "".join(taken) == "abcdeabc"


def measured(server, *turns):
    """Return what a server gave that has so many answers in each turn of a second."""
    load = Load()
    for answers in turns:
        load.add([Slice(1.0, [1.0] * (answers - 1) + [5.0], [], 0.1)])
    return {server: Measured(load, {NEO4J: 0.5, REDIS: 0.1})}


def test_a_page_is_compared_with_each_peer_with_the_best_of_them_and_with_nothing_cached():
    found = measured(OURS, 60, 90, 80) | measured(YOGA, 20, 20, 20) | measured(LIBRARY, 40, 30, 20)
    found |= measured(UNCACHED, 20, 60, 40)
    figures = {figure.name: figure for figure in warm_figures(PAGES["home"], 8, found)}
    beside = figures[f"home, 8: beside {YOGA}"]
    assert (beside.value, beside.spread, str(beside.goal), beside.holds) == (4, (3, 4.5), "at least 3.5", True)
    assert figures[f"home, 8: beside {LIBRARY}"].goal is None
    best = figures["home, 8: beside the best of all"]
    assert (best.value, str(best.goal)) == (3, "at least 2")
    uncached = figures[f"home, 8: with nothing cached in the process, beside {YOGA}"]
    assert (uncached.value, str(uncached.goal)) == (2, "at least 2.5")
    assert figures[f"home, 8: {YOGA}, Neo4j for an answer"].value == pytest.approx(500 / 60)
    assert f"home, 8: {YOGA}, Redis for an answer" not in figures and f"home, 8: {OURS}, Redis for an answer" in figures


def test_goals_hold_with_8_and_32_connections_and_slow_answers_with_32():
    found = measured(OURS, 200) | measured(YOGA, 50)
    goals = {
        connections: {figure.name.partition(": ")[2]: figure.goal for figure in warm_figures(PAGES["thread"], connections, found)}
        for connections in (1, 8, 32)
    }
    best, slow = "beside the best of all", "p99 beside p50"
    assert [str(each[best]) for each in goals.values()] == ["None", "at least 2", "at least 2"]
    assert [slow in each for each in goals.values()] == [False, False, True]
    writes = warm_figures(PAGES["like"], 32, found)
    assert [str(figure.goal) for figure in writes] == ["at least 1.5", "None", "at most 3"]
    cold = cold_figures(PAGES["suggestions"], 8, found)
    assert [str(figure.goal) for figure in cold] == ["at least 1.2", "at least 1"]


async def answer(body, seen, reader, writer):
    while await reader.read(65_536):
        seen.append(body)
        writer.write(body)
    writer.close()


async def test_redis_is_emptied_whenever_all_have_their_answers():
    seen: list[bytes] = []
    page = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"data": {}}'
    web = await asyncio.start_server(partial(answer, page, seen), "127.0.0.1", 0)
    redis = await asyncio.start_server(partial(answer, b"+OK\r\n", seen), "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (web, redis)]
    async with web, redis:
        emptied = f"redis://:secret@127.0.0.1:{ports[1]}/0"
        turn = await take_slice(ports[0], [Request("{ a }", {})], connections=3, seconds=0.2, apart=False, emptied=emptied)
    pages = [at for at, body in enumerate(seen) if body == page]
    assert len(turn.times) == len(pages) > 6 and len(pages) % 3 == 0
    assert seen[0] != page  # the password
    assert all(seen[first - 1] != page and seen[first : first + 3] == [page] * 3 for first in pages[::3])
    assert turn.seconds > 0


async def test_every_connection_asks_once_however_short_the_turn():
    seen: list[bytes] = []
    page = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"data": {}}'
    async with (
        await asyncio.start_server(partial(answer, page, seen), "127.0.0.1", 0) as web,
        await asyncio.start_server(partial(answer, b"+OK\r\n", []), "127.0.0.1", 0) as redis,
    ):
        ports = [server.sockets[0].getsockname()[1] for server in (web, redis)]
        for emptied in (None, f"redis://127.0.0.1:{ports[1]}"):
            turn = await take_slice(ports[0], [Request("{ a }", {})], connections=3, seconds=0, apart=False, emptied=emptied)
            assert len(turn.times) == 3 and turn.seconds > 0
    assert len(seen) == 6


async def test_an_error_ends_a_turn_with_an_emptied_redis():
    refused = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"errors": [1]}'
    async with (
        await asyncio.start_server(partial(answer, refused, []), "127.0.0.1", 0) as web,
        await asyncio.start_server(partial(answer, b"+OK\r\n", []), "127.0.0.1", 0) as redis,
    ):
        ports = [server.sockets[0].getsockname()[1] for server in (web, redis)]
        emptied = f"redis://127.0.0.1:{ports[1]}"
        with pytest.raises(RuntimeError, match=r"the client under load failed: .*the server answered"):
            await take_slice(ports[0], [Request("{ a }", {})], connections=3, seconds=0, apart=False, emptied=emptied)


@pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc")
def test_the_process_that_listens_on_a_port_is_found():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        process = listener(port)
        assert process is not None and process.name == str(os.getpid())
        before = seconds_of(process)
        ends = time.process_time() + 0.1
        while time.process_time() < ends:
            pass
        assert seconds_of(process) - before > 0.05
    assert listener(port) is None and seconds_of(None) == 0
