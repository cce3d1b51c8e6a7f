import asyncio
import lzma
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graph.driver import Graph
from graph.ids import milliseconds_of, new_id
from services.posts import entities
from tests.world.looking import degrees, fingerprint, rows
from tests.world.test_edges import compacted
from world import edge_batches, imported_posts, writing_follows
from world.errors import UnreadableFile
from world.generated_person import FOLLOWING_SPAN, first_follow
from world.importer import import_follows

NOW = 1_795_392_000_000
EMPTY = "MATCH (n) WHERE NOT n:Migration AND NOT n:MigrationLock DETACH DELETE n RETURN count(*)"


def random_edges(count: int = 3_000, people: int = 300) -> list[tuple[int, int]]:
    rng = Random(7)
    drawn = ((rng.randrange(people), int(people * rng.random() ** 3)) for _ in range(count))
    return [(a + 100, b + 100) for a, b in drawn if a != b]


@pytest.fixture
def edge_file(tmp_path: Path) -> Path:
    path = tmp_path / "edges.txt"
    path.write_text("".join(f"{a} {b}\n" for a, b in random_edges()))
    return path


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(edge_batches, "BATCH", 250)
    monkeypatch.setattr(imported_posts, "BATCH", 100)
    monkeypatch.setattr("world.importer.BATCH", 100)


WHOLE: list[str] = []
"""The fingerprint of the whole import, once it is known."""


@pytest.fixture
async def whole(graph: Graph, edge_file: Path, small_batches: None) -> str:
    """The fingerprint of the file with 430 posts, and an empty graph."""
    if not WHOLE:
        await import_follows(graph, edge_file, posts=430, now_ms=NOW)
        WHOLE.append(await fingerprint(graph))
        await rows(graph, EMPTY)
    return WHOLE[0]


async def test_degrees_in_the_graph_are_those_of_the_file(graph: Graph, edge_file, small_batches):
    report = await import_follows(graph, edge_file, now_ms=NOW)
    edges = set(random_edges())
    followers, following = Counter(b for _, b in edges), Counter(a for a, _ in edges)
    people = {person for edge in edges for person in edge}
    assert await degrees(graph) == {f"u{person}": (followers[person], following[person]) for person in people}
    assert report.follows == len(edges)
    assert report.edges == len(random_edges())
    assert report.people == report.new_people == len(people)
    assert (report.bad, report.bad_count, report.resumed_at, report.posts) == ((), 0, 0, 0)


async def test_importing_twice_changes_nothing_and_lines_may_repeat(graph: Graph, edge_file, small_batches):
    await import_follows(graph, edge_file, posts=200, now_ms=NOW)
    before = await fingerprint(graph)
    again = await import_follows(graph, edge_file, posts=200)
    assert await fingerprint(graph) == before
    assert (again.new_people, again.posts) == (0, 0)
    assert again.resumed_at == len(random_edges())


@pytest.mark.parametrize("after", [1, 4, 9, 14])
async def test_an_import_that_was_broken_off_goes_on_to_the_same_graph(graph: Graph, edge_file, whole, after):
    steps = iter(range(after))
    reached = asyncio.Event()

    def progress(_done, _total, _what):
        if next(steps, None) is None:
            reached.set()

    task = asyncio.create_task(import_follows(graph, edge_file, posts=430, now_ms=NOW, progress=progress))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await fingerprint(graph) != whole
    report = await import_follows(graph, edge_file, posts=430)
    assert report.resumed_at >= min(after, 9) * 250
    assert await fingerprint(graph) == whole


async def test_more_posts_are_added_to_those_that_are_there(graph: Graph, edge_file, whole):
    for posts in (0, 130, 130, 430):
        report = await import_follows(graph, edge_file, posts=posts, now_ms=NOW)
    assert report.posts == 300
    assert await fingerprint(graph) == whole


