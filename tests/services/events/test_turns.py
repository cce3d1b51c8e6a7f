import asyncio

import pytest

from errors import Unavailable
from services.events import turns
from services.events.turns import Turns


async def test_writes_of_one_person_run_in_order_and_those_of_others_beside_them():
    lines, seen = Turns(), []

    async def write(person: str, number: int) -> None:
        async with lines.of(person, 1.0):
            seen.append((person, number))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(person, number) for number in range(3) for person in "ab"))
    assert seen == [(person, number) for number in range(3) for person in "ab"]
    assert not lines._lines


async def test_only_so_many_run_at_a_time():
    lines, running, most = Turns(at_once=2), 0, 0

    async def write(person: str) -> None:
        nonlocal running, most
        async with lines.of(person, 1.0):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(write(str(number)) for number in range(8)))
    assert most == 2


async def test_a_line_that_does_not_move_or_is_too_long_is_unavailable_and_leaves_nothing(monkeypatch):
    lines = Turns()
    async with lines.of("a", 1.0):
        with pytest.raises(Unavailable):
            async with lines.of("a", 0.01):
                pass
        monkeypatch.setattr(turns, "IN_LINE", 1)
        with pytest.raises(Unavailable):
            async with lines.of("a", 1.0):
                pass
    assert not lines._lines


async def test_one_who_leaves_the_line_does_not_hold_it_up():
    lines = Turns()
    async with lines.of("a", 1.0):
        waiting = asyncio.create_task(lines.of("a", 1.0).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with lines.of("a", 0.1):
        pass
    assert not lines._lines
