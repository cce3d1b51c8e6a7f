"""Declared flags of a viewer."""

import pytest

from graph.ids import new_id
from graph.queries import FOLDER
from keyspace.row_cache import RowCache
from keyspace.viewer_flags import BOOKMARKED, LIKED, VIEWER_FLAGS, ViewerFlag


def test_a_declaration_is_all_that_a_flag_needs():
    assert VIEWER_FLAGS[:2] == [LIKED, BOOKMARKED]


@pytest.mark.parametrize("flag", VIEWER_FLAGS, ids=lambda flag: flag.name)
def test_each_flag_has_a_statement(flag: ViewerFlag):
    assert (FOLDER / f"{flag.statement}.cypher").exists()


def test_each_flag_has_a_name_and_hashes_of_its_own():
    assert len({flag.name for flag in VIEWER_FLAGS}) == len({flag.hash_of(1) for flag in VIEWER_FLAGS}) == len(VIEWER_FLAGS)


async def test_what_a_change_makes_stale_is_removed_from_the_cache(keyspace):
    cache, post = RowCache(keyspace, life=60), new_id()
    lookup = await cache.fields(LIKED.hash_of(1), [post], bytes)
    await cache.fill_fields(LIKED.hash_of(1), {post: b"1"}, lookup.leases)
    assert (await cache.fields(LIKED.hash_of(1), [post], bytes)).found == {post: b"1"}
    await cache.invalidate([], [LIKED.stale(1, post)])
    assert (await cache.fields(LIKED.hash_of(1), [post], bytes)).found == {}
