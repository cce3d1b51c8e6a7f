"""Stepping coroutines by hand."""

import asyncio
from collections.abc import Generator

import pytest

from eager import Finished, resume, start


async def at_hand(value: int) -> int:
    return value


async def test_what_does_not_wait_has_ended_with_its_first_step():
    step = start(at_hand(7))
    assert isinstance(step, Finished)
    assert step.result == 7


async def test_an_error_of_the_first_step_is_raised():
    async def failing():
        raise ValueError("now")

    with pytest.raises(ValueError, match="now"):
        start(failing())


async def test_what_waits_goes_on_to_its_result():
    async def waiting():
        await asyncio.sleep(0)
        first = await asyncio.gather(at_hand(1), at_hand(2))
        await asyncio.sleep(0.001)
        return sum(first)

    work = waiting()
    step = start(work)
    assert not isinstance(step, Finished)
    assert await resume(work, step) == 3


async def test_an_error_after_a_wait_is_raised():
    async def failing():
        await asyncio.sleep(0)
        raise ValueError("later")

    work = failing()
    with pytest.raises(ValueError, match="later"):
        await resume(work, start(work))


async def test_a_time_limit_that_it_set_before_it_waited_ends_it_and_nothing_else():
    async def limited():
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return "over"

    work = limited()
    step = start(work)
    async with asyncio.timeout(5):
        assert await resume(work, step) == "over"
    task = asyncio.current_task()
    assert task is not None and not task.cancelling()


async def test_a_cancellation_is_for_what_waits():
    left: list[str] = []

    async def waiting():
        try:
            await asyncio.Event().wait()
        finally:
            left.append("left")

    async def outer():
        work = waiting()
        await resume(work, start(work))

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left == ["left"]


def test_closing_closes_what_waits():
    left: list[str] = []

    async def waiting():
        try:
            await asyncio.sleep(0)
        finally:
            left.append("left")

    work = waiting()
    going: Generator[object, object, None] = resume(work, start(work))
    next(going)
    going.close()
    assert left == ["left"]
