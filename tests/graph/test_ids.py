import uuid

from hypothesis import given
from hypothesis import strategies as st

from graph import ids

MOMENTS = st.integers(0, 2**47 - 1)
TAILS = st.integers(0, 2**74 - 1)


def test_new_ids_rise():
    made = [ids.new_id() for _ in range(10_000)]
    assert made == sorted(set(made))


@given(MOMENTS, TAILS)
def test_an_id_of_a_moment_is_a_uuid_of_version_seven_that_keeps_it(moment, tail):
    made = ids.id_at(moment, tail)
    assert uuid.UUID(made).version == 7 and uuid.UUID(made).variant == uuid.RFC_4122
    assert ids.milliseconds_of(made) == moment
    assert ids.is_id(made)


def test_the_id_of_a_repost_says_so_ends_as_that_of_its_post_and_is_above_it():
    for post in (ids.new_id(), ids.id_at(1, 2**70), ids.id_at(2**47 - 1, 2**74 - 1)):
        made = [ids.new_repost_id(post) for _ in range(1_000)]
        assert {uuid.UUID(each).version for each in made} == {8} and len({*made}) == 1_000
        assert all(ids.is_id(each) and ids.is_of_repost(each) and each > post and each[-8:] == post[-8:] for each in made)
        assert not ids.is_of_repost(post)


@given(MOMENTS, TAILS, MOMENTS, TAILS)
def test_the_order_of_time_is_the_order_of_strings_and_of_packed_bytes(first, tail, second, other):
    a, b = ids.id_at(first, tail), ids.id_at(second, other)
    assert (a < b) == (ids.pack(a) < ids.pack(b))
    if first < second:
        assert a < b


@given(MOMENTS, TAILS)
def test_packing_is_undone_by_unpacking(moment, tail):
    made = ids.id_at(moment, tail)
    assert ids.unpack(ids.pack(made)) == made
    assert len(ids.pack(made)) == ids.PACKED_SIZE


def test_other_spellings_of_an_id_are_not_ids():
    made = ids.new_id()
    for text in (made.upper(), made.replace("-", ""), f"{{{made}}}", f"urn:uuid:{made}", "", "x" * 36, made + " "):
        assert not ids.is_id(text)
