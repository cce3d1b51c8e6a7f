"""A ranking is stored so that a script finds the users of a page in it."""

from typing import Any

import pytest

from graph.ids import id_at
from graph.rows.suggestions import Ranking
from keyspace.page_scripts import PageScripts
from keyspace.rankings import LIFE, RankingKind
from keyspace.row_cache import USERS, RowCache

A, B, C, D, E, F = (id_at(at, 1) for at in range(1, 7))
ENDED: list[Any] = [True, [[A, 3, [B, C]], [D, 2, [C, E]], [F, 1, [B]]]]
KIND = RankingKind(viewer=7)


@pytest.mark.parametrize("values", [ENDED, [False, ENDED[1][:1]], [True, []], [False, [[A, 9, []]]]])
def test_what_is_read_is_what_was_stored(values):
    assert KIND.decode(KIND.encode(values) + bytes(4)) == values


async def stored(keyspace, values):
    """Store a ranking, and the users of the ids that are found in Redis under their own names."""
    cache = RowCache(keyspace, life=600)
    scripts = PageScripts(cache, 7)
    missing = await scripts.ranked(KIND.key("id"), 3)
    await cache.fill_rows(KIND, {"id": values}, {"id": missing.ranking})
    users = await cache.rows(USERS, [A, B, C, D, E, F])
    await cache.fill_rows(USERS, {id_: [id_] for id_ in users.leases}, users.leases)
    return scripts


@pytest.mark.parametrize("count", [1, 2, 3, 50])
async def test_the_users_of_a_page_come_with_its_ranking(keyspace, count):
    scripts = await stored(keyspace, ENDED)
    answer = await scripts.ranked(KIND.key("id"), count)
    assert KIND.decode(answer.ranking) == ENDED
    assert [USERS.decode(user)[0] for user in answer.users] == Ranking.of(ENDED).users_of(count)


async def test_an_empty_ranking_has_no_users(keyspace):
    scripts = await stored(keyspace, [True, []])
    assert (await scripts.ranked(KIND.key("id"), 10)).users == []


async def test_a_ranking_lives_for_a_minute_and_is_not_refreshed(keyspace):
    await stored(keyspace, ENDED)
    assert LIFE - 2 <= await keyspace.command("TTL", KIND.key("id")) <= LIFE == 60