async def test_posts_are_spread_by_a_power_law_and_are_as_the_contract_says(graph: Graph, edge_file):
    await import_follows(graph, edge_file, posts=2_000, now_ms=NOW)
    found = await rows(
        graph,
        """MATCH (u)-[:POSTED]->(p:HomePost)
        RETURN collect([p.authorId = u.id AND p.authorKey = u.key AND p:Post AND p.home AND p.delivery = 'PUSH',
          p.id, p.createdAt, u.key, p.text, [(p)-[:TAGGED]->(h) | h.name]])""",
    )
    assert len(found) == 2_000
    for sound, id_, at, _, text, tags in found:
        assert sound
        assert milliseconds_of(id_) == at < NOW
        assert sorted(entities.hashtags(text)) == sorted(tags)
        assert entities.mentions(text) == []
    by_author = sorted(Counter(key for *_, key, _, _ in found).values(), reverse=True)
    assert sum(by_author[: len(by_author) // 10]) > 0.25 * 2_000


async def test_follows_of_one_person_have_moments_of_their_own(graph: Graph, tmp_path: Path):
    path = tmp_path / "star.txt"
    path.write_text("".join(f"{n} hub\nhub {n}\n" for n in range(1_500)))
    await import_follows(graph, path, prefix="", now_ms=NOW)
    for end in ("followed", "follower"):
        at = await rows(
            graph,
            f"""MATCH (a)-[f:FOLLOWS]->(b) WHERE f.follower = a.key AND f.followed = b.key
            MATCH (hub:User {{usernameKey: 'hub'}}) WHERE f.{end} = hub.key RETURN collect(f.at)""",
        )
        assert len(set(at)) == len(at) == 1_500
        assert all(first_follow(NOW) <= moment < NOW for moment in at)


async def test_people_have_usernames_that_can_be_asked_for(graph: Graph, tmp_path: Path):
    path = tmp_path / "edges.txt"
    path.write_text("1 12\nAb 1\n")
    await import_follows(graph, path)
    assert set(await degrees(graph)) == {"u_1", "u12", "uab"}
    people = await rows(graph, "MATCH (u:User) RETURN collect(properties(u))")
    for person in people:
        assert person["username"] == person["usernameKey"]
        assert milliseconds_of(person["id"]) == person["createdAt"]
        assert person["displayName"]
        assert person["state"] == "ACTIVE"


async def test_somebody_with_the_username_is_that_person(graph: Graph, tmp_path: Path):
    person = {"id": "018bcfe5-6800-7000-8000-000000000001", "username": "U12", "usernameKey": "u12", "bio": "me"}
    await graph.write("world/add_people", people=[person])
    path = tmp_path / "edges.txt"
    path.write_text("11 12\n")
    report = await import_follows(graph, path, posts=10)
    assert (report.people, report.new_people) == (2, 1)
    assert await degrees(graph) == {"U12": (1, 0), "u11": (0, 1)}
    assert await rows(graph, "MATCH (u:User {usernameKey: 'u12'}) RETURN u.id + u.bio") == person["id"] + "me"


async def test_somebody_who_had_the_username_before_is_that_person(graph: Graph, tmp_path: Path):
    path = tmp_path / "edges.txt"
    path.write_text("11 12\n")
    await import_follows(graph, path)
    id_ = await rows(graph, "MATCH (u:User {usernameKey: 'u12'}) RETURN u.id")
    renamed: dict[str, Any] = {"id": id_, "username": "Ana", "usernameKey": "ana", "skeleton": "ana", "entry": {"id": new_id()}}
    await graph.write("accounts/change_username", **renamed, at=5, since=0, until=10)
    path.write_text("11 12\n13 12\n")
    assert (await import_follows(graph, path)).new_people == 1
    assert await degrees(graph) == {"Ana": (2, 0), "u11": (0, 1), "u13": (0, 1)}


async def test_bad_lines_are_listed_up_to_a_bound_and_counted(graph: Graph, tmp_path: Path):
    path = tmp_path / "edges.txt"
    path.write_text("10 11\n" + "12\n" * 50 + "12 12\n" + "12 13\n")
    report = await import_follows(graph, path)
    assert report.bad_count == 51
    assert len(report.bad) == 20
    assert report.bad[0] == (2, "lacks the second of its two ids")
    assert (report.edges, report.follows) == (2, 2)


async def test_the_compact_form_and_standard_lines_give_one_graph(graph: Graph, tmp_path: Path):
    follows: dict[int, set[int]] = {}
    for a, b in random_edges():
        follows.setdefault(a, set()).add(b)
    path = tmp_path / "edges.bin.xz"
    path.write_bytes(lzma.compress(compacted(follows)))
    report = await import_follows(graph, path)
    assert report.follows == report.edges == len(set(random_edges()))
    lines = tmp_path / "edges.txt"
    lines.write_text("".join(f"{a} {b}\n" for a, b in sorted(set(random_edges()), reverse=True)))
    before = await degrees(graph)
    assert (await import_follows(graph, lines)).new_people == 0
    assert await degrees(graph) == before


async def test_a_file_that_breaks_off_has_its_beginning_imported(graph: Graph, tmp_path: Path):
    path = tmp_path / "edges.bin"
    path.write_bytes(compacted({n: {n + 1, n + 500} for n in range(100, 300)})[:300])
    with pytest.raises(UnreadableFile, match=r"after edge (\d+)") as caught:
        await import_follows(graph, path)
    number = int(str(caught.value).split("after edge ")[1].split(".")[0])
    assert await rows(graph, "MATCH ()-[f:FOLLOWS]->() RETURN count(f)") == number > 50


async def test_an_empty_file_is_no_fault(graph: Graph, tmp_path: Path):
    path = tmp_path / "edges.txt"
    path.write_text("# nobody\n")
    report = await import_follows(graph, path, posts=10)
    assert (report.people, report.follows, report.posts) == (0, 0, 0)


async def test_a_prefix_that_no_username_can_have_is_refused(graph: Graph, edge_file):
    for prefix in ("@", "überaus", "sevenxx", "a b"):
        with pytest.raises(ValueError, match="prefix"):
            await import_follows(graph, edge_file, prefix=prefix)


async def test_progress_tells_bytes_and_ends_at_the_whole(graph: Graph, edge_file, small_batches):
    told: list[tuple[int, int, str]] = []
    await import_follows(graph, edge_file, posts=150, progress=lambda *step: told.append(step))
    size = edge_file.stat().st_size
    follows = [step for step in told if step[2] == "follows"]
    assert follows[-1] == (size, size, "follows")
    assert told[-1] == (150, 150, "posts")
    assert [done for done, _, what in told if what == "posts"] == [100, 150]


async def test_forgetting_keys_changes_nothing(graph: Graph, edge_file, small_batches, monkeypatch):
    await import_follows(graph, edge_file, now_ms=NOW)
    whole = await fingerprint(graph)
    await rows(graph, EMPTY)
    monkeypatch.setattr("world.imported_people.CACHED_KEYS", 50)
    report = await import_follows(graph, edge_file, now_ms=NOW)
    assert report.people == report.new_people == 300
    assert await fingerprint(graph) == whole


async def test_the_statements_for_edges_have_no_eager_step(graph: Graph):
    async with graph.driver.session() as session:
        for name in ("world/import_follows", "world/add_follows", "world/add_likes", "world/add_replies", "world/add_quotes"):
            statement = graph.catalogue[name]
            result = await session.run("EXPLAIN " + statement.text, dict(statement.example))
            plan = str((await result.consume()).plan)
            assert "'Eager@" not in plan
            assert "'operatorType': 'Eager" not in plan.replace("EagerAggregation", "")


def test_multiples_of_keys_stay_apart_over_the_whole_span():
    span = FOLLOWING_SPAN
    for factor in (writing_follows.BY_FOLLOWER, writing_follows.BY_FOLLOWED):
        assert span % factor
    assert all(span % divisor for divisor in range(2, int(span**0.5) + 1))
