"""No answer, and no difference of answers, tells of a group of fewer than five people."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from analytics.questions import group_size
from analytics.questions.activity import QUESTION as ACTIVITY
from analytics.questions.answering import answer
from analytics.questions.buckets import Bucket
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.degrees import QUESTION as DEGREES
from analytics.questions.group_size import MINIMUM, SHOWN_FROM, rounded, shown
from analytics.questions.parameters import Choice, Parameter
from analytics.questions.question import Key, People, Things
from tests.questions.references import REFERENCES
from tests.questions.small_world import World, by_chance

WORLD = by_chance(17, people=70, acts=900)
COHORTS = [f"2026-{month:02}-01" for month in range(6, 11)]
REFERENCE_DAY = datetime(2026, 8, 12, 9, tzinfo=UTC)


def values_of(parameter: Parameter) -> Sequence[object]:
    """Give some values that a parameter takes: all of a choice, else the bounds and what is just beside them."""
    if isinstance(parameter, Choice):
        return list(parameter.options)
    least, usual, step = parameter.least, parameter.default, parameter.step
    near = (least, usual, usual + step)
    return sorted({value for value in near if value <= parameter.most})


def askings() -> Iterator[tuple[Any, Mapping[str, object]]]:
    for question in QUESTIONS.values():
        for values in product(*map(values_of, question.parameters)):
            yield question, dict(zip((each.name for each in question.parameters), values, strict=True))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    return WORLD.snapshot(tmp_path_factory.mktemp("crowd"))


@pytest.fixture(scope="module")
def answers(snapshot):
    """Every answer for many combinations of parameters."""
    return [answer(question, given, snapshot) for question, given in askings()]


def test_every_question_answers_something_about_this_world(answers):
    told = {each.question.name for each in answers if each.rows}
    assert told >= QUESTIONS.keys() - {"influence"}
    assert len(answers) > 80


def test_every_count_is_of_a_group_that_is_large_enough_or_is_not_told(answers):
    for each in answers:
        for row, column in product(each.named, each.question.columns):
            value = row[column.name]
            if isinstance(column.figure, People):
                assert value is None or (value >= 2 * MINIMUM and value % MINIMUM == 0), (each.question.name, row)
            if isinstance(column.figure, Things) and value is not None:
                assert value % MINIMUM == 0 and row[column.figure.of] is not None, (each.question.name, row)


def test_no_row_is_about_fewer_people_than_the_minimum(answers):
    """Counted once more: who is behind a row that is shown."""
    for each in answers:
        if each.question.small is None:
            keys = [column.name for column in each.question.columns if isinstance(column.figure, Key)]
            exact = {
                tuple(str(row[key]) for key in keys): row["people"] for row in REFERENCES[each.question.name](WORLD, each.given)
            }
            assert all(exact[tuple(str(row[key]) for key in keys)] >= SHOWN_FROM for row in each.named), each.question.name


def bounds(count: int | None) -> tuple[int, int]:
    """Give what is certain of a count of people: between which numbers it is, whether it is told or not."""
    step = group_size.ROUNDED_TO // 2
    return (0, group_size.SHOWN_FROM - 1) if count is None else (count - step, count + step)


def told_apart(question, snapshot, other) -> list[tuple[Any, ...]]:
    """Give the counts of people of which two answers prove that they differ by one to four people."""
    keys = [column.name for column in question.columns if isinstance(column.figure, Key)]
    rows, others = ({tuple(row[key] for key in keys): row for row in named(question, {}, each)} for each in (snapshot, other))
    found = []
    for key, column in product(rows.keys() | others.keys(), question.columns):
        if isinstance(column.figure, People):
            one, two = (bounds(side.get(key, {}).get(column.name)) for side in (rows, others))
            least, most = one[0] - two[1], one[1] - two[0]
            is_some = least > 0 and most < MINIMUM
            is_less = most < 0 and least > -MINIMUM
            found += [(question.name, key, column.name)] if is_some or is_less else []
    return found


@pytest.fixture(scope="module")
def without_somebody(tmp_path_factory):
    """The same world, as if one of its people had never been there."""
    return WORLD.without(WORLD.people[0]["person"]).snapshot(tmp_path_factory.mktemp("without"))


def test_answers_with_somebody_and_without_them_do_not_tell_of_one_to_four(snapshot, without_somebody):
    assert [each for question in QUESTIONS.values() for each in told_apart(question, snapshot, without_somebody)] == []


def test_the_same_comparison_finds_somebody_where_counts_are_exact(snapshot, without_somebody, monkeypatch):
    monkeypatch.setattr(group_size, "ROUNDED_TO", 1)
    monkeypatch.setattr(group_size, "SHOWN_FROM", MINIMUM)
    assert told_apart(ACTIVITY, snapshot, without_somebody)


def certain(whole: int | None, pieces: Mapping[Any, int | None], piece: Any) -> tuple[int, int]:
    """Give what a whole and its other pieces say for certain of one piece, beside what it says itself."""
    own = bounds(pieces[piece])
    others = [bounds(count) for each, count in pieces.items() if each != piece]
    low = bounds(whole)[0] - sum(high for _, high in others)
    high = bounds(whole)[1] - sum(low for low, _ in others)
    return max(own[0], low), min(own[1], high)


def named(question, given, snapshot) -> list[Any]:
    return list(answer(question, given, snapshot).named)


def singled_out(snapshot) -> list[tuple[Any, ...]]:
    """Attack by differences: a month's active people less those of all other cohorts.

    Gives the groups that are proved to be some people, but fewer than five.
    """
    given = {"by": Bucket.MONTH, "buckets": 400}
    active = {row["start"]: row["people"] for row in named(ACTIVITY, given, snapshot)}
    told = {(row["cohort"], row["after"]): row["people"] for row in named(QUESTIONS["retention"], {}, snapshot)}
    found = []
    for month, people in active.items():
        cohorts = {each: told.get((each, int(month[5:7]) - int(each[5:7]))) for each in COHORTS if each <= month}
        found += [("cohort", month, each, certain(people, cohorts, each)) for each in cohorts]
    return [each for each in found if each[-1][0] >= 1 and each[-1][1] < MINIMUM]


@pytest.fixture(scope="module")
def few_of_a_cohort(tmp_path_factory):
    """Worlds in which two people of a small cohort are active in a month in which many others are."""
    snapshots = []
    for others in range(20, 26):
        world = World()
        early = [world.join(f"e{number}", date(2026, 6, 1)) for number in range(others)]
        late = [world.join(f"l{number}", date(2026, 7, 1)) for number in range(2)]
        for author in early + late:
            world.write(author, datetime(2026, 7, 20, tzinfo=UTC))
        snapshots.append(world.snapshot(tmp_path_factory.mktemp("cohorts")))
    return snapshots


def test_nobody_is_singled_out_by_differences_of_answers(snapshot, few_of_a_cohort):
    assert [singled_out(each) for each in (snapshot, *few_of_a_cohort)] == [[]] * 7


def test_the_same_attack_finds_somebody_where_counts_are_exact(few_of_a_cohort, monkeypatch):
    """So the test above can fail: with the usual threshold alone, the difference is the two people of the small cohort."""
    monkeypatch.setattr(group_size, "ROUNDED_TO", 1)
    monkeypatch.setattr(group_size, "SHOWN_FROM", MINIMUM)
    assert all(singled_out(each) for each in few_of_a_cohort)


def test_the_same_attack_finds_somebody_where_rows_are_shown_from_five(few_of_a_cohort, monkeypatch):
    """Rounding alone does not do: what is not shown is then known to be of four at most."""
    monkeypatch.setattr(group_size, "SHOWN_FROM", MINIMUM)
    assert any(singled_out(each) for each in few_of_a_cohort)


def test_counts_are_rounded_to_the_nearest_multiple():
    assert [rounded(count) for count in (0, 2, 3, 7, 8, 12, 13, 1_003)] == [0, 0, 5, 5, 10, 10, 15, 1_005]
    assert min(count for count in range(100) if rounded(count) > MINIMUM) == SHOWN_FROM


def degree_rows(*counts):
    """Give ranges of followers with so many people each."""
    return [
        {"direction": "followers", "from": at and 2 ** (at - 1), "to": at and 2**at - 1, "people": count}
        for at, count in enumerate(counts)
    ]


def merged(*counts):
    return [(row["from"], row["to"], row["people"]) for row in shown(degree_rows(*counts), DEGREES)]


def test_ranges_of_few_people_join_the_range_below_and_the_lowest_the_one_above():
    assert merged(20, 20) == [(0, 0, 20), (1, 1, 20)]
    assert merged(20, 10, 3, 4) == [(0, 0, 20), (1, 7, 15)]
    assert merged(3, 20, 9) == [(0, 1, 25), (2, 3, 10)]
    assert merged(1, 1, 1, 9) == [(0, 7, 10)]
    assert merged(3, 4) == []
    assert merged() == []


def test_what_people_of_a_column_did_is_not_told_where_they_are_few(tmp_path):
    world = World()
    people = [world.join(f"u{number}") for number in range(12)]
    first = [world.write(person, REFERENCE_DAY) for person in people]
    for _ in range(30):
        world.write(people[0], REFERENCE_DAY, reply_to=first[1])
    (row,) = answer(QUESTIONS["posts"], {"by": "month"}, world.snapshot(tmp_path)).named
    assert (row["people"], row["posts"], row["repliers"], row["replies"]) == (10, 10, None, None)


def test_an_order_is_made_of_what_is_shown(tmp_path):
    """Of two hashtags whose counts are rounded alike, none comes first for being used by one person more."""
    world = World()
    people = [world.join(f"u{number:02}") for number in range(12)]
    for at, person in enumerate(people):
        world.write(person, REFERENCE_DAY, *(["a"] if at < 8 else []), "b")
    found = answer(QUESTIONS["hashtags"], {"top": 1}, world.snapshot(tmp_path)).named
    assert [(row["hashtag"], row["people"]) for row in found] == [("a", 10)]
