"""Each benchmark runs from end to end; goals that are counted rather than timed are met on a small graph too."""

from bench import fanout, feed, memory, pages, pymk, queries


def named(figures):
    return {figure.name: figure for figure in figures}


async def test_feed(ground):
    figures = named(await feed.measure(ground))
    assert figures["rookery: answers a second"].value > 0
    assert figures["answers a second beside the plain application"].goal is not None
    assert figures["floor: p50"].value <= figures["plain: p50"].value


async def test_people_you_may_know(ground):
    figures = named(await pymk.measure(ground))
    assert figures["the service: p50"].value > 0 and figures["over HTTP: p50"].value > 0
    assert figures["p50 beside the bare query"].goal is not None


async def test_pages(ground):
    figures = await pages.measure(ground)
    assert [figure.name for figure in figures if figure.unit == "db hits" and figure.holds is False] == []
    assert len([figure for figure in figures if figure.unit == "db hits" and figure.holds]) == 3


async def test_fan_out(ground):
    figures = named(await fanout.measure(ground))
    assert figures["the product: deliveries a second"].value > 0
    assert figures["followers of the author"].value > 50


async def test_memory(ground):
    figures = named(await memory.measure(ground))
    assert figures["an entry of a built timeline"].value > 16  # of the least; few timelines say no more


async def test_queries(ground):
    missed = [f"{figure.name}: {figure.value}" for figure in await queries.measure(ground) if not figure.holds]
    assert missed == []
