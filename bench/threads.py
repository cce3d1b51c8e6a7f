"""Pages of a conversation of 10,000 replies beside one of 100: by time, by relevance, and as a tree."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from bench.figures import Figure, at_most
from bench.people import Person, random_people
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from clock import now_ms
from feeds import pipeline
from feeds.reader import ReaderIds
from feeds.relevant_replies import ReplyOrder, ordered_replies
from feeds.windows import Window
from graph.ids import id_at, new_id
from graph.rows.posts import PostRow
from keyspace.list_heads import HEAD_MOST
from parts import Parts
from world.writing import batches, with_long_timeouts

SMALL, LARGE = 100, 10_000
"""Replies of the two conversations."""
SIZE = 20
TIMES = 20
"""Measured times a round."""
MOST = 1.3
"""Times that a page of the large one may take."""
LIKED = 60
"""Replies of each conversation that are liked, by up to so many people, as most are liked by nobody."""
LIKERS = 20
ID_BITS = 74
"""Bits of an id that do not tell its time."""

Act = Callable[[int], Awaitable[object]]


async def measure(testbed: Testbed) -> list[Figure]:
    """Write the two conversations, and time the same pages of both in turns."""
    async with testbed.parts() as parts:
        people = await random_people(parts.graph, LARGE)
        viewer = max(people, key=lambda each: each.following)
        small, large = [await _conversation(parts, people, count) for count in (SMALL, LARGE)]
        figures: list[Figure] = []
        for name, page in _PAGES.items():
            sides = {"small": await page(parts, viewer, small), "large": await page(parts, viewer, large)}
            times = await time_in_turns(sides, range(TIMES), testbed.run_length.rounds)
            p50 = {side: quantile(times[side], 0.5) for side in sides}
            beside = f"{name}: {LARGE:,} replies beside {SMALL}, p50"
            figures.append(Figure(beside, p50["large"] / p50["small"], "times", at_most(MOST)))
            figures += [Figure(f"{name}: {side} conversation, p50", p50[side], "ms") for side in sides]
    return figures


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a viewer reads one conversation, each page with nothing looked up before."""

    parts: Parts
    viewer: Person
    post: PostRow

    async def page(self, order: ReplyOrder, after: str | None) -> str:
        """Read a page, and return where the next one begins."""
        reader = self.parts.services.feeds.reader(ReaderIds(self.viewer.id, self.viewer.key))
        found = await pipeline.page(reader, ordered_replies(reader, self.post, order), Window(SIZE, after))
        assert len(found.edges) == SIZE
        assert found.page_info.end_cursor is not None
        return found.page_info.end_cursor


async def _first(order: ReplyOrder, parts: Parts, viewer: Person, post: PostRow) -> Act:
    return lambda _: _Reading(parts, viewer, post).page(order, None)


async def _beyond_head(order: ReplyOrder, pages: int, parts: Parts, viewer: Person, post: PostRow) -> Act:
    """Return what reads the page behind so many others."""
    reading, after = _Reading(parts, viewer, post), None
    for _ in range(pages):
        after = await reading.page(order, after)
    return lambda _: reading.page(order, after)


_PAGES: Mapping[str, Callable[[Parts, Person, PostRow], Awaitable[Act]]] = {
    "first page by time, from Redis": partial(_first, ReplyOrder.TIME),
    "fifth page by time": partial(_beyond_head, ReplyOrder.TIME, HEAD_MOST // SIZE + 1),
    "first page by relevance, ranked": partial(_first, ReplyOrder.RELEVANCE),
    "second page by relevance, held": partial(_beyond_head, ReplyOrder.RELEVANCE, 1),
}


async def _conversation(parts: Parts, people: list[Person], count: int) -> PostRow:
    """Write a post of somebody and as many replies of others, of which some are liked."""
    random, graph, at = Random(count), with_long_timeouts(parts.graph), now_ms()
    root, author = new_id(), people[0]
    # Behind each other in time, and not the same in two runs.
    ids = [id_at(at + each, random.getrandbits(ID_BITS) ^ at) for each in range(1, count + 1)]
    posts = [[root, author.key, "A conversation", None, "PUBLIC", True, None, None, [], [], at]]
    for each, id_ in enumerate(ids, 1):
        posts.append([id_, random.choice(people[1:]).key, "A reply", None, "PUBLIC", False, root, root, [], [], at + each])
    likes = [[random.choice(people).key, id_, at] for id_ in random.sample(ids, LIKED) for _ in range(random.randint(1, LIKERS))]
    written: Sequence[tuple[str, Sequence[Sequence[object]]]] = (
        ("world/add_posts", posts),
        ("world/add_replies", [[id_, root] for id_ in ids]),
        ("world/add_likes", likes),
    )
    for statement, rows in written:
        for some in batches(rows):
            await graph.write(statement, rows=some)
    return PostRow.of((await parts.graph.read("posts/by_id", ids=[root]))[0])
