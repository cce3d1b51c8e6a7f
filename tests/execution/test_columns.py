"""Columns that are worked on as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from resolvers.global_ids import encode, encode_many

IDS = st.integers(0, 40).flatmap(lambda length: st.lists(st.text(min_size=length, max_size=length), min_size=1, max_size=30))


KINDS = st.text(st.characters(max_codepoint=127), max_size=12)


@given(KINDS, st.one_of(IDS, st.lists(st.text(max_size=40), min_size=1, max_size=30)))
def test_many_global_ids_are_those_that_are_written_one_by_one(kind, ids):
    try:
        expected = [encode(kind, id_) for id_ in ids]
    except UnicodeEncodeError:
        return
    assert encode_many(kind, ids) == expected
