"""What is written of rows that cache their JSON."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
import strawberry

import cached_json
from cached_json import BYTES, PIECE_OVERHEAD, SELECTIONS, CachesJson, cache_json
from execution.bailout import BailoutCause
from execution.declarations import HOW, Call, RowsOf
from schema.fields import attribute, computed, global_id
from tests.execution.pair import Pair, answer


@dataclass(frozen=True, slots=True)
class BookRow(CachesJson):
    id: str
    title: Any
    pages: Any = 7


def _is_mine(book: Any, context: Any) -> bool:
    return book.id in context.mine


@strawberry.type
class Book:
    id: strawberry.ID = global_id("Book")
    title: str = attribute("Title.")
    pages: int | None = attribute("Pages.")
    mine: bool = computed(_is_mine, "Whether it is the reader's.")

    is_type_of = RowsOf(BookRow)


@strawberry.type
class Query:
    @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]  # so is Strawberry's
    def books(self, info: strawberry.Info[Any, None]) -> list[Book | None]:
        return list(info.context.books)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, info: strawberry.Info[Any, None], title: str) -> Book:
        row: Any = replace(info.context.books[0], title=title)
        info.context.books = [row]
        return row  # type: ignore[no-any-return] # a row stands for the type that is declared over it

    @strawberry.mutation
    def fail(self) -> str:
        raise ValueError("no")


@dataclass(slots=True)
class Reading:
    books: list[Any]
    mine: tuple[str, ...] = ()

    def for_operation(self) -> "Reading":
        return self


schema = strawberry.Schema(Query, Mutation)
ALL = "{ books { id title mine pages __typename } }"


async def json_of(pair: Pair, books: list[Any], text: str = ALL, mine: tuple[str, ...] = ()) -> bytes:
    """Return the answer of a plan that does not bail out, and that is the answer of graphql-core."""
    core, compiled = await pair.both(text, None, lambda: Reading(books, mine))
    assert compiled == core
    assert not pair.compiled.bailouts.by_cause
    json: bytes = compiled["json"]
    return json


@pytest.fixture
def books_pair() -> Pair:
    return Pair(schema)


async def test_a_piece_is_written_once_for_a_row_and_stays_with_it(books_pair):
    row = BookRow("1", 'a "\u2028é')
    first = await json_of(books_pair, [row, None, row])
    pieces = row.json
    assert list(pieces.values()) == [('"id":"Qm9vazox","title":"a \\"\u2028é"'.encode(), b'"pages":7')]
    assert await json_of(books_pair, [row, None, row]) == first
    assert row.json is pieces


async def test_what_depends_on_the_viewer_is_never_in_a_piece(books_pair):
    row = BookRow("1", "a")
    assert b'"mine":false' in await json_of(books_pair, [row])
    assert b'"mine":true' in await json_of(books_pair, [row], mine=("1",))


async def test_a_changed_row_has_no_piece_of_the_old_one(books_pair):
    row = BookRow("1", "a")
    await json_of(books_pair, [row])
    changed = replace(row, title="b")
    assert not hasattr(changed, "json")
    assert b'"title":"b"' in await json_of(books_pair, [row, changed])


async def test_rows_that_are_new_stand_beside_rows_that_are_known(books_pair):
    known = [BookRow(str(number), f"t{number}") for number in range(3)]
    await json_of(books_pair, known)
    new = [BookRow(str(number), f"n{number}") for number in range(3)]
    mixed = [row for both in zip(known, new, strict=True) for row in both]
    assert await json_of(books_pair, mixed) == await json_of(Pair(schema), mixed)


async def test_selections_do_not_take_each_others_pieces(books_pair):
    row = BookRow("1", "a")
    assert await json_of(books_pair, [row], "{ books { title } }") == b'{"data":{"books":[{"title":"a"}]}}'
    assert await json_of(books_pair, [row], "{ books { title: id } }") == b'{"data":{"books":[{"title":"Qm9vazox"}]}}'
    assert await json_of(books_pair, [row], "{ books { id: title } }") == b'{"data":{"books":[{"id":"a"}]}}'


async def test_schemas_do_not_take_each_others_pieces(books_pair):
    @strawberry.type(name="Book")
    class Loud:
        title: str = attribute("Number of pages.", "pages")

        is_type_of = RowsOf(BookRow)

    @strawberry.type(name="Query")
    class Other:
        @strawberry.field(metadata={HOW: Call()})  # type: ignore[untyped-decorator]  # so is Strawberry's
        def books(self, info: strawberry.Info[Any, None]) -> list[Loud]:
            return list(info.context.books)

    row, text = BookRow("1", "a"), "{ books { title } }"
    assert b'"a"' in await json_of(books_pair, [row], text)
    assert b'"7"' in await json_of(Pair(strawberry.Schema(Other)), [row], text)


@pytest.mark.parametrize(
    ("title", "cause"),
    [(None, BailoutCause.WRONG_TYPE), (ValueError("x"), BailoutCause.RESOLVER_ERROR), ("\ud800", BailoutCause.NOT_JSON)],
)
async def test_what_bails_out_is_not_cached(books_pair, title, cause):
    row, whole = BookRow("1", title), BookRow("2", "a")
    for _ in range(2):
        core, compiled = await books_pair.both(ALL, None, lambda: Reading([whole, row]))
        assert compiled == core
    assert set(books_pair.compiled.bailouts.by_cause) <= {cause, BailoutCause.NULL}
    assert not hasattr(row, "json")


async def test_a_mutation_that_is_complete_before_a_bailout_is_told_as_it_was(books_pair):
    text = 'mutation { rename(title: "b") { title mine id } fail }'
    core, compiled = await books_pair.both(
        text, None, lambda: Reading([BookRow("1", "a")])
    )
    assert compiled == core
    operation = books_pair.operation('mutation { rename(title: "b") { title mine } again: rename(title: "c") { id title } }')
    outcome = await books_pair.compiled.execute(operation, Reading([BookRow("1", "a")]))
    assert answer(outcome)["json"] == (
        b'{"data":{"rename":{"title":"b","mine":false},"again":{"id":"Qm9vazox","title":"c"}}}'
    )


async def test_a_selection_of_many_runs_finds_all_its_pieces_again(books_pair):
    row, runs = BookRow("1", "a"), " ".join(f"t{number}: title m{number}: mine" for number in range(2 * SELECTIONS))
    first = await json_of(books_pair, [row], f"{{ books {{ {runs} }} }}")
    cached = row.json
    assert [len(pieces) for pieces in cached.values()] == [2 * SELECTIONS]
    assert await json_of(books_pair, [row], f"{{ books {{ {runs} }} }}") == first
    assert row.json is cached


@pytest.fixture
def admits(monkeypatch):
    """Let full rows take in what is new."""
    monkeypatch.setattr(cached_json, "random", lambda: 0.0)


@pytest.mark.usefixtures("admits")
def test_what_a_row_caches_is_bounded_in_number_and_in_bytes():
    row = BookRow("1", "a")
    for number in range(3 * SELECTIONS):
        cache_json(row, str(number), (b"x",))
    assert list(row.json) == [str(3 * SELECTIONS - back) for back in range(SELECTIONS, 0, -1)]
    cache_json(row, "long", (b"x" * (BYTES - 3 * PIECE_OVERHEAD), b""))
    assert list(row.json) == ["long"]
    cache_json(row, "short", (b"",))
    assert list(row.json) == ["long", "short"]
    cache_json(row, "longer", (b"x" * BYTES,))
    cache_json(row, "many", (b"",) * BYTES)
    assert list(row.json) == ["long", "short"]


def test_selections_that_come_in_turns_and_do_not_fit_find_most_of_their_pieces():
    row, turns, found = BookRow("1", "a"), 20, 0
    for _ in range(turns):
        for number in range(SELECTIONS + 1):
            if str(number) in getattr(row, "json", ()):
                found += 1
            else:
                cache_json(row, str(number), (b"x",))
    assert found > turns * SELECTIONS / 2


async def test_a_row_that_is_too_long_is_shown_all_the_same(books_pair):
    row = BookRow("1", "x" * BYTES)
    assert await json_of(books_pair, [row]) == await json_of(books_pair, [row])
