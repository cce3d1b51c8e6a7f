"""Heads of lists in bytes: what is written is read again, and a script finds the ids."""

from hypothesis import given
from hypothesis import strategies as st

from graph.ids import id_at, new_id, pack
from keyspace import keys
from keyspace.lifetimes import EarlyRefresh
from keyspace.list_heads import ALL_POSTS, FOLLOWERS, HEAD_MOST, HeadKind, ListHead
from keyspace.page_scripts import PageScripts, PostsAnswer, UsersAnswer
from keyspace.row_cache import RowCache, is_lease
from keyspace.usernames import NEGATIVE_LIFE, USERNAMES

IDS = st.builds(id_at, st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
PLACES = st.tuples(st.integers(0, 2**48 - 1), st.integers(0, 2**32 - 1))
OWNER = new_id()


@given(st.lists(st.tuples(PLACES, IDS), max_size=HEAD_MOST), st.booleans())
def test_a_head_that_is_ordered_by_time_is_read_as_it_was_written(entries, ended):
    head = ListHead([id_ for _, id_ in entries], [place for place, _ in entries], ended)
    assert FOLLOWERS.values(FOLLOWERS.encode(head)) == head
    assert not is_lease(FOLLOWERS.encode(head))


@given(st.lists(IDS, max_size=HEAD_MOST), st.booleans())
def test_a_head_that_is_ordered_by_id_is_read_as_it_was_written(ids, ended):
    head = ListHead(ids, [(id_,) for id_ in ids], ended)
    assert ALL_POSTS.values(ALL_POSTS.encode(head)) == head
    assert not is_lease(ALL_POSTS.encode(head))


def head_of(kind: HeadKind, count: int) -> ListHead:
    """Give a head of so many entries."""
    ids = [id_at(at, 1) for at in range(count, 0, -1)]
    return ListHead(ids, [(id_,) if kind.of_posts else (at, at) for at, id_ in enumerate(ids)], ended=True)


async def test_a_script_leases_a_missing_head_and_finds_the_ids_in_one_that_was_filled(keyspace):
    cache = RowCache(keyspace, 60)
    scripts = PageScripts(cache, 7)
    for kind, of in ((FOLLOWERS, UsersAnswer), (ALL_POSTS, PostsAnswer)):
        lease, rows = await scripts.listed(kind, OWNER, 5)
        assert (is_lease(lease), rows) == (True, None)
        head = head_of(kind, HEAD_MOST)
        await cache.fill_rows(kind, {OWNER: head}, {OWNER: lease})
        found, rows = await scripts.listed(kind, OWNER, 5)
        assert isinstance(rows, of)
        assert (kind.decode(found), len(rows[0])) == (head, 5)
        leased = keys.POST if kind.of_posts else keys.USER
        names = await keyspace.command("KEYS", leased + b"*")
        assert sorted(names) == sorted(leased + pack(id_) for id_ in head.ids[:5])
        assert len(rows.relationships) == (0 if kind.of_posts else 5)  # of posts nobody has the authors yet


async def test_a_change_takes_the_lease_of_a_head(keyspace):
    cache = RowCache(keyspace, 60)
    scripts = PageScripts(cache, None)
    lease, _ = await scripts.listed(FOLLOWERS, OWNER, 5)
    await cache.invalidate([(FOLLOWERS, OWNER)])
    await cache.fill_rows(FOLLOWERS, {OWNER: head_of(FOLLOWERS, 3)}, {OWNER: lease})
    assert is_lease((await scripts.listed(FOLLOWERS, OWNER, 5)).head)


async def test_names_bring_the_rows_of_their_users_and_no_lease_on_their_counts(keyspace):
    cache = RowCache(keyspace, 60)
    scripts = PageScripts(cache, 7)
    first = await scripts.names(["ada", "bea"])
    assert ([is_lease(each) for each in first.names], first.ids, first.counts) == ([True, True], [], [])
    leases = dict(zip(("ada", "bea"), first.names, strict=True))
    await cache.fill_rows(USERNAMES, {"ada": OWNER, "bea": None}, leases)
    second = await scripts.names(["ada", "bea"])
    assert [USERNAMES.decode(each) for each in second.names] == [OWNER, None]
    assert second.ids == [pack(OWNER)]
    assert second.counts == [None]
    assert [is_lease(each) for each in (*second.users.users, *second.users.relationships)] == [True] * 2
    assert await keyspace.command("KEYS", keys.USER_COUNTS + b"*") == []


async def test_a_name_that_nobody_has_leaves_little_behind_and_is_not_refreshed(keyspace):
    cache = RowCache(keyspace, 3_600, early=EarlyRefresh(((1.0, 1_000_000),)))
    scripts = PageScripts(cache, 7)
    (lease,) = (await scripts.names(["bea"])).names
    await cache.fill_rows(USERNAMES, {"bea": None}, {"bea": lease})
    assert (await scripts.names(["bea"])).users == UsersAnswer([], [], [])
    assert await keyspace.command("KEYS", "*") == [USERNAMES.key("bea")]
    assert 0 < await keyspace.command("TTL", USERNAMES.key("bea")) <= NEGATIVE_LIFE


@given(IDS)
def test_the_row_of_a_name_is_never_taken_for_a_lease(id_):
    assert not is_lease(USERNAMES.encode(id_))
    assert USERNAMES.values(USERNAMES.encode(id_)) == id_
    assert USERNAMES.values(USERNAMES.encode(None)) is None
