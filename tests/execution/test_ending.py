"""What ends an operation from outside, and what must not be left behind."""

import asyncio

import pytest

from tests.execution.toy import ToyContext, small_world


@pytest.mark.parametrize("text", ["{ waits }", "{ waits people { best { name } } }"])
async def test_a_cancelled_operation_cancels_what_it_waits_for(pair, text):
    world = small_world()
    world.gate = asyncio.Event()
    task = asyncio.create_task(pair.compiled.execute(pair.operation(text), ToyContext(world)))
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.happened[-1] == "left"
    assert pair.ways() == {}


async def test_a_time_limit_around_it_ends_it(pair):
    world = small_world()
    world.gate = asyncio.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await pair.compiled.execute(pair.operation("{ waits echo }"), ToyContext(world))
    assert world.happened == ["left"]


async def test_a_loader_that_is_cancelled_from_inside_ends_the_operation(pair):
    context = ToyContext(small_world())

    async def fetch(_keys):
        raise asyncio.CancelledError

    context.loaders.people.fetch = fetch  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await pair.compiled.execute(pair.operation("{ people { best { name } liked } }"), context)
