"""Pages from both ends of a list: walked forward or backward, from an end or from the middle, they show the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from feeds import pipeline
from feeds.connection import Connection
from feeds.cursors import CursorKeys, ListCursors
from feeds.keysets import Keyset, Place, by_time
from feeds.paginate import Skeleton, Slice
from feeds.pipeline import Feed
from feeds.windows import USUAL_SIZE, Window

KEYSET = by_time("followers")
KEYS = CursorKeys.of("a secret of thirty-two bytes or more")
Item = tuple[Place, bool]


@dataclass(frozen=True, slots=True)
class Parts:
    """How often a page is read on."""

    refill_rounds: int


@dataclass(frozen=True, slots=True)
class ToyReader:
    """A reader of a list that is in memory."""

    parts: Parts

    def cursors(self, keyset: Keyset, owner: str = "") -> ListCursors:
        """Return the cursors of a list."""
        return ListCursors(KEYS, keyset, owner, "a viewer")


@dataclass(frozen=True, slots=True)
class ToyList:
    """Items by their places, newest first, some of them hidden."""

    items: Sequence[Item]
    rounds: int
    shown: Sequence[Place] = field(init=False)

    def __post_init__(self) -> None:
        """Sort them."""
        object.__setattr__(self, "items", sorted(self.items, reverse=True))
        object.__setattr__(self, "shown", [place for place, visible in self.items if visible])

    def read(self, *, backward: bool) -> Skeleton:
        """Return what reads in one direction, as the statements do."""

        async def read(beyond: Place, limit: int) -> Slice:
            places = [place for place, _ in (reversed(self.items) if backward else self.items)]
            found = [place for place in places if (place > beyond if backward else place < beyond)][:limit]
            return Slice([f"{at}/{other}" for at, other in found], found, ended=len(found) < limit)

        return read

    async def page(self, window: Window) -> Connection[Place]:
        """Return a page of it."""

        async def hydrate(ids: Sequence[str]) -> list[Place | None]:
            places = [(int(at), int(other)) for at, _, other in (id_.partition("/") for id_ in ids)]
            return [place if place in self.shown else None for place in places]

        feed = Feed(KEYSET, self.read(backward=False), hydrate, backward=self.read(backward=True))
        page = await pipeline.page(ToyReader(Parts(self.rounds)), feed, window)  # type: ignore[arg-type] # all that it needs
        for cursor in (page.page_info.start_cursor, page.page_info.end_cursor):
            assert cursor is None or "." in cursor or self.place(cursor) in self.shown, "a hidden item is named"
        return page

    async def forward(self, size: int, after: str | None = None, before: str | None = None) -> list[Place]:
        """Walk from the beginning, or from a cursor, to the end or a cursor."""
        found: list[Place] = []
        more = True
        while more:
            page = await self.page(Window(size, after, None, before))
            assert page.page_info.has_previous_page == (after is not None)
            found += nodes(page)
            after, more = page.page_info.end_cursor, page.page_info.has_next_page
        return found

    async def backward(self, size: int, before: str | None = None, after: str | None = None) -> list[Place]:
        """Walk from the end, or from a cursor, to the beginning or a cursor."""
        found: list[Place] = []
        more = True
        while more:
            page = await self.page(Window(USUAL_SIZE, after, size, before))
            assert page.page_info.has_next_page == (before is not None)
            found = nodes(page) + found
            before, more = page.page_info.start_cursor, page.page_info.has_previous_page
        return found

    def place(self, cursor: str) -> Place:
        """Return the place of a cursor."""
        return ToyReader(Parts(0)).cursors(KEYSET).place(cursor, "after")

    def cursor(self, place: Place) -> str:
        """Return the cursor of an item."""
        return ToyReader(Parts(0)).cursors(KEYSET).signed(place)


def nodes(page: Connection[Place]) -> list[Place]:
    assert all(edge.place == edge.node for edge in page.edges)
    return [edge.node for edge in page.edges]


places = st.tuples(st.integers(0, 6), st.integers(0, 9))
"""Few moments, so that many are equal."""
lists = st.builds(
    ToyList, st.lists(st.tuples(places, st.booleans()), max_size=40, unique_by=lambda item: item[0]), st.integers(0, 2)
)


@given(list_=lists, size=st.integers(1, 9))
async def test_both_walks_show_what_is_there(list_: ToyList, size: int) -> None:
    assert await list_.forward(size) == await list_.backward(size) == list_.shown


@given(list_=lists, size=st.integers(1, 9), data=st.data())
async def test_walks_from_the_middle_show_what_is_on_that_side(list_: ToyList, size: int, data: st.DataObject) -> None:
    if list_.shown:
        middle = data.draw(st.integers(0, len(list_.shown) - 1))
        cursor = list_.cursor(list_.shown[middle])
        assert await list_.forward(size, after=cursor) == list_.shown[middle + 1 :]
        assert await list_.backward(size, before=cursor) == list_.shown[:middle]
        assert await list_.forward(size, before=cursor) == list_.shown[:middle]
        assert await list_.backward(size, after=cursor) == list_.shown[middle + 1 :]


@given(list_=lists, size=st.integers(1, 9), data=st.data())
async def test_between_two_cursors_is_what_stands_between(list_: ToyList, size: int, data: st.DataObject) -> None:
    if list_.shown:
        one, other = sorted(data.draw(st.tuples(*[st.integers(0, len(list_.shown) - 1)] * 2)))
        after, before = list_.cursor(list_.shown[one]), list_.cursor(list_.shown[other])
        assert await list_.forward(size, after, before) == list_.shown[one + 1 : other]
        assert await list_.backward(size, before, after) == list_.shown[one + 1 : other]


@given(list_=lists, size=st.integers(1, 9))
async def test_there_and_back_again(list_: ToyList, size: int) -> None:
    """From each page, the page before it is what the walk showed last."""
    shown: list[Place] = []
    after, more = None, True
    while more:
        page = await list_.page(Window(size, after))
        if page.page_info.start_cursor is not None:
            assert await list_.backward(size, before=page.page_info.start_cursor) == shown
        shown += nodes(page)
        after, more = page.page_info.end_cursor, page.page_info.has_next_page


@pytest.mark.parametrize(
    ("window", "at"),
    [
        (Window(3, last=3), "last"), (Window(20, last=3), "last"), (Window(0), "first"), (Window(101), "first"),
        (Window(last=0), "last"), (Window(last=101), "last"), (Window(None, last=-1), "last"),
        (Window(before="made up"), "before"), (Window(after="made up", last=2), "after"),
    ],
)  # fmt: skip
async def test_a_window_that_makes_no_sense_is_refused(window: Window, at: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ToyList([], 0).page(window)
    assert refused.value.extensions == {"code": "INVALID_INPUT", "field": at}


@pytest.mark.parametrize("window", [Window(), Window(None), Window(None, last=None)])
def test_no_size_is_the_usual_one(window: Window) -> None:
    assert window.size() == 20


def test_the_last_may_stand_beside_no_first() -> None:
    assert Window(last=3).size() == Window(None, last=3).size() == 3
