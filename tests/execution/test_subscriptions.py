from contextlib import aclosing
from typing import Any

from tests.execution.pair import answer
from tests.execution.toy import ToyContext, small_world, user

MET = "subscription($times: Int = 2) { met(times: $times) { name best { name liked } near(first: 1) { id } } }"


async def events(executor, operation, world):
    source = await executor.subscribe(operation, ToyContext(world))
    if not hasattr(source, "aclose"):
        return [answer(source)]
    found: list[Any] = []
    async with aclosing(source) as batches:
        try:
            async for outcomes in batches:
                found += map(answer, outcomes)
        except Exception as error:  # noqa: BLE001 - compared
            found.append(repr(error))
    return found


async def both(pair, text, variables=None, change=None):
    worlds = [small_world(), small_world()]
    for world in worlds:
        if change:
            change(world)
    operation = pair.operation(text, variables)
    core = await events(pair.core, operation, worlds[0])
    compiled = await events(pair.compiled, operation, worlds[1])
    assert compiled == core
    assert worlds[0].happened == worlds[1].happened
    return compiled


async def test_each_event_is_selected_by_the_plan(pair):
    assert len(await both(pair, MET)) == 2
    assert pair.ways() == {"compiled": 2}


async def test_an_event_that_bails_out_is_answered_by_graphql_core_and_the_next_is_not(pair):
    def change(world):
        world.people["p0"] = user(0, name=None, best_id=None)

    found = await both(pair, MET, None, change)
    assert (len(found[0]["errors"]), found[1]["errors"]) == (1, [])
    assert pair.ways() == {"bailed_out": 1, "compiled": 1}


async def test_a_source_that_fails_ends_alike(pair):
    found = await both(pair, MET, None, lambda world: world.failing.add("met"))
    assert found[2].startswith("NotFound")


async def test_variables_are_refused_alike(pair):
    await both(pair, MET, {"times": "many"})
    await both(pair, MET, {"times": None})


async def test_closing_ends_the_source(pair):
    world = small_world()
    source = await pair.compiled.subscribe(pair.operation(MET, {"times": 4}), ToyContext(world))
    async with aclosing(source) as outcomes:
        await anext(outcomes)
    assert world.happened == ["met 0", "near p0 1 t None"]
