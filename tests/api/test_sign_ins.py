"""The history of sign-ins: what the owner sees of who signed in and who tried, and nobody else."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from clock import moment, now_ms
from errors import OutcomeUnknown, Unavailable
from graph.rows.sign_ins import SignInMethod
from parts import open_parts
from schema.scalars import date_time_text
from services.accounts import failed_sign_ins
from services.accounts.sign_in_history import HOUR, RETAINED
from services.events.command_writer import CommandWriter
from tests.api.product import PASSWORD, Person, Product
from tests.api.programs import program_of
from tests.api.test_guessing import guess

HISTORY = """query ($first: Int, $after: String) { signIns(first: $first, after: $after) {
  edges { node { firstAt lastAt method failed count deviceName network isNew } } pageInfo { hasNextPage endCursor } } }"""
SESSIONS = "{ sessions { id } }"


async def history(product: Product, viewer: Person, **page: Any) -> Sequence[dict[str, Any]]:
    """Return the viewer's history, once what failed is written."""
    await product.served.parts.accounts.log_in.failed.write()
    return [edge["node"] for edge in (await product.run(HISTORY, viewer, **page))["signIns"]["edges"]]


def shape(rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in ("method", "failed", "count", "deviceName", "network", "isNew")) for row in rows]


async def make_old(product: Product, milliseconds: int) -> None:
    """Let all that happened have happened so much earlier."""
    found = await product.cypher("MATCH (s:SignIn) RETURN collect([s.id, s.firstAt])")
    for id_, _ in found:
        at = int(id_[:8] + id_[9:13], 16) - milliseconds
        earlier = f"{at:012x}"
        await product.cypher(
            "MATCH (s:SignIn {id: $id}) SET s.id = $earlier, s.firstAt = s.firstAt - $ago, s.lastAt = s.lastAt - $ago RETURN 1",
            id=id_,
            earlier=f"{earlier[:8]}-{earlier[8:]}{id_[13:]}",
            ago=milliseconds,
        )
    await product.cypher("MATCH (u:User) SET u.createdAt = u.createdAt - $ago RETURN count(u)", ago=milliseconds)


def away_for(patch: pytest.MonkeyPatch, statement: str) -> None:
    """Let the graph be away for one statement."""
    real = CommandWriter.write

    async def write(self: CommandWriter, name: str, /, **params: Any) -> Any:
        if name == statement:
            raise Unavailable
        return await real(self, name, **params)

    patch.setattr(CommandWriter, "write", write)


async def test_the_owner_sees_who_signed_in_and_who_tried(product):
    mira = await product.sign_up("mira", deviceName="Laptop")
    await product.sign_up("noa")
    await guess(product, password=PASSWORD, address="198.51.100.7", deviceName="Phone")
    for address in ("203.0.113.7", "203.0.113.99", "2001:db8:1:2::3"):
        await guess(product, address=address)
    await guess(product, "mira@example.org", address="203.0.113.12")
    await guess(product, "nobody_at_all", address="203.0.113.12")
    rows = await history(product, mira)
    assert sorted(shape(rows)) == sorted([
        ("PASSWORD", True, 3, "", "203.0.113.0/24", False),
        ("PASSWORD", True, 1, "", "2001:db8:1::/48", False),
        ("PASSWORD", False, 1, "Phone", "198.51.100.0/24", True),
        ("SIGN_UP", False, 1, "Laptop", "127.0.0.0/24", False),
    ])  # fmt: skip
    assert [row["firstAt"] for row in rows] == sorted((row["firstAt"] for row in rows), reverse=True)


