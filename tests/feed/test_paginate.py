"""Pages that rules thin out."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.keysets import Place
from feeds.paginate import SLICE_MAX, Page, Slice, paginate


async def page(visible: Sequence[bool], start: int, first: int, rounds: int, asked: list[int]) -> Page[int]:
    """Page through the places 1, 2, 3, …, of which some are shown."""

    async def read(after: Place, count: int) -> Slice:
        asked.append(count)
        beyond = int(after[0])
        places = range(beyond + 1, min(beyond + count, len(visible)) + 1)
        return Slice([str(place) for place in places], [(place,) for place in places], len(places) < count)

    async def show(ids: Sequence[str]) -> list[int | None]:
        return [int(id_) if visible[int(id_) - 1] else None for id_ in ids]

    return await paginate(read, show, first=first, start=(start,), rounds=rounds)


@given(visible=st.lists(st.booleans(), max_size=80), first=st.integers(1, 9), rounds=st.integers(0, 3))
async def test_a_walk_gives_each_once_in_order_and_comes_to_an_end(visible: list[bool], first: int, rounds: int) -> None:
    found: list[int] = []
    start, more = 0, True
    while more:
        asked: list[int] = []
        part = await page(visible, start, first, rounds, asked)
        assert list(part.places) == [(row,) for row in part.rows]
        assert len(part.rows) <= first and len(asked) <= rounds + 1
        assert part.has_next or part.end == (part.places[-1] if part.places else None)
        assert part.end_is_hidden == (part.end not in (None, *part.places[-1:]))
        found += part.rows
        assert not part.has_next or (part.end is not None and int(part.end[0]) > start)
        start, more = int(part.end[0]) if part.end else start, part.has_next
    assert found == [place for place, shown in enumerate(visible, 1) if shown]


@pytest.mark.parametrize(("first", "asked"), [(1, [2, 4, 8, 16]), (100, [101, 202, SLICE_MAX, SLICE_MAX])])
async def test_slices_grow_where_all_is_hidden_but_not_without_end(first: int, asked: list[int]) -> None:
    sizes: list[int] = []
    part = await page([False] * 5_000, 0, first, 3, sizes)
    assert (part.rows, part.has_next, part.end) == ([], True, (sum(asked),))
    assert sizes == asked


async def test_a_full_page_is_one_slice() -> None:
    sizes: list[int] = []
    part = await page([True] * 21, 0, 20, 5, sizes)
    assert (len(part.rows), part.has_next, part.end, sizes) == (20, True, (20,), [21])
