"""Cursors: what was given is taken back, by the list and the viewer that it was given for, and nothing else is."""

from base64 import b64decode, b64encode
from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from feeds.cursors import SIGNATURE, CursorKeys, ListCursors
from feeds.keysets import IntegerColumn, Keyset, Place, by_time

SECRET = "a secret of thirty-two bytes or more"
FOLLOWERS = by_time("followers")
PLACE = (1_700_000_000_000, 7)


def cursors(
    secret: str = SECRET, keyset: Keyset = FOLLOWERS, owner: str = "an owner", viewer: str = "a viewer"
) -> ListCursors:
    return ListCursors(CursorKeys.of(secret), keyset, owner, viewer)


MADE: dict[str, Callable[[ListCursors, Place], str]] = {"signed": ListCursors.signed, "sealed": ListCursors.sealed}
OTHERS = {
    "another list": cursors(keyset=by_time("following")),
    "the list of another": cursors(owner="another owner"),
    "another viewer": cursors(viewer="another viewer"),
    "nobody signed in": cursors(viewer=""),
    "another secret": cursors(secret=SECRET[::-1]),
    "an order that has changed": cursors(keyset=Keyset("followers", at=IntegerColumn())),
    "bounds that have changed": cursors(keyset=Keyset("followers", at=IntegerColumn(), other=IntegerColumn(most=5))),
}


@pytest.mark.parametrize("made", MADE)
@given(at=st.integers(0, 2**53 - 1), other=st.integers(0, 2**53 - 1))
def test_a_place_comes_back_in_every_process(made: str, at: int, other: int) -> None:
    assert cursors().place(MADE[made](cursors(), (at, other)), "after") == (at, other)


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("other", OTHERS)
def test_a_cursor_is_of_one_list_and_one_viewer(made: str, other: str) -> None:
    with pytest.raises(InvalidInput, match="not a cursor"):
        OTHERS[other].place(MADE[made](cursors(), PLACE), "after")


def test_the_error_names_the_argument() -> None:
    for field in ("after", "before"):
        with pytest.raises(InvalidInput) as refused:
            cursors().place("nonsense", field)
        assert refused.value.extensions == {"code": "INVALID_INPUT", "field": field}


@given(at=st.integers(0, 2**53 - 1), signature=st.binary(min_size=SIGNATURE, max_size=SIGNATURE))
def test_a_place_that_was_not_given_is_refused(at: int, signature: bytes) -> None:
    given_ = b64decode(cursors().signed(PLACE))
    for start in (signature, given_[:SIGNATURE], b""):
        with pytest.raises(InvalidInput, match="not a cursor"):
            cursors().place(b64encode(start + orjson.dumps((at, 8))).decode(), "after")


@pytest.mark.parametrize("made", MADE)
def test_a_cursor_that_was_changed_anywhere_is_refused(made: str) -> None:
    cursor = MADE[made](cursors(), PLACE)
    for at, letter in enumerate(cursor.rstrip("=")[:-1]):  # some bits of the last letter mean nothing
        changed = cursor[:at] + ("A" if letter != "A" else "B") + cursor[at + 1 :]
        with pytest.raises(InvalidInput, match="not a cursor"):
            cursors().place(changed, "after")


@pytest.mark.parametrize("text", ["", "!", "bm9uc2Vuc2U=", "é", "W10=", "e30=", "bnVsbA==", "a.b.c.d.e", ".", "…", "A" * 1_000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a cursor"):
        cursors().place(text, "after")


@pytest.mark.parametrize("made", MADE)
def test_a_cursor_is_good_while_its_secret_is_among_several(made: str) -> None:
    before, after = cursors(), cursors(secret=f"{SECRET[::-1]},{SECRET}")
    assert after.place(MADE[made](before, PLACE), "after") == PLACE
    assert cursors(secret=f"{SECRET},{SECRET[::-1]}").place(MADE[made](after, PLACE), "after") == PLACE
    with pytest.raises(InvalidInput, match="not a cursor"):
        before.place(MADE[made](after, PLACE), "after")


def test_the_length_of_a_sealed_cursor_says_nothing_of_its_place() -> None:
    assert len({len(cursors().sealed(place)) for place in ((0, 0), PLACE, (2**53 - 1, 2**53 - 1))}) == 1