async def test_what_one_device_and_network_do_within_an_hour_is_one_row(product):
    mira = await product.sign_up("mira")
    for _ in range(4):
        await guess(product, password=PASSWORD, address="198.51.100.7", deviceName="Phone")
        await guess(product, address="203.0.113.7")
        await history(product, mira)
    assert [(row["failed"], row["count"]) for row in await history(product, mira, first=2)] == [(True, 4), (False, 4)]
    await make_old(product, HOUR + 1_000)
    await guess(product, password=PASSWORD, address="198.51.100.7", deviceName="Phone")
    await guess(product, address="203.0.113.7")
    rows = await history(product, mira)
    assert [(row["failed"], row["count"]) for row in rows][:4] == [(True, 1), (False, 1), (True, 4), (False, 4)]


async def test_a_known_token_or_the_same_device_in_the_same_network_is_not_new(product):
    mira = await product.sign_up("mira", deviceName="Laptop")
    await make_old(product, 3 * 24 * HOUR)
    answer = await guess(product, password=PASSWORD, address="198.51.100.7", deviceName="Phone")
    token = answer.data["logIn"]["session"]["deviceToken"]
    await guess(product, password=PASSWORD, address="203.0.113.7", deviceName="Phone", deviceToken=token)
    await guess(product, password=PASSWORD, address="198.51.100.99", deviceName="Phone")
    await guess(product, password=PASSWORD, address="198.51.100.99", deviceName="Tablet")
    rows = await history(product, mira)
    seen = {(row["deviceName"], row["network"]): (row["isNew"], row["count"]) for row in rows}
    assert seen == {
        ("Laptop", "127.0.0.0/24"): (False, 1),
        ("Phone", "198.51.100.0/24"): (True, 2),
        ("Phone", "203.0.113.0/24"): (False, 1),
        ("Tablet", "198.51.100.0/24"): (True, 1),
    }
    await make_old(product, 31 * 24 * HOUR)
    await guess(product, password=PASSWORD, address="198.51.100.99", deviceName="Phone")
    assert (await history(product, mira, first=1))[0]["isNew"]


async def test_a_history_is_its_owners_and_no_programs(product):
    mira, noa = await product.people("mira", "noa")
    await guess(product, password=PASSWORD, address="198.51.100.7")
    assert len(await history(product, noa)) == 1
    assert (await product.ask(HISTORY)).code == "UNAUTHENTICATED"
    program, _ = await program_of(product, mira, "READ", "WRITE")
    assert (await product.ask(HISTORY, program)).code == "FORBIDDEN"


async def test_pages_go_on_where_the_one_before_ended(product):
    mira = await product.sign_up("mira")
    for number in range(4):
        await guess(product, password=PASSWORD, address=f"198.51.{number}.7")
    whole = await history(product, mira)
    assert len(whole) == 5
    seen, after = [], None
    for _ in range(3):
        page = (await product.run(HISTORY, mira, first=2, after=after))["signIns"]
        seen += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == whole


async def test_a_page_is_one_statement(product):
    mira = await product.sign_up("mira")
    product.round_trips.clear()
    await product.run(HISTORY, mira)
    assert product.round_trips.graph == ["sign_ins/page"]


async def test_what_is_too_old_is_forgotten(product):
    mira = await product.sign_up("mira")
    await make_old(product, RETAINED + HOUR)
    await guess(product, password=PASSWORD)
    await product.served.parts.accounts.history.forget_old()
    assert [row["method"] for row in await history(product, mira)] == ["PASSWORD"]
    assert await product.cypher("MATCH (s:SignIn) RETURN count(s)") == 1


async def test_failures_wait_for_a_graph_that_is_away(product, monkeypatch):
    mira = await product.sign_up("mira")
    await guess(product, address="203.0.113.7")
    failed = product.served.parts.accounts.log_in.failed
    with monkeypatch.context() as patch:
        away_for(patch, "sign_ins/note_failed")
        await failed.write()
    failed.note(mira.own_id, "203.0.113.8", SignInMethod.PASSWORD)
    counts = {row["network"]: row["count"] for row in await history(product, mira) if row["failed"]}
    assert counts == {"203.0.113.0/24": 2}


