"""Each benchmark runs from end to end; goals that are counted rather than timed are met on a small graph too."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.questions.catalogue import QUESTIONS
from bench import analytics, threads
from bench.cpu import PROC
from bench.errors import BenchError
from bench.peer_pages.page import PAGES
from bench.peers import peers
from bench.run import BENCHMARKS
from bench.sockets.sample import Sample


def named(figures):
    return {figure.name: figure for figure in figures}


def test_each_benchmark_is_measured_here():
    text = Path(__file__).read_text("utf-8")
    assert [name for name in BENCHMARKS if f'BENCHMARKS["{name}"].measure(' not in text] == []


async def test_exec(place):
    figures = named(await BENCHMARKS["exec"].measure(place))
    assert figures["rookery: answers a second"].value > 0
    assert figures["answers a second beside strawberry with its caches"].value > 1
    assert figures["an answer"].value > 9_000
    if shutil.which("npm"):
        assert figures["answers a second beside mercurius-jit"].goal is not None


def test_peers_are_left_out_and_named_where_there_is_no_node(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert peers({"graphql-yoga": ("yoga.mjs",), "mercurius-jit": ("mercurius.mjs",)}) == {}
    assert "Not measured: graphql-yoga and mercurius-jit" in capsys.readouterr().err


async def test_executor(place):
    figures = named(await BENCHMARKS["executor"].measure(place))
    assert figures["compiling, small"].value < figures["compiling, large"].value
    assert figures["a plan, small"].value < figures["a plan, large"].value
    assert figures["memory at the end beside that after a tenth of the mixed operations"].holds
    for way in ("compiled", "not_yet_compiled", "bailed_out", "refused", "invalid"):
        assert figures[f"mixed operations and events: {way}"].value > 0


async def test_analytics(place, monkeypatch):
    some = {name: QUESTIONS[name] for name in ("degrees", "retention")}
    monkeypatch.setattr(analytics, "QUESTIONS", some)
    figures = named(await BENCHMARKS["analytics"].measure(place))
    for name in some:
        assert figures[name].value > 0
        assert figures[f"{name}: peak memory"].value > 50


async def test_feed(testbed):
    figures = named(await BENCHMARKS["feed"].measure(testbed))
    assert figures["32 connections: rookery: answers a second"].value > 0
    assert figures["32 connections: answers a second beside rookery with graphql-core and no decode cache"].goal is not None
    assert figures["rookery: answers a second"].value > 0
    assert figures["answers a second beside the plain application"].goal is not None
    assert figures["floor: p50"].value <= figures["plain: p50"].value


async def test_reposts(testbed):
    figures = named(await BENCHMARKS["reposts"].measure(testbed))
    assert figures["answers a second without reposts beside those with reposts"].goal is not None
    assert figures["with reposts: answers a second"].value > 0


async def test_hashtags(testbed):
    figures = named(await BENCHMARKS["hashtags"].measure(testbed))
    assert figures["answers a second without hashtags beside those with five hashtags"].goal is not None
    assert figures["with five hashtags: answers a second"].value > 0


async def test_processes(testbed):
    figures = named(await BENCHMARKS["processes"].measure(testbed))
    assert figures["answers a second of two processes beside one"].value > 0
    assert figures["two processes: answers a second"].value > 0


async def test_sessions(testbed):
    figures = named(await BENCHMARKS["sessions"].measure(testbed))
    assert figures["round trips to Redis that the check adds to a page"].holds
    assert figures["a core's time that the check adds to a page"].goal is not None
    assert figures["refreshes a second of one core"].value > figures["log-ins a second of one core"].value > 0


async def test_statements(testbed):
    figures = named(await BENCHMARKS["statements"].measure(testbed))
    assert figures["8 at a time: our core for a statement"].goal is not None
    assert figures["8 at a time: a core's time of the driver beside ours"].value > 1


async def test_policy(testbed):
    figures = named(await BENCHMARKS["policy"].measure(testbed))
    assert [name for name, figure in figures.items() if figure.unit in {"statements", "round trips"} and not figure.holds] == []
    assert figures["a check of a post"].value > 0 and figures["a check of a person"].value > 0
    assert figures["what the policy adds to a warm page, p50"].goal is not None


async def test_people_you_may_know(testbed):
    figures = named(await BENCHMARKS["pymk"].measure(testbed))
    assert figures["ranked anew: p50"].value > figures["cached: p50"].value > 0 and figures["over HTTP: p50"].value > 0
    assert figures["p50 beside the bare query"].goal is not None


async def test_pages(testbed):
    figures = await BENCHMARKS["pages"].measure(testbed)
    assert [figure.name for figure in figures if figure.unit == "db hits" and figure.holds is False] == []
    assert len([figure for figure in figures if figure.unit == "db hits" and figure.holds]) == 3


async def test_fan_out(testbed):
    figures = named(await BENCHMARKS["fanout"].measure(testbed))
    assert figures["the product: deliveries a second"].value > 0
    assert figures["followers of the author"].value > 50


async def test_mixed(testbed):
    figures = named(await BENCHMARKS["mixed"].measure(testbed))
    assert figures["p99 of reads beside the quiet server's"].goal is not None
    assert [name for name, figure in figures.items() if figure.unit == "posts" and figure.holds is False] == []
    assert figures["posts written"].value > 0


async def test_memory(testbed):
    figures = named(await BENCHMARKS["memory"].measure(testbed))
    assert figures["an entry of a built timeline"].value > 16  # of the least; few timelines say no more


async def test_queries(testbed):
    missed = [f"{figure.name}: {figure.value}" for figure in await BENCHMARKS["queries"].measure(testbed) if not figure.holds]
    assert not missed, "\n".join(missed)


MEASURED = ("followers", "like")
"""Pages of `peers` that are measured here; the servers answer the others alike, or raise."""


@pytest.mark.skipif(not shutil.which("npm"), reason="needs Node")
async def test_peers(testbed):
    figures = named(await BENCHMARKS["peers"].measure(replace(testbed, run_length=replace(testbed.run_length, pages=MEASURED))))
    for name in MEASURED:
        assert figures[f"{name}, 8: beside graphql-yoga"].goal is not None
        assert figures[f"{name}, 8: beside @neo4j/graphql"].value > 0
    assert figures["followers, cold, 2: beside the best of all"].value > 0


@pytest.mark.skipif(not shutil.which("npm"), reason="needs Node")
async def test_peers_answer_alike(testbed):
    others = tuple(name for name in PAGES if name not in MEASURED)
    run_length = replace(testbed.run_length, pages=others, connections=(), cold_connections=())
    assert await BENCHMARKS["peers"].measure(replace(testbed, run_length=run_length)) == []


async def test_a_page_that_peers_do_not_have_is_named(place):
    with pytest.raises(BenchError, match="There is no page nonsense; there are home, followers,"):
        await BENCHMARKS["peers"].measure(replace(place, run_length=replace(place.run_length, pages=("nonsense",))))


async def test_celebrity(testbed):
    figures = named(await BENCHMARKS["celebrity"].measure(testbed))
    assert figures["createPost with 300 followers beside 100: p50"].goal is not None
    assert figures["a merged page beside a pushed one: p50"].goal is not None
    assert figures["pulled authors among them"].value == 50
    assert figures["a post to 100 lists while a huge author's wait: p95"].goal is not None
    assert figures["deliveries that wait meanwhile"].value == 600


async def test_live(testbed):
    figures = named(await BENCHMARKS["live"].measure(testbed))
    for name in ("rookery", "bare Starlette", "stock Strawberry"):
        assert figures[f"8 sockets: {name}: deliveries a second in a burst"].value > 0
        assert figures[f"8 sockets: {name}: createPost to arrival, p50"].value > 0
    for kind in ("warm", "cold"):
        assert figures[f"8 sockets: {kind}: delivered while watched"].value == 100
        for what in ("streams ended", "posts lost, out of order or twice", "resyncs"):
            assert figures[f"8 sockets: {kind}: {what}"].holds
    assert figures["8 sockets: deliveries a second in a burst beside bare Starlette"].goal is not None
    assert figures["8 sockets: cold: Neo4j, for an event to all"].value > 0
    sample = Sample.read(testbed.folder / "sample.json").event["post"]
    assert (sample["likeCount"], sample["viewerLikes"]) == (2, False)  # else it would be known that no viewer likes a post


async def test_held(testbed):
    figures = named(await BENCHMARKS["held"].measure(testbed))
    assert figures["memory at the end beside that after a tenth of the time"].goal is not None
    assert figures["streams ended"].holds and figures["posts missing, out of order or twice"].holds


async def test_likes(testbed):
    figures = named(await BENCHMARKS["likes"].measure(testbed))
    assert figures["events a second"].value > 0
    for name in ("events of a post to a socket, at most", "streams of counts ended", "streams of counts told to read anew"):
        assert figures[name].holds


@pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc")
async def test_threads(testbed, monkeypatch):
    monkeypatch.setattr(threads, "LARGE", 500)
    monkeypatch.setattr(threads, "TIMES", 2)
    monkeypatch.setattr(threads, "_SIDES", {"small": threads.SMALL, "large": 500})
    figures = named(await BENCHMARKS["threads"].measure(testbed))
    assert len([figure for figure in figures.values() if figure.goal is not None]) == 9
    assert figures["second page by relevance, held: large conversation, p50"].value > 0


async def test_writes(testbed):
    figures = named(await BENCHMARKS["writes"].measure(testbed))
    for process in ("the web process", "the worker"):
        assert figures[f"a post at 8 connections: our core, {process}"].goal is not None
    assert [name for name, figure in figures.items() if not figure.value > 0] == []
