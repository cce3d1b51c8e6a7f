"""Every question counts what an independent computation does, on worlds made by chance."""

import math
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.questions.catalogue import QUESTIONS
from analytics.questions.copy import Copy
from analytics.questions.parameters import Choice, read
from tests.property_examples import examples
from tests.questions.references import REFERENCES
from tests.questions.small_world import World, by_chance


def test_every_question_is_computed_twice():
    assert REFERENCES.keys() == QUESTIONS.keys()


def comparable(row):
    """Give a row so that it can be sorted beside others, and its floats apart from the rest."""
    values = {name: value.isoformat() if isinstance(value, date) else value for name, value in sorted(row.items())}
    exact = tuple(str(value) for value in values.values() if not isinstance(value, float))
    return exact, tuple(value for value in values.values() if isinstance(value, float))


def same(found, expected):
    found, expected = sorted(map(comparable, found)), sorted(map(comparable, expected))
    assert [exact for exact, _ in found] == [exact for exact, _ in expected]
    for (_, some), (_, others) in zip(found, expected, strict=True):
        assert all(math.isclose(one, other, abs_tol=1e-5) for one, other in zip(some, others, strict=True)), (some, others)


def givens(question):
    """Give the parameters by default, and once for each value of a choice."""
    choices = [each for each in question.parameters if isinstance(each, Choice)]
    for choice in choices:
        yield from (read(question.parameters, {choice.name: option}) for option in choice.options)
    if not choices:
        yield read(question.parameters, {})


@pytest.mark.parametrize("name", QUESTIONS)
@settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), people=st.integers(0, 60), acts=st.integers(0, 90))
def test_a_question_counts_what_an_independent_computation_does(tmp_path_factory, name, seed, people, acts):
    world, question = by_chance(seed, people, acts), QUESTIONS[name]
    copy = Copy(world.snapshot(tmp_path_factory.mktemp(name)))
    for given_ in givens(question):
        counted = question.count(copy, given_)
        same(counted.with_columns(pl.selectors.integer().cast(pl.Int64)).rows(named=True), REFERENCES[name](world, given_))


def test_somebody_whom_many_follow_is_ranked(tmp_path):
    world = World()
    names = [world.join(f"u{number:03}") for number in range(120)]
    for follower in names[1:]:
        world.follow(follower, names[0])
    world.follow(names[0], names[1])
    copy = Copy(world.snapshot(tmp_path))
    found = QUESTIONS["influence"].count(copy, {}).rows(named=True)
    same(found, REFERENCES["influence"](world, {}))
    assert [row["person"] for row in found] == [names[0]]


def test_a_sample_is_of_full_steps(tmp_path):
    world, question = by_chance(11, people=70, acts=300), QUESTIONS["separation"]
    copy = Copy(world.snapshot(tmp_path))
    for sources in (50, 100):
        found = question.count(copy, {"sources": sources}).rows(named=True)
        same(found, REFERENCES["separation"](world, {"sources": sources}))
        assert max(row["sources"] for row in found) == 50


def test_a_copy_of_nothing_is_answered(tmp_path):
    copy = Copy(World().snapshot(tmp_path))
    for question in QUESTIONS.values():
        assert question.count(copy, read(question.parameters, {})).height == 0, question.name
