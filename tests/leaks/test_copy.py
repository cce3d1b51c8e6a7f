"""The analysts' copy of the whole world holds what nobody signed in is shown, and nothing of what is hidden from them."""

import csv

import polars as pl
import pytest

from analytics.export.stale import GROUP
from analytics.graph_copy.csv_files import write_csv
from analytics.tables import TABLES
from graph.ids import pack
from keyspace.keys import EVENTS
from tests.leaks.table import NOBODY, SEEN_BY
from tests.leaks.world import CLOSED
from tests.worlds.copies import COMPARED, Copy, shown_to_nobody
from tests.worlds.delivery import waiting


@pytest.fixture(scope="module")
async def copy(world, leak_parts, tmp_path_factory):
    """A copy with texts."""
    copy = Copy(leak_parts, tmp_path_factory.mktemp("copy"))
    while await waiting(leak_parts.graph, 1):  # what was delivered has written events as well
        await world.town.deliver()
    # Other tests of the room may have left events on the stream, which are in the graph.
    await leak_parts.redis.of("streams").command("XGROUP", "CREATE", EVENTS, GROUP, "$", "MKSTREAM")
    await copy.refresh(with_text=True)
    return copy


@pytest.mark.parametrize("table", COMPARED)
async def test_strangers_see_as_much(copy, leak_parts, table):
    assert (await copy.tables())[table] == (await shown_to_nobody(leak_parts))[table] != set()


def test_every_column_is_compared_but_those_that_tell_no_more():
    left = {table: set(TABLES[table].columns) - set(columns) for table, columns in COMPARED.items()}
    assert {table: columns for table, columns in left.items() if columns} == {
        "people": {"joined"}, "posts": {"lang", "text"}, "follows": {"at"},
    }  # fmt: skip
    # Nobody is shown since when somebody follows; of signing up there is the month.
    assert {TABLES["people"].columns["joined"].type, TABLES["follows"].columns["at"].type} == {pl.Date()}


def imported(copy):
    """Give every cell of the files from which the second graph is loaded."""
    folder = copy.folder.with_name("import-files")
    folder.mkdir(exist_ok=True)
    found = set[str]()
    for path in write_csv(copy.snapshot, folder).paths:
        with path.open(newline="", encoding="utf-8") as file:
            found.update(cell for row in csv.reader(file) for cell in row)
    return found


@pytest.mark.parametrize("cells_of", [Copy.cells, imported], ids=["tables", "graph"])
async def test_nothing_hidden_is_in_any_cell(copy, world, cells_of):
    names, cells = copy.names(), cells_of(copy)
    shown = {names.person(world.town.people["plain"].id), names.post(world.posts["plain_post"])}
    assert shown <= cells
    people = {viewer.id: names.person(viewer.id) for viewer in world.town.people.values()}
    posts = {id_: names.post(id_) for id_ in world.posts.values()}
    hidden = [CLOSED, *(thing for thing, viewers in SEEN_BY.items() if NOBODY not in viewers)]
    assert len(hidden) > 1
    for thing in hidden:
        for mark in world.marks(thing):
            assert not any(mark in cell for cell in cells), mark
            assert (people | posts).get(mark) not in cells, mark
    raw = {*people, *posts, *(pack(id_).hex() for id_ in (*people, *posts))}
    assert not raw & cells


async def test_only_the_owner_reads_the_key_and_the_files_beside_it_name_nobody(copy, world):
    files = [file for file in copy.folder.rglob("*") if file.is_file()]
    keys = [file for file in files if file.parent.name == "keys"]
    assert [file.stat().st_mode & 0o777 for file in keys] == [0o600]
    written = b"".join(file.read_bytes() for file in files)
    ids = [*world.posts.values(), *(viewer.id for viewer in world.town.people.values())]
    assert not [id_ for id_ in ids if id_.encode() in written or pack(id_) in written]
