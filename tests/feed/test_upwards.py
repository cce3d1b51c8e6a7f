"""A list read upwards equals the same list read downwards, from every place, whatever the size."""

import pytest

from errors import InvalidInput
from feeds.keysets import IdColumn, Keyset
from feeds.paginate import Slice
from feeds.upwards import UPWARDS_MOST, Upwards
from graph.ids import id_at

KEYSET = Keyset("posts", post=IdColumn())


def list_of(count):
    """Give ids, newest first, and a skeleton that reads them, which notes how much was asked for."""
    ids, asked = [id_at(at, 1) for at in range(count, 0, -1)], []

    async def downwards(beyond, limit):
        asked.append(limit)
        found = [id_ for id_ in ids if id_ < beyond[0]][:limit]
        return Slice.of_ids(found, ended=len(found) < limit)

    return ids, downwards, asked


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 160])
@pytest.mark.parametrize("limit", [1, 20, 100])
async def test_it_gives_what_is_nearest_above_a_place(count, limit):
    ids, downwards, _ = list_of(count)
    for at in {0, count // 2, max(count - 1, 0)} - {count}:
        found = await Upwards(KEYSET, downwards)((ids[at],), limit)
        assert list(found.ids) == ids[max(0, at - limit) : at][::-1]
        assert found.ended == (at <= limit)


async def test_what_was_read_once_serves_the_rest_of_a_page():
    ids, downwards, asked = list_of(120)
    upwards = Upwards(KEYSET, downwards)
    first = await upwards((ids[100],), 10)
    read = len(asked)
    second = await upwards(first.places[-1], 10)
    assert [*first.ids, *second.ids] == ids[80:100][::-1] and len(asked) == read


async def test_the_end_of_a_list_is_read_upwards_too():
    ids, downwards, _ = list_of(70)
    assert list((await Upwards(KEYSET, downwards)(KEYSET.end, 5)).ids) == ids[-5:][::-1]


async def test_too_far_down_is_refused_and_not_read_without_end():
    ids, downwards, asked = list_of(3_000)
    with pytest.raises(InvalidInput):
        await Upwards(KEYSET, downwards)((ids[-1],), 10)
    assert sum(asked) <= UPWARDS_MOST + 300
    assert list((await Upwards(KEYSET, downwards)((ids[UPWARDS_MOST - 100],), 1)).ids) == [ids[UPWARDS_MOST - 101]]
