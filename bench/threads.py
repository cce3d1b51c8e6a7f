"""Pages of a conversation of 10,000 replies beside one of 100: by time, by relevance for who follows whom, and as a tree."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.conversations import Conversations, write_conversations
from bench.figures import Figure, at_most
from bench.testbed import Testbed
from bench.timing import quantile, time_in_turns
from feeds import pipeline
from feeds.relevant_replies import ReplyOrder, ordered_replies
from feeds.windows import Window
from graph.rows.posts import PostRow
from keyspace.list_heads import HEAD_MOST
from parts import Parts
from resolvers.context import Context
from resolvers.threads import BREADTH_MAX, descendants
from services.accounts.viewer import Viewer

SMALL, LARGE = 100, 10_000
"""Replies of the two conversations."""
SIZE = 20
TIMES = 20
"""Measured times a round."""
MOST = 1.3
"""Times that a page of the large one may take."""

Act = Callable[[int], Awaitable[object]]
Begin = Callable[["_Reading"], Awaitable[Act]]


async def measure(testbed: Testbed) -> list[Figure]:
    """Write the conversations, and time the same pages of both sizes in turns."""
    async with testbed.parts() as parts:
        written = await write_conversations(parts, (SMALL, LARGE))
        figures: list[Figure] = []
        for name, begin, viewer, posts in _pages(written):
            sides = {side: await begin(_Reading(parts, viewer, posts[size])) for side, size in _SIDES.items()}
            times = await time_in_turns(sides, range(TIMES), testbed.run_length.rounds)
            p50 = {side: quantile(times[side], 0.5) for side in sides}
            beside = f"{name}: {LARGE:,} replies beside {SMALL}, p50"
            figures.append(Figure(beside, p50["large"] / p50["small"], "times", at_most(MOST)))
            figures += [Figure(f"{name}: {side} conversation, p50", p50[side], "ms") for side in sides]
    return figures


_SIDES = {"small": SMALL, "large": LARGE}


def _pages(written: Conversations) -> Iterator[tuple[str, Begin, Viewer, Mapping[int, PostRow]]]:
    """Yield what is measured: its name, how a reading of it begins, who reads, and which conversations."""
    readers, people = written.readers, written.of_people
    yield "first page by time, from Redis", _first_by_time, readers.of_many, people
    yield "fifth page by time", _fifth_by_time, readers.of_many, people
    ranked = "first page by relevance, who follows"
    yield f"{ranked} nobody", _first_ranked, readers.of_nobody, people
    yield f"{ranked} 60, who all reply", _first_ranked, readers.of_repliers, people
    yield f"{ranked} 900, of whom 60 reply", _first_ranked, readers.of_many, people
    yield f"{ranked} the one who wrote it all", _first_ranked, readers.of_bot, written.of_bot
    yield "second page by relevance, held", _second_held, readers.of_many, people
    yield "tree by time", _tree_by_time, readers.of_many, people
    yield "tree by relevance", _tree_by_relevance, readers.of_many, people


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a viewer reads one conversation, with nothing looked up before."""

    parts: Parts
    viewer: Viewer
    post: PostRow

    async def page(self, order: ReplyOrder, after: str | None = None) -> str:
        """Read a page, and return where the next one begins."""
        reader = self._context().reader
        found = await pipeline.page(reader, ordered_replies(reader, self.post, order), Window(SIZE, after))
        assert len(found.edges) == SIZE
        assert found.page_info.end_cursor is not None
        return found.page_info.end_cursor

    async def tree(self, order: ReplyOrder) -> None:
        """Read the conversation as a tree."""
        found = await descendants(self._context(), self.post, depth=3, breadth=BREADTH_MAX, limit=SIZE, order=order)
        assert len(found) == SIZE

    def _context(self) -> Context:
        return Context(self.parts.services, self.viewer, "")


async def _first_by_time(reading: _Reading) -> Act:
    return lambda _: reading.page(ReplyOrder.TIME)


async def _fifth_by_time(reading: _Reading) -> Act:
    """Return what reads the first page that Redis does not have."""
    after = None
    for _ in range(HEAD_MOST // SIZE + 1):
        after = await reading.page(ReplyOrder.TIME, after)
    return lambda _: reading.page(ReplyOrder.TIME, after)


async def _first_ranked(reading: _Reading) -> Act:
    return lambda _: reading.page(ReplyOrder.RELEVANCE)


async def _second_held(reading: _Reading) -> Act:
    after = await reading.page(ReplyOrder.RELEVANCE)
    return lambda _: reading.page(ReplyOrder.RELEVANCE, after)


async def _tree_by_time(reading: _Reading) -> Act:
    return lambda _: reading.tree(ReplyOrder.TIME)


async def _tree_by_relevance(reading: _Reading) -> Act:
    return lambda _: reading.tree(ReplyOrder.RELEVANCE)
