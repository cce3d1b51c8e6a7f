"""What questions must count, computed once more by plain Python and networkx."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it has no types
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python as pagerank  # type: ignore[import-untyped]  # as pure Python

from analytics.questions.buckets import Bucket
from analytics.questions.community_detection import ROUNDS
from analytics.questions.conversations import DEPTHS
from analytics.questions.group_size import MINIMUM, SHOWN_FROM, rounded
from analytics.questions.separation import STEP
from tests.questions.small_world import MARK, World

Counted = list[dict[str, Any]]
Given = Mapping[str, Any]


def start_of(bucket: Bucket, day: date) -> date:
    """Give the first day of a bucket, by trying days."""
    def begins(each: date) -> bool:
        return {Bucket.DAY: True, Bucket.WEEK: each.weekday() == 0, Bucket.MONTH: each.day == 1}[bucket]

    return next(each for each in (day - timedelta(days=back) for back in range(32)) if begins(each))


def starts(bucket: Bucket, count: int) -> list[date]:
    """Give the first days of the last buckets that were over at the mark, the newest first."""
    found: list[date] = []
    day = start_of(bucket, MARK.date())
    while len(found) < count:
        day = start_of(bucket, day - timedelta(days=1))
        found.append(day)
    return found


def acts(world: World) -> list[tuple[str, date, str]]:
    """Give who did what on which day."""
    return [
        *((post["author"], post["at"].date(), "writers") for post in world.posts),
        *((row["person"], row["at"].date(), "reposters") for row in world.reposts),
        *((row["person"], row["at"].date(), "likers") for row in world.likes),
        *((row["follower"], row["at"], "followers") for row in world.follows),
    ]


def doubled(number: int) -> tuple[int, int]:
    """Give the range in which a number is."""
    low = 1
    while low * 2 <= number:
        low *= 2
    return (low, low * 2 - 1) if number else (0, 0)


def largest(who: Iterable[str]) -> list[int]:
    """Give the largest shares of single people, where each is named as often as they did something."""
    return sorted(Counter(who).values(), reverse=True)[:MINIMUM]


def in_last_year(world: World) -> World:
    """Give what was written in the last twelve months that were over at the mark."""
    end = start_of(Bucket.MONTH, MARK.date())
    since = end.replace(year=end.year - 1)
    return replace(world, **{
        name: [row for row in getattr(world, name) if since <= row["at"].date() < end] for name in ("posts", "hashtags")
    })  # fmt: skip


def histogram(numbers: Iterable[int]) -> Counter[tuple[int, int]]:
    return Counter(map(doubled, numbers))


def graph_of(world: World) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(person["person"] for person in world.people))
    graph.add_edges_from((row["follower"], row["followed"]) for row in world.follows)
    return graph


def growth(world: World, _: Given) -> Counted:
    months = Counter(person["joined"] for person in world.people if person["joined"] < start_of(Bucket.MONTH, MARK.date()))
    return [{"month": month, "people": count} for month, count in months.items()]


def activity(world: World, given: Given) -> Counted:
    bucket, shown = given["by"], set(starts(given["by"], given["buckets"]))
    found: dict[date, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for person, day, what in acts(world):
        found[start_of(bucket, day)]["people"].add(person)
        found[start_of(bucket, day)][what].add(person)
    names = ("people", "writers", "reposters", "likers", "followers")
    return [{"start": start, **{name: len(by[name]) for name in names}} for start, by in found.items() if start in shown]


def retention(world: World, given: Given) -> Counted:
    months = sorted(starts(Bucket.MONTH, given["months"]))
    joined = {person["person"]: person["joined"] for person in world.people if person["joined"] in months}
    active: dict[tuple[date, int], set[str]] = defaultdict(set)
    for person, day, _ in acts(world):
        month = day.replace(day=1)
        if person in joined and month in months and month >= joined[person]:
            active[joined[person], months.index(month) - months.index(joined[person])].add(person)
    sizes = Counter(joined.values())
    return [
        {"cohort": cohort, "after": after, "joined": sizes[cohort], "people": len(people)}
        for (cohort, after), people in active.items()
    ]


def posts(world: World, given: Given) -> Counted:
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for post in world.posts:
        found[start_of(given["by"], post["at"].date())].append(post)
    shown = set(starts(given["by"], given["buckets"]))
    return [
        {
            "start": start, "people": len({post["author"] for post in some}), "posts": len(some),
            "posts_largest": largest(post["author"] for post in some),
            "repliers": len({post["author"] for post in some if post["kind"] == "REPLY"}),
            "replies": sum(post["kind"] == "REPLY" for post in some),
            "replies_largest": largest(post["author"] for post in some if post["kind"] == "REPLY"),
        }
        for start, some in found.items() if start in shown
    ]  # fmt: skip


def hours(world: World, _: Given) -> Counted:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for post in in_last_year(world).posts:
        found[post["at"].isoweekday(), post["at"].hour].append(post["author"])
    return [
        {"weekday": day, "hour": hour, "people": len(set(who)), "posts": len(who), "posts_largest": largest(who)}
        for (day, hour), who in found.items()
    ]


def uses(world: World) -> list[tuple[str, str, str, datetime]]:
    """Give each use of a hashtag: hashtag, post, author, when."""
    authors = {post["post"]: post["author"] for post in world.posts}
    return [(row["hashtag"], row["post"], authors[row["post"]], row["at"]) for row in world.hashtags]


def hashtags(world: World, given: Given) -> Counted:
    shown = set(starts(given["by"], given["buckets"]))
    found: dict[tuple[date, str], list[tuple[str, str]]] = defaultdict(list)
    for hashtag, post, author, at in uses(world):
        found[start_of(given["by"], at.date()), hashtag].append((author, post))
    return [
        {
            "start": start, "hashtag": hashtag, "people": len({a for a, _ in who}), "posts": len({p for _, p in who}),
            "posts_largest": largest(a for a, _ in set(who)),
        }
        for (start, hashtag), who in found.items() if start in shown
    ]  # fmt: skip


def trending(world: World, given: Given) -> Counted:
    newest = starts(given["by"], 5)
    found: dict[str, dict[date, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for hashtag, post, author, at in uses(world):
        if (start := start_of(given["by"], at.date())) in newest:
            found[hashtag][start].add((author, post))
    return [
        {
            "hashtag": hashtag, "start": newest[0], "posts": len(by[newest[0]]),
            "posts_largest": largest(a for a, _ in by[newest[0]]),
            **{name: len({a for a, _ in by[start]}) for name, start in zip(
                ("people", "before_1", "before_2", "before_3", "before_4"), newest, strict=True)},
        }
        for hashtag, by in found.items()
    ]  # fmt: skip


def conversations(world: World, _: Given) -> Counted:
    world = in_last_year(world)
    below: dict[str, list[str]] = defaultdict(list)
    for post in world.posts:
        if post["reply_to"]:
            below[post["reply_to"]].append(post["post"])

    def depth(post: str) -> int:
        return max((1 + depth(each) for each in below[post]), default=0)

    found: dict[tuple[int, int | None], list[str]] = defaultdict(list)
    for post in world.posts:
        if post["kind"] != "REPLY":
            place = next(each for each in reversed(DEPTHS) if each[0] <= depth(post["post"]))
            found[place].append(post["author"])
    return [
        {
            "from": low, "to": high, "people": len(set(who)), "conversations": len(who), "conversations_largest": largest(who),
        }
        for (low, high), who in found.items()
    ]  # fmt: skip


def degrees(world: World, _: Given) -> Counted:
    graph = graph_of(world)
    sides = {"followers": graph.in_degree, "following": graph.out_degree}
    return [
        {"direction": side, "from": low, "to": high, "people": count}
        for side, degree in sides.items()
        for (low, high), count in histogram(dict(degree).values()).items()
    ]


def reciprocity(world: World, _: Given) -> Counted:
    graph = graph_of(world)
    followed: dict[tuple[int, int], list[str]] = defaultdict(list)
    returned: dict[tuple[int, int], list[str]] = defaultdict(list)
    for person, followers in graph.in_degree:
        followed[doubled(followers)] += [person] * followers
        returned[doubled(followers)] += [person for each in graph.predecessors(person) if graph.has_edge(person, each)]
    return [
        {
            "from": low, "to": high, "people": len(set(who)), "follows": len(who), "follows_largest": largest(who),
            "returners": len(set(returned[low, high])), "returned": len(returned[low, high]),
            "returned_largest": largest(returned[low, high]),
        }
        for (low, high), who in followed.items() if low
    ]  # fmt: skip


def clustering(world: World, _: Given) -> Counted:
    graph = nx.Graph(graph_of(world))
    local = nx.clustering(graph)
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for person, neighbours in graph.degree:
        if neighbours > 1:
            found[doubled(neighbours)].append(local[person])
    return [
        {"from": low, "to": high, "people": len(some), "clustering": sum(some) / len(some)} for (low, high), some in found.items()
    ]


def components(world: World, _: Given) -> Counted:
    graph = graph_of(world)
    found: Counter[tuple[Any, ...]] = Counter()
    for kind, parts in (("weak", nx.weakly_connected_components(graph)), ("strong", nx.strongly_connected_components(graph))):
        for part in parts:
            found[kind, *doubled(len(part))] += len(part)
    return [{"kind": kind, "from": low, "to": high, "people": people} for (kind, low, high), people in found.items()]


def influence(world: World, _: Given) -> Counted:
    graph = graph_of(world)
    scores = pagerank(graph, alpha=0.85, tol=1e-12, max_iter=500) if graph else {}
    return [
        {"person": person, "people": followers, "score": scores[person] * len(graph)}
        for person, followers in graph.in_degree if followers >= 50
    ]  # fmt: skip


def separation(world: World, given: Given) -> Counted:
    graph = graph_of(world)
    sources = sorted(person for person, following in graph.out_degree if following)
    found: dict[int | None, list[tuple[str, str]]] = defaultdict(list)
    for source in sources[: min(given["sources"], len(sources) // STEP * STEP)]:
        lengths = nx.single_source_shortest_path_length(graph, source)
        for person in graph:
            if person != source:
                found[lengths.get(person)].append((source, person))
    return [
        {
            "distance": distance, "people": len({person for _, person in pairs}), "sources": len({source for source, _ in pairs}),
            "pairs": len(pairs), "pairs_largest": largest(source for source, _ in pairs),
        }
        for distance, pairs in found.items()
    ]  # fmt: skip


def labels_of(world: World) -> dict[str, int]:
    """Give the label of each person, by the rule of label propagation, one person after the other."""
    names = sorted(person["person"] for person in world.people)
    number = {name: at for at, name in enumerate(names)}
    neighbours: dict[str, list[str]] = defaultdict(list)
    for row in world.follows:
        neighbours[row["follower"]].append(row["followed"])
        neighbours[row["followed"]].append(row["follower"])
    labels = dict(number)
    for _ in range(ROUNDS):
        before = dict(labels)
        for half in (0, 1):
            chosen = {}
            for name in names:
                if number[name] % 2 == half and neighbours[name]:
                    votes = Counter(labels[each] for each in neighbours[name])
                    most = max(votes.values())
                    best = [label for label, count in votes.items() if count == most]
                    chosen[name] = labels[name] if labels[name] in best else min(best)
            labels |= chosen
        if labels == before:
            break
    return labels


def communities_of(world: World) -> dict[str, int]:
    """Give the community of each person: its place by rounded size, or 0."""
    labels = labels_of(world)
    sizes = Counter(labels.values())
    order = sorted(sizes, key=lambda label: (-rounded(sizes[label]), label))
    return {name: 0 if sizes[label] < SHOWN_FROM else order.index(label) + 1 for name, label in labels.items()}


def communities(world: World, _: Given) -> Counted:
    found = communities_of(world)
    stays: dict[str, list[bool]] = defaultdict(list)
    for row in world.follows:
        stays[row["follower"]].append(found[row["follower"]] == found[row["followed"]])
    parts: dict[int, list[float]] = defaultdict(list)
    for person, some in stays.items():
        parts[found[person]].append(sum(some) / len(some))
    return [
        {
            "community": each, "people": people, "following": len(parts[each]),
            "inside": sum(parts[each]) / len(parts[each]) if parts[each] else None,
        }
        for each, people in Counter(found.values()).items()
    ]  # fmt: skip


def polarisation(world: World, _: Given) -> Counted:
    found = communities_of(world)
    all_people = Counter(found.values())
    who: dict[str, set[str]] = defaultdict(set)
    written: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for hashtag, post, author, _at in uses(in_last_year(world)):
        who[hashtag].add(author)
        written[hashtag].add((author, post))

    def distance(people: set[str]) -> float:
        users = Counter(found[person] for person in people)
        return sum(abs(users[each] / len(people) - count / len(found)) for each, count in all_people.items()) / 2

    return [
        {
            "hashtag": hashtag, "people": len(people), "posts": len(written[hashtag]), "polarisation": distance(people),
            "posts_largest": largest(author for author, _ in written[hashtag]),
        }
        for hashtag, people in who.items()
    ]


REFERENCES: Mapping[str, Callable[[World, Given], Counted]] = {
    each.__name__: each
    for each in (
        growth, activity, retention, posts, hours, hashtags, trending, conversations, degrees, reciprocity, clustering,
        components, influence, separation, communities, polarisation,
    )
}  # fmt: skip
assert MARK.tzinfo is UTC