async def test_failures_that_are_being_written_at_the_end_of_a_process_are_written_before_it_goes(product, monkeypatch):
    mira = await product.sign_up("mira")
    for _ in range(2):
        await guess(product, address="203.0.113.7")
    failed = product.served.parts.accounts.log_in.failed
    begun = asyncio.Event()

    async def write(*_: Any, **__: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as patch:
        patch.setattr(CommandWriter, "write", write)
        writing = asyncio.create_task(failed.write())
        await begun.wait()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    assert [row["count"] for row in await history(product, mira) if row["failed"]] == [2]


async def test_failures_that_perhaps_were_written_are_not_written_again(product, monkeypatch):
    mira = await product.sign_up("mira")
    await guess(product, address="203.0.113.7")
    failed, real = product.served.parts.accounts.log_in.failed, CommandWriter.write

    async def lost(self: CommandWriter, name: str, /, **params: Any) -> Any:
        await real(self, name, **params)
        failed.note(mira.own_id, "203.0.113.8", SignInMethod.PASSWORD)  # meanwhile
        monkeypatch.undo()
        raise OutcomeUnknown

    monkeypatch.setattr(CommandWriter, "write", lost)
    await failed.write()
    assert [row["count"] for row in await history(product, mira) if row["failed"]] == [2]


async def test_a_sign_in_that_cannot_be_noted_ends(product, monkeypatch):
    mira = await product.sign_up("mira")
    before = await product.run(SESSIONS, mira)
    away_for(monkeypatch, "sign_ins/note")
    assert (await guess(product, password=PASSWORD)).code == "UNAVAILABLE"
    assert await product.run(SESSIONS, mira) == before


async def test_failures_of_a_flood_are_bounded_in_the_process(product, monkeypatch):
    failed = product.served.parts.accounts.log_in.failed
    monkeypatch.setattr("services.accounts.failed_sign_ins.MOST", 3)
    for number in range(10):
        failed.note("01890a5d-ac96-774b-bcce-b302099a8057", f"198.51.{number}.1", SignInMethod.PASSWORD)
    assert len(failed._noted) == 3
    await failed.write()  # of nobody: nothing is written
    assert await product.cypher("MATCH (s:SignIn) RETURN count(s)") == 0


async def test_sign_ins_at_once_are_all_counted(product):
    mira = await product.sign_up("mira")
    await asyncio.gather(*(guess(product, password=PASSWORD, address="198.51.100.7") for _ in range(5)))
    assert sum(row["count"] for row in await history(product, mira) if row["method"] == "PASSWORD") == 5


async def test_one_of_those_who_sign_in_on_a_new_device_at_once_in_several_processes_is_new(product):
    mira = await product.sign_up("mira")
    async with AsyncExitStack() as opened:
        settings = product.served.parts.settings
        others = [await opened.enter_async_context(open_parts(settings)) for _ in range(4)]
        for turn in range(3):
            seen = (mira.own_id, SignInMethod.PASSWORD, f"Phone {turn}", "198.51.100.0/24")
            await asyncio.gather(*(each.accounts.history.note(*seen, known_since=None) for each in others))
    rows = [row for row in await history(product, mira) if row["method"] == "PASSWORD"]
    assert [(row["count"], row["isNew"]) for row in rows] == [(4, True)] * 3


async def test_tries_that_processes_write_in_another_order_are_from_the_first_to_the_last(product, monkeypatch):
    mira = await product.sign_up("mira")
    now, failed = now_ms(), product.served.parts.accounts.log_in.failed
    for at in (now - 3_000, now - 9_000, now - 6_000):  # as by three processes
        monkeypatch.setattr(failed_sign_ins, "now_ms", lambda at=at: at)
        failed.note(mira.own_id, "203.0.113.8", SignInMethod.PASSWORD)
        await failed.write()
    (row,) = [row for row in await history(product, mira) if row["failed"]]
    first, last = (date_time_text(moment(now - ago)) for ago in (9_000, 3_000))
    assert (row["count"], row["firstAt"], row["lastAt"]) == (3, first, last)
