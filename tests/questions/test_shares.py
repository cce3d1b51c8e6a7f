"""What people did is told of five and more of them, however much one of them did, and whatever is taken from what."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.questions import group_size, separation
from analytics.questions.answering import answer
from analytics.questions.buckets import Bucket
from analytics.questions.catalogue import QUESTIONS
from analytics.questions.copy import Copy
from analytics.questions.group_size import capped
from analytics.questions.holdings import QUESTION as HOLDINGS
from analytics.questions.parameters import read
from analytics.questions.question import Things, largest
from analytics.tables import TABLES
from tests.questions.small_world import World, by_chance, write_snapshot

MONDAY = datetime(2026, 11, 2, 3, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 12, 3, tzinfo=UTC)


def named(question, given, snapshot):
    return list(answer(question, given, snapshot).named)


def test_nobody_counts_for_more_than_the_fifth_largest_share():
    assert capped(8, [1] * 5) == 10
    assert capped(4_007, [4_000, 1, 1, 1, 1]) == 10
    assert capped(540, [300, 6, 6, 6, 6]) == 240  # 246, to full thirties
    assert capped(1_000, [90, 80, 70, 60, 41]) == 750  # 864, to full 250s: 41 in one digit is 50
    assert capped(5 * 11 + 3, [11] * 5) == 100  # even the least that may be is not rounded to nothing


def test_each_count_of_things_comes_with_its_largest_shares(tmp_path):
    world = by_chance(17, people=70, acts=400)
    copy = Copy(world.snapshot(tmp_path))
    for question in (*QUESTIONS.values(), HOLDINGS):
        things = {column.name: column.figure.of for column in question.columns if isinstance(column.figure, Things)}
        counted = question.count(copy, read(question.parameters, {}))
        for row in counted.rows(named=True):
            for name, of in things.items():
                shares = row[largest(name)]
                assert shares == sorted(shares, reverse=True) and sum(shares) <= row[name], (question.name, row)
                assert len(shares) == min(row[of], group_size.MINIMUM), (question.name, row)


def crowd(of_one: int) -> World:
    """Give a world in which forty people write on six days of a week, and one of them as often as is said on the seventh."""
    world = World()
    names = [world.join(f"u{number:03}") for number in range(60)]
    for day in range(6):
        for name in names[:40]:
            world.write(name, MONDAY + timedelta(days=day), "tea")
    for _ in range(of_one):
        world.write(names[0], MONDAY + timedelta(days=6), "tea")
    return world


def copied(world, folder, mark):
    """Write a world as a copy as of a mark."""
    return write_snapshot(folder, {name: getattr(world, name) for name in TABLES}, mark)


def told(snapshot):
    """Give every answer about posts, by all lengths of time."""
    asked = [(QUESTIONS[name], {"by": by}) for name in ("posts", "hashtags", "trending") for by in Bucket]
    asked += [(QUESTIONS[name], {}) for name in ("hours", "conversations", "polarisation")]
    return [named(question, given, snapshot) for question, given in (*asked, (HOLDINGS, {}))]


def test_a_week_less_its_days_does_not_tell_what_somebody_did_alone(tmp_path):
    """Nobody sees whether one person wrote nothing on Sunday, or three hundred posts."""
    mark = datetime(2026, 12, 1, 7, tzinfo=UTC)
    answers = [told(copied(crowd(posts), tmp_path / f"{posts}", mark)) for posts in (0, 1, 300)]
    assert answers[0] == answers[1] == answers[2]
    week = [row for row in answers[0][1] if row["start"] == "2026-11-02"]
    assert [(row["people"], row["posts"]) for row in week] == [(40, 240)]


def test_no_figure_is_of_the_one_who_did_nearly_all_of_it(tmp_path):
    world = World()
    names = [world.join(f"u{number}") for number in range(20)]
    for name in [*names[:8], *[names[0]] * 900]:
        world.write(name, OCTOBER)
    (row,) = named(QUESTIONS["posts"], {"by": "month", "buckets": 1}, world.snapshot(tmp_path))
    assert (row["people"], row["posts"], row["per_person"]) == (10, 10, 1.0)


def test_a_later_snapshot_of_the_month_does_not_tell_what_was_done_meanwhile(tmp_path):
    """What is told without time is of whole months: two weekly copies do not differ by the hundred posts of one person."""
    world = World()
    names = [world.join(f"u{number:02}") for number in range(30)]
    for name in names[:20]:
        world.write(name, OCTOBER, "tea")
    questions = [QUESTIONS[name] for name in ("hours", "conversations", "polarisation")]

    def answers(mark):
        snapshot = copied(world, tmp_path, mark)
        return [named(question, {}, snapshot) for question in questions]

    before = answers(datetime(2026, 11, 2, 7, tzinfo=UTC))
    for number in range(100):
        world.write(names[0], MONDAY + timedelta(days=number % 6), "tea")
    for name in names[20:]:
        world.write(name, MONDAY, "tea")
    assert before[0] == [{"weekday": 1, "hour": 3, "people": 20, "posts": 20}] and all(before[:2])
    assert answers(datetime(2026, 11, 9, 7, tzinfo=UTC)) == before
    assert answers(datetime(2026, 12, 1, 7, tzinfo=UTC))[0] == [{"weekday": 1, "hour": 3, "people": 30, "posts": 30}]


def followed_by(folder, sources: int):
    """Give a copy of 120 people of whom so many follow two others, and one more fifty: the last one by name."""
    world = World()
    names = [world.join(f"u{number:03}") for number in range(120)]
    for number in range(sources):
        world.follow(names[number], names[(number + 1) % sources])
        world.follow(names[number], names[100])
    for number in {*range(60, 110)} - {sources}:
        world.follow(names[sources], names[number])
    return world.snapshot(folder)


def more_sources(snapshot) -> float:
    """Attack the sample: each source has as many pairs as there are others, so their sum tells how many sources there are."""
    asked = [named(QUESTIONS["separation"], {"sources": sources}, snapshot) for sources in (50, 100)]
    few, many = (sum(int(row["pairs"] or 0) for row in rows) for rows in asked)
    assert few
    return (many - few) / 119


@pytest.mark.parametrize(("sources", "more"), [(49, 0), (50, 0), (52, 0), (99, 50)])
def test_a_larger_sample_does_not_tell_of_the_few_that_it_has_more(tmp_path, sources, more):
    assert more_sources(followed_by(tmp_path, sources)) == pytest.approx(more, abs=8 if more else 0)


def test_the_attack_finds_somebody_where_samples_grow_one_by_one(tmp_path, monkeypatch):
    monkeypatch.setattr(separation, "STEP", 1)
    monkeypatch.setattr(group_size, "capped", lambda count, _: group_size.rounded(count))
    assert round(more_sources(followed_by(tmp_path, 50))) == 1


def test_a_sample_of_few_is_none(tmp_path):
    world = World()
    names = [world.join(f"u{number:02}") for number in range(40)]
    for name in names[1:31]:
        world.follow(names[0], name)
    assert named(QUESTIONS["separation"], {}, world.snapshot(tmp_path)) == []


def test_what_the_copy_of_one_person_holds_is_not_told(tmp_path):
    world = World()
    author = world.join("u0")
    for _ in range(400):
        world.write(author, OCTOBER, "tea")
    assert named(HOLDINGS, {}, world.snapshot(tmp_path)) == []


def test_what_a_copy_holds_is_told_by_kind(tmp_path):
    world = by_chance(17, people=70, acts=400)
    found = {row["kind"]: row for row in named(HOLDINGS, {}, world.snapshot(tmp_path))}
    assert list(found) == ["people", "posts", "follows", "likes", "reposts", "uses of hashtags"]
    assert (found["people"]["people"], found["people"]["rows"]) == (70, 70)
    assert found["posts"]["rows"] == pytest.approx(len(world.posts), rel=0.3)


def test_a_bucket_that_is_not_told_is_no_trend(tmp_path):
    """Seven people each week and then eight are nothing new."""
    world = World()
    names = [world.join(f"u{number:02}") for number in range(40)]
    for week in range(5):
        at = datetime(2026, 11, 4, tzinfo=UTC) - timedelta(weeks=week)
        for name in names[: 7 if week else 8]:
            world.write(name, at, "tea")
        for name in names[: 0 if week else 30]:
            world.write(name, at, "rain")
    rain, tea = named(QUESTIONS["trending"], {"by": "week"}, world.snapshot(tmp_path))
    assert (rain["hashtag"], rain["expected"], tea["hashtag"], tea["expected"]) == ("rain", 7.0, "tea", 7.0)
    assert tea["score"] < 1 < rain["score"]


def test_of_communities_of_one_rounded_size_none_is_known_to_be_larger(tmp_path):
    """Nine people come before ten: their order is that of pseudonyms."""
    world = World()
    for letter, size in (("a", 9), ("b", 10)):
        names = [world.join(f"{letter}{number}") for number in range(size)]
        for follower in names:
            for followed in names:
                if follower != followed:
                    world.follow(follower, followed)
    snapshot = world.snapshot(tmp_path)
    counted = QUESTIONS["communities"].count(Copy(snapshot), {})
    assert counted.select("community", "people").rows() == [(1, 9), (2, 10)]
    assert [row["people"] for row in named(QUESTIONS["communities"], {}, snapshot)] == [10, 10]
