"""A statement is planned once, however many need it, and again when the server may have dropped its plan."""

import asyncio
from dataclasses import replace

import pytest
from neo4j.exceptions import ConnectionAcquisitionTimeoutError, ServiceUnavailable

from errors import Unavailable
from graph.driver import Graph
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.plans import SLOW, Plans, form_of
from graph.warm import COMMANDS, Warmth


class Planner:
    """Plans when it is let, and counts."""

    def __init__(self) -> None:
        self.count = 0
        self.let = asyncio.Event()
        self.let.set()

    async def explain(self) -> None:
        self.count += 1
        await self.let.wait()


async def ran() -> str:
    return "ran"


async def test_many_who_need_a_plan_wait_for_one():
    plans, planner = Plans(), Planner()
    planner.let.clear()
    waiting = [asyncio.create_task(plans.plan(("a",), planner.explain)) for _ in range(40)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting[0].cancel()
    planner.let.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert planner.count == 1
    assert plans.is_planned(("a",))


async def test_one_who_fails_to_plan_fails_all_who_wait_and_the_next_one_tries_again():
    plans, planner = Plans(), Planner()

    async def fail() -> None:
        raise ServiceUnavailable("away")

    results = await asyncio.gather(*(plans.plan(("a",), fail) for _ in range(3)), return_exceptions=True)
    assert {type(each) for each in results} == {ServiceUnavailable}
    await plans.plan(("a",), planner.explain)
    assert planner.count == 1


async def test_a_lost_server_has_no_plans():
    plans, planner = Plans(), Planner()
    await plans.plan(("a",), planner.explain)

    async def lose() -> None:
        raise ServiceUnavailable("away")

    with pytest.raises(ServiceUnavailable):
        await plans.watch(("b",), lose)
    assert plans.dropped.is_set()
    await plans.plan(("a",), planner.explain)
    assert planner.count == 2


async def test_a_full_pool_of_connections_drops_no_plan():
    plans, planner = Plans(), Planner()
    await plans.plan(("a",), planner.explain)

    async def wait_in_vain() -> None:
        raise ConnectionAcquisitionTimeoutError("full")

    with pytest.raises(ConnectionAcquisitionTimeoutError):
        await plans.watch(("a",), wait_in_vain)
    assert plans.is_planned(("a",))


async def test_runs_that_take_much_longer_than_usual_make_the_next_one_plan():
    plans, planner = Plans(), Planner()
    await plans.plan(("a",), planner.explain)
    await plans.watch(("a",), ran)
    stuck = asyncio.Event()
    running = asyncio.create_task(plans.watch(("a",), stuck.wait))
    await asyncio.sleep(0)
    assert plans.is_planned(("a",))
    await asyncio.sleep(SLOW * 1.2)
    assert not plans.is_planned(("a",))
    await plans.plan(("a",), planner.explain)
    assert planner.count == 2
    assert plans.is_planned(("a",))
    stuck.set()
    await running


def test_forms_differ_as_the_plans_of_the_server_do():
    def form(value: object) -> object:
        return form_of("a", {"x": value})

    same = [("a", "b"), ("aa", "a" * 10), ([1, 2], [3] * 10), ([1] * 11, [1] * 100), ({"a": 1}, {"b": None})]
    other = [("a", "aa"), ("a" * 10, "a" * 11), ([], [1]), ([1], [1, 1]), ([1], ["a"]), ("a", None), (1, "1")]
    assert [pair for pair in same if form(pair[0]) != form(pair[1])] == []
    assert [pair for pair in other if form(pair[0]) == form(pair[1])] == []


async def test_every_statement_of_requests_is_planned_before_the_process_is_ready(graph: Graph):
    graph = replace(graph, plans=Plans())
    warmth = Warmth(graph)
    with pytest.raises(Unavailable):
        await warmth.check()
    running = asyncio.create_task(warmth.run())
    async with asyncio.timeout(200):
        await warmth._done.wait()
    running.cancel()
    await asyncio.wait([running])
    await warmth.check()
    planned = {name for name, each in graph.catalogue.items() if graph.plans.is_planned(form_of(name, each.example))}
    assert planned == {name for name in graph.catalogue if not name.startswith(COMMANDS)}


async def test_writes_go_on_while_the_servers_plans_are_dropped(graph: Graph):
    async def drop_plans() -> None:
        async with graph.driver.session() as session:
            for _ in range(5):
                await (await session.run("CALL db.clearQueryCaches()")).consume()
                await asyncio.sleep(0.5)

    async def write() -> None:
        await graph.write("users/ping", events=lambda _: [OutboxEvent(new_id(), "user.updated", 1, {})])

    async with asyncio.TaskGroup() as running:
        running.create_task(drop_plans())
        for _ in range(75):
            running.create_task(write())
            await asyncio.sleep(1 / 30)
    assert await graph.read("outbox/depth") == 75
