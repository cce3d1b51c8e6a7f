"""Pages that rules thin out."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filling import SLICE_MAX, Filled, Part, fill


async def page(kept: Sequence[bool], start: int, first: int, rounds: int, asked: list[int]) -> Filled[int, int]:
    """Page through the places 1, 2, 3, …, of which some are shown."""

    async def read(beyond: int, count: int) -> Part[int]:
        asked.append(count)
        places = range(beyond + 1, min(beyond + count, len(kept)) + 1)
        return Part(places, len(places) < count)

    async def show(places: Sequence[int]) -> list[int | None]:
        return [place if kept[place - 1] else None for place in places]

    return await fill(read, show, first=first, start=start, rounds=rounds)


@given(kept=st.lists(st.booleans(), max_size=80), first=st.integers(1, 9), rounds=st.integers(0, 3))
async def test_a_walk_gives_each_once_in_order_and_comes_to_an_end(kept: list[bool], first: int, rounds: int) -> None:
    found: list[int] = []
    start, more = 0, True
    while more:
        asked: list[int] = []
        part = await page(kept, start, first, rounds, asked)
        items = [place for place, _ in part.items]
        assert len(items) <= first and len(asked) <= rounds + 1
        assert part.has_next or part.end == (items[-1] if items else None)
        found += items
        assert not part.has_next or (part.end is not None and part.end > start)
        start, more = part.end or start, part.has_next
    assert found == [place for place, shown in enumerate(kept, 1) if shown]


@pytest.mark.parametrize(("first", "asked"), [(1, [2, 4, 8, 16]), (100, [101, 202, SLICE_MAX, SLICE_MAX])])
async def test_slices_grow_where_all_is_hidden_but_not_without_end(first: int, asked: list[int]) -> None:
    sizes: list[int] = []
    part = await page([False] * 5_000, 0, first, 3, sizes)
    assert (part.items, part.has_next, part.end) == ([], True, sum(asked))
    assert sizes == asked


async def test_a_full_page_is_one_slice() -> None:
    sizes: list[int] = []
    part = await page([True] * 21, 0, 20, 5, sizes)
    assert (len(part.items), part.has_next, part.end, sizes) == (20, True, 20, [21])
