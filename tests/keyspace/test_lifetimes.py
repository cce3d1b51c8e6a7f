"""How long what is cached lives, and who refreshes it before its end."""

import pytest

from keyspace import lifetimes
from keyspace.lifetimes import EarlyRefresh, spread


def test_what_is_stored_together_does_not_end_together():
    lives = [spread(1_000) for _ in range(1_000)]
    assert min(lives) >= 1_000 and max(lives) <= 1_100
    assert len(set(lives)) > 20


@pytest.mark.parametrize(("draw", "life"), [(0.0, 1_000), (0.5, 1_050), (0.999, 1_099)])
def test_a_life_is_never_shorter_than_it_should_be(monkeypatch, draw, life):
    monkeypatch.setattr(lifetimes, "random", lambda: draw)
    assert spread(1_000) == life


def test_the_chance_of_a_refresh_is_as_it_is_set():
    early = EarlyRefresh(((0.05, 30), (0.25, 20), (0.5, 10)))
    ahead = [early.ahead(draw / 1_000) for draw in range(1_000)]
    assert [sum(seconds >= left for seconds in ahead) for left in (31, 30, 21, 20, 11, 10, 1)] == [0, 50, 50, 250, 250, 500, 500]


def test_nothing_is_refreshed_where_no_chance_is_set():
    assert EarlyRefresh().ahead(0.0) == 0
