"""What bytes mean, remembered."""

import pytest

from keyspace.decode_cache import LONGEST, DecodeCache
from keyspace.row_cache import USERS, Look, RowCache, new_token


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
    remembered = DecodeCache(read, 10)
    assert remembered(b"a") is remembered(b"a")
    assert read.times == 1


def test_other_bytes_are_another_thing(read):
    remembered = DecodeCache(read, 10)
    assert remembered(b"a") == [b"a"]
    assert remembered(b"b") == [b"b"]


def test_what_is_asked_for_lately_stays_and_the_rest_is_forgotten(read):
    remembered = DecodeCache(read, 4)
    for number in range(1_000):
        remembered(b"often")
        remembered(b"%d" % number)
        assert remembered.kept <= 8
    before = read.times
    remembered(b"often")
    assert read.times == before == 1_001
    remembered(b"0")
    assert read.times == before + 1


def test_nothing_is_remembered_where_nothing_may_be(read):
    remembered = DecodeCache(read, 0)
    remembered(b"a")
    assert remembered.all_at_hand([b"a"]) is None
    assert remembered.kept == 0


def test_long_ones_are_read_each_time(read):
    remembered = DecodeCache(read, 10)
    remembered(b"x" * (LONGEST + 1))
    assert remembered.kept == 0


def test_many_are_at_hand_only_together(read):
    remembered = DecodeCache(read, 10)
    one = remembered(b"1")
    assert remembered.all_at_hand([b"1", b"2"]) is None
    two = remembered(b"2")
    assert remembered.all_at_hand([b"1", b"2", b"1"]) == [one, two, one]


def test_a_lease_is_never_remembered(read):
    remembered = DecodeCache(read, 10)
    lease = b"?" + new_token()
    for _ in range(2):
        look = Look.of(["x", "y"], [lease, b"row"], remembered)
        assert (look.found, look.leases) == ({"y": [b"row"]}, {"x": lease})
    assert remembered.kept == 1


async def test_a_row_that_changes_is_read_anew_and_one_that_does_not_is_the_same_object(keyspace):
    cache, id_ = RowCache(keyspace, life=60), "01890a5d-ac96-774b-bcce-b302099a8057"
    reader = cache.reader(list, USERS.decode)
    for values in (["ada"], ["bea"], ["ada"]):
        await cache.invalidate([(USERS, id_)])
        look = await cache.rows(USERS, [id_], reader)
        await cache.fill_rows(USERS, {id_: values}, look.leases)
        found = [(await cache.rows(USERS, [id_], reader)).found[id_] for _ in range(2)]
        assert found[0] == values
        assert found[0] is found[1]
