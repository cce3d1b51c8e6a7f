"""Generates follows: communities of interests and languages, a power law of fame, and about half of them mutual."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from world.people import Person
from world.seeded_random import seeded_random

SAME_INTEREST, SAME_CULTURE = 0.72, 0.87
"""Thresholds of a random choice: below the first the same interest, below the second the same culture, else anybody."""
BACK = 0.42
"""Probability that a person of the same fame follows back."""


@dataclass(frozen=True, slots=True)
class Follow:
    """One follow; `follower` and `followed` are indexes of people, `at` is in milliseconds since 1970 UTC."""

    follower: int
    followed: int
    at: int


@dataclass(frozen=True, slots=True)
class _Circle:
    """People to choose from, and the cumulative weights of their fame."""

    members: list[int]
    fame: list[float]

    @classmethod
    def of(cls, people: Iterable[Person]) -> "_Circle":
        chosen = list(people)
        return cls([person.index for person in chosen], list(accumulate(person.fame for person in chosen)))

    def draw(self, rng: Random) -> int:
        return rng.choices(self.members, cum_weights=self.fame)[0]


def follows_of(seed: int, people: list[Person], now_ms: int) -> list[Follow]:
    """Generate the follows, sorted by follower. No two follows of one follower, or of one followed person, have the same time."""
    rng = seeded_random(seed, "follows")
    edges = _chosen(rng, people)
    for follower, followed in list(edges):
        closeness = min((people[follower].fame / people[followed].fame) ** 0.25, 1.6)
        if people[followed].reach is None and rng.random() < BACK * closeness:
            edges[followed, follower] = None
    _add_followers_of_leads(rng, people, edges)
    return _dated(rng, people, sorted(edges), now_ms)


def _chosen(rng: Random, people: list[Person]) -> dict[tuple[int, int], None]:
    """Choose whom each person follows. The result is an ordered set, because the order of a plain set differs between runs."""
    world = _Circle.of(people)
    by_interest, by_culture = defaultdict(list), defaultdict(list)
    for person in people:
        by_culture[person.culture.name].append(person)
        for subject in person.interests:
            by_interest[subject.name].append(person)
    circles = {name: _Circle.of(members) for name, members in (by_interest | by_culture).items()}
    edges: dict[tuple[int, int], None] = {}
    for person in people:
        wanted = person.reach or int(rng.lognormvariate(2.6, 0.9)) + 1
        chosen: set[int] = {person.index}
        for _ in range(wanted * 8):
            if len(chosen) > min(wanted, len(people) // 2):
                break
            draw = rng.random()
            if draw < SAME_INTEREST:
                circle = circles[rng.choice(person.interests).name]
            else:
                circle = circles[person.culture.name] if draw < SAME_CULTURE else world
            followed = circle.draw(rng)
            if followed not in chosen:
                chosen.add(followed)
                edges[person.index, followed] = None
    return edges


def _add_followers_of_leads(rng: Random, people: list[Person], edges: dict[tuple[int, int], None]) -> None:
    """Add followers for the demo log-ins, as many as they follow."""
    for person in people:
        if person.reach is None:
            continue
        shared = [other.index for other in people if other.reach is None and set(_names(other)) & set(_names(person))]
        for follower in rng.sample(shared, min(person.reach, len(shared))):
            edges[follower, person.index] = None


def _names(person: Person) -> tuple[str, ...]:
    return tuple(subject.name for subject in person.interests)


def _dated(rng: Random, people: list[Person], edges: list[tuple[int, int]], now_ms: int) -> list[Follow]:
    taken: set[tuple[int, int]] = set()
    made = []
    for follower, followed in edges:
        since = max(people[follower].created_at, people[followed].created_at)
        at = since + 1 + int(rng.random() ** 0.8 * max(now_ms - since - 2, 0))
        # Pages of followers and following are ordered by time, so the times of one person must differ.
        while (~follower, at) in taken or (followed, at) in taken:
            at -= 1
        taken |= {(~follower, at), (followed, at)}
        made.append(Follow(follower, followed, at))
    return made
