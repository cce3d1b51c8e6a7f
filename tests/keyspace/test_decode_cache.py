"""Decoded values, cached."""

import pytest

from keyspace.decode_cache import LONGEST, DecodeCache
from keyspace.lease_tokens import new_token
from keyspace.row_cache import USERS, Lookup, RowCache


@pytest.fixture
def read():
    """A reader that counts."""

    class Reader:
        times = 0

        def __call__(self, found: bytes) -> list[bytes]:
            self.times += 1
            return [found]

    return Reader()


def test_the_same_bytes_are_read_once(read):
    cache = DecodeCache(read, 10)
    assert cache(b"a") is cache(b"a")
    assert read.times == 1


def test_other_bytes_are_another_thing(read):
    cache = DecodeCache(read, 10)
    assert cache(b"a") == [b"a"]
    assert cache(b"b") == [b"b"]


def test_what_is_asked_for_lately_stays_and_the_rest_is_forgotten(read):
    cache = DecodeCache(read, 4)
    for number in range(1_000):
        cache(b"often")
        cache(b"%d" % number)
        assert len(cache) <= 8
    before = read.times
    cache(b"often")
    assert read.times == before == 1_001
    cache(b"0")
    assert read.times == before + 1


def test_nothing_is_kept_where_nothing_may_be(read):
    cache = DecodeCache(read, 0)
    cache(b"a")
    assert cache.cached_many([b"a"]) is None
    assert len(cache) == 0


def test_long_ones_are_read_each_time(read):
    cache = DecodeCache(read, 10)
    cache(b"x" * (LONGEST + 1))
    assert len(cache) == 0


def test_many_are_at_hand_only_together(read):
    cache = DecodeCache(read, 10)
    one = cache(b"1")
    assert cache.cached_many([b"1", b"2"]) is None
    two = cache(b"2")
    assert cache.cached_many([b"1", b"2", b"1"]) == [one, two, one]


def test_a_lease_is_never_cached(read):
    cache = DecodeCache(read, 10)
    lease = b"?" + new_token()
    for _ in range(2):
        look = Lookup.of(["x", "y"], [lease, b"row"], cache)
        assert (look.found, look.leases) == ({"y": [b"row"]}, {"x": lease})
    assert len(cache) == 1


async def test_a_row_that_changes_is_read_anew_and_one_that_does_not_is_the_same_object(keyspace):
    cache, id_ = RowCache(keyspace, life=60), "01890a5d-ac96-774b-bcce-b302099a8057"
    decoder = cache.decoder(list, USERS.decode)
    for values in (["ada"], ["bea"], ["ada"]):
        await cache.invalidate([(USERS, id_)])
        look = await cache.rows(USERS, [id_], decoder)
        await cache.fill_rows(USERS, {id_: values}, look.leases)
        found = [(await cache.rows(USERS, [id_], decoder)).found[id_] for _ in range(2)]
        assert found[0] == values
        assert found[0] is found[1]
