"""Keysets and the values that are places of them."""

import pytest

from feeds.keysets import IdColumn, IntegerColumn, Keyset, by_time
from graph.ids import LAST, new_id

RANKED = Keyset("ranked", score=IntegerColumn(most=1_000), post=IdColumn())
ID = new_id()


def test_columns_are_the_parameters_of_the_statement() -> None:
    assert RANKED.params((7, ID)) == {"score": 7, "post": ID}
    assert RANKED.start == (1_000, LAST)
    assert by_time("blocks").params((3, 4)) == {"at": 3, "other": 4}
    assert Keyset("home", below=IdColumn()).start == (LAST,)


@pytest.mark.parametrize(
    "values",
    [
        (), (1,), (1, ID, 2), ("1", ID), (1, 2), (1_001, ID), (-1, ID), (True, ID), (1.0, ID), (None, ID), ([1], ID),
        (1, "x"), (1, ID.upper()), (1, None),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_columns_is_no_place(values: tuple[object, ...]) -> None:
    assert RANKED.holds((1, ID))
    assert not RANKED.holds(values)
