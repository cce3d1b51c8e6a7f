"""Cursors of typed keysets."""

from base64 import urlsafe_b64encode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from feeds.cursors import IdColumn, IntegerColumn, Keyset, StringColumn, by_time
from graph.ids import LAST, new_id

RANKED = Keyset("ranked", score=IntegerColumn(most=1_000), name=StringColumn(longest=20))


def cursor(*values: object) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode()


@given(score=st.integers(0, 1_000), name=st.text(min_size=1, max_size=20))
def test_a_place_of_an_integer_and_a_string_comes_back(score: int, name: str) -> None:
    assert RANKED.decode(RANKED.encode((score, name))) == (score, name)


def test_columns_are_the_parameters_of_the_statement() -> None:
    assert RANKED.params((7, "ada")) == {"score": 7, "name": "ada"}
    assert RANKED.start == (1_000, "")
    assert by_time("blocks").params((3, 4)) == {"at": 3, "other": 4}
    assert Keyset("home", below=IdColumn()).start == (LAST,)


@pytest.mark.parametrize(
    "values",
    [
        ("other", 1, "a"), ("ranked",), ("ranked", 1), ("ranked", 1, "a", 2), ("ranked", "1", "a"), ("ranked", 1, 2),
        ("ranked", 1_001, "a"), ("ranked", -1, "a"), ("ranked", True, "a"), ("ranked", 1.0, "a"), ("ranked", None, "a"),
        ("ranked", 1, "a" * 21), ("ranked", 1, ""), ("ranked", [1], "a"), (["ranked"], 1, "a"), (1, "a"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_columns_is_refused(values: tuple[object, ...]) -> None:
    with pytest.raises(InvalidInput, match="not a cursor"):
        RANKED.decode(cursor(*values))


@pytest.mark.parametrize("text", ["", "!", "bm9uc2Vuc2U=", "é", cursor(), "e30=", "bnVsbA=="])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a cursor"):
        RANKED.decode(text)


def test_an_id_has_one_spelling() -> None:
    posts, id_ = Keyset("posts", below=IdColumn()), new_id()
    assert posts.decode(cursor("posts", id_)) == (id_,)
    with pytest.raises(InvalidInput):
        posts.decode(cursor("posts", id_.upper()))
