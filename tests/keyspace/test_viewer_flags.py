"""Declared flags of a viewer."""

import pytest

from graph.ids import new_id
from graph.queries import FOLDER
from keyspace.row_cache import RowCache
from keyspace.viewer_flags import LIKED, VIEWER_FLAGS, ViewerFlag


@pytest.mark.parametrize("flag", VIEWER_FLAGS, ids=lambda flag: flag.name)
def test_a_statement_reads_the_relationship_of_its_flag(flag: ViewerFlag):
    assert f"-[:{flag.relationship}]->" in (FOLDER / f"{flag.statement}.cypher").read_text("utf-8")


def test_each_flag_has_a_name_and_hashes_of_its_own():
    assert len({flag.name for flag in VIEWER_FLAGS}) == len({flag.hash_of(1) for flag in VIEWER_FLAGS}) == len(VIEWER_FLAGS)


async def test_what_a_change_makes_stale_is_removed_from_the_cache(keyspace):
    cache, post = RowCache(keyspace, life=60), new_id()
    lookup = await cache.fields(LIKED.hash_of(1), [post], bytes)
    await cache.fill_fields(LIKED.hash_of(1), {post: b"1"}, lookup.leases)
    assert (await cache.fields(LIKED.hash_of(1), [post], bytes)).found == {post: b"1"}
    await cache.invalidate([], [LIKED.stale(1, post)])
    assert (await cache.fields(LIKED.hash_of(1), [post], bytes)).found == {}
