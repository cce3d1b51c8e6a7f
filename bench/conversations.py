"""Conversations of few and of many replies, alike in all but that, and the people who read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bench.made_people import add_follows, make_people
from clock import now_ms
from graph.driver import Graph
from graph.ids import id_at, new_id
from graph.rows.posts import PostRow
from parts import Parts
from services.accounts.viewer import Viewer
from world.writing import batches, with_long_timeouts

STRANGERS = 300
"""People whom no reader follows, who write the other replies and like some."""
REPLIERS = 60
"""People who reply in each conversation and whom some readers follow."""
OTHERS = 840
"""More whom some readers follow, and who do not reply."""
LIKED = 60
"""Replies of each conversation that are liked, by up to so many people, as most are liked by nobody."""
LIKERS = 20
ID_BITS = 74
"""Bits of an id that do not tell its time."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads: each by whom they follow."""

    of_nobody: Viewer
    of_repliers: Viewer
    of_many: Viewer
    of_bot: Viewer


@dataclass(frozen=True, slots=True)
class Conversations:
    """First posts of conversations by how many replies they have: of many people, and all written by one bot."""

    readers: Readers
    of_people: Mapping[int, PostRow]
    of_bot: Mapping[int, PostRow]


async def write_conversations(parts: Parts, sizes: Sequence[int]) -> Conversations:
    """Make the people, and write a conversation of each kind and size."""
    graph = with_long_timeouts(parts.graph)
    strangers, repliers, others = [await make_people(graph, number) for number in (STRANGERS, REPLIERS, OTHERS)]
    author, bot, *readers = await make_people(graph, 6)
    followed: Sequence[Sequence[Viewer]] = ((), repliers, [*repliers, *others], [bot])
    for reader, some in zip(readers, followed, strict=True):
        await add_follows(graph, [reader.key], [each.key for each in some])
    return Conversations(
        Readers(*readers),
        {size: await _write(graph, author, _authors(size, repliers, strangers), strangers) for size in sizes},
        {size: await _write(graph, author, [bot] * size, strangers) for size in sizes},
    )


def _authors(size: int, repliers: Sequence[Viewer], strangers: Sequence[Viewer]) -> Sequence[Viewer]:
    """Return who writes each reply: each of the repliers one, and the rest everybody alike, in any order."""
    random = Random(size)
    authors = [*repliers, *random.choices([*repliers, *strangers], k=size - len(repliers))]
    random.shuffle(authors)
    return authors


async def _write(graph: Graph, author: Viewer, authors: Sequence[Viewer], likers: Sequence[Viewer]) -> PostRow:
    """Write a post and a reply of each of these authors, of which some are liked."""
    random, at, root = Random(len(authors)), now_ms(), new_id()
    # Behind each other in time, and not the same in two runs.
    ids = [id_at(at + each, random.getrandbits(ID_BITS) ^ at) for each in range(1, len(authors) + 1)]
    posts = [[root, author.key, "A conversation", None, "PUBLIC", True, None, None, [], [], at]]
    for each, (id_, replier) in enumerate(zip(ids, authors, strict=True), 1):
        posts.append([id_, replier.key, "A reply", None, "PUBLIC", False, root, root, [], [], at + each])
    likes = [[random.choice(likers).key, id_, at] for id_ in random.sample(ids, LIKED) for _ in range(random.randint(1, LIKERS))]
    written: Sequence[tuple[str, Sequence[Sequence[object]]]] = (
        ("world/add_posts", posts),
        ("world/add_replies", [[id_, root] for id_ in ids]),
        ("world/add_likes", likes),
    )
    for statement, rows in written:
        for some in batches(rows):
            await graph.write(statement, rows=some)
    return PostRow.of((await graph.read("posts/by_id", ids=[root]))[0])
