"""Writes over connections of our own: two round trips, whose outcome is told as exactly as by the driver."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from neo4j.exceptions import ClientError, ConnectionAcquisitionTimeoutError, DatabaseError, ServiceUnavailable, TransientError

from errors import OutcomeUnknown, Unavailable
from graph.bolt.connecting import Connector
from graph.bolt.exchange import Wait
from graph.bolt.pool import BoltPool, PoolLimits
from graph.bolt.writes import PipelinedWrites
from graph.commit import Commit
from graph.driver import Graph
from graph.errors import ConstraintViolated
from graph.idempotency import AlreadyMade, Once
from graph.ids import new_id
from graph.outbox import OutboxEvent
from graph.queries import Catalogue
from graph.write import EventsOf, Write, Written
from stack.embedded import StackAddresses
from tests.graph.bolt_proxy import BoltProxy
from tests.graph.scripted_server import IGNORED, PULL, RESET, RUN, ScriptedServer, failure, scripted_server, success
from tests.worlds.waiting import until

BEGIN, COMMIT, ROLLBACK = 0x11, 0x12, 0x13
DEADLOCK = "Neo.TransientError.Transaction.DeadlockDetected"
STATEMENTS = {
    "add": ('{"name": "a"}', "CREATE (h:Hashtag {name: $name}) RETURN h.name AS name"),
    "lock": ('{"name": "a"}', "MERGE (h:Hashtag {name: $name}) SET h.n = 1 RETURN h.n AS n"),
    "names": ("{}", "MATCH (h:Hashtag) RETURN collect(h.name) AS names"),
    "types": ("{}", "MATCH (o:Outbox) RETURN collect(o.type) AS types"),
}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Catalogue:
    folder = tmp_path_factory.mktemp("cypher")
    texts = {f"t/{name}": each for name, each in STATEMENTS.items()}
    for name in ("outbox/add", "idempotency/claim", "idempotency/keep"):
        params = '{"events": []}' if name == "outbox/add" else None
        texts[name] = (params or _json(catalogue[name].example), catalogue[name].text)
    for name, (params, text) in texts.items():
        path = folder / f"{name}.cypher"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"// {name}\n// params: {params}\n// returns: it\n{text}\n")
    return Catalogue(folder)


def _json(example: Any) -> str:
    return str(dict(example)).replace("'", '"')


@pytest.fixture
def tried(graph: Graph, statements: Catalogue) -> Graph:
    """The empty graph, over both ways."""
    return replace(graph, catalogue=statements)


@pytest.fixture
async def proxied(stack: StackAddresses, statements: Catalogue, proxy: BoltProxy, graph: Graph) -> AsyncIterator[Graph]:
    """The same by way of the proxy."""
    uri = f"bolt://127.0.0.1:{proxy.port}"
    proxied = Graph.open(uri, stack.neo4j_user, stack.neo4j_password, graph.options, catalogue=statements)
    await proxied.write("t/lock", name="first")
    yield proxied
    await proxied.close()


def event(_value: object = None) -> list[OutboxEvent]:
    return [OutboxEvent(new_id(), "user.updated", 1, {})]


async def test_a_write_with_an_event_and_a_key_takes_two_round_trips(proxied: Graph, proxy: BoltProxy):
    if proxied.pipelined_writes is None:
        pytest.skip("the driver asks one after the other")
    once = Once("make", "key", "input", 1)
    await proxied.write("t/add", name="z", events=event, once=replace(once, key="before"), made=str)
    before = proxy.asked
    assert await proxied.write("t/add", name="a", events=event, once=once, made=str) == "a"
    assert proxy.asked - before == 2


async def test_a_key_that_was_used_is_told_though_what_it_made_cannot_be_made_again(tried: Graph):
    once = Once("make", "key", "input", 1)
    await tried.write("t/add", name="a", once=once, made=str)
    with pytest.raises(AlreadyMade) as told:
        await tried.write("t/add", name="a", once=once, made=str)
    assert told.value.id == "a"


async def test_a_key_whose_write_makes_nothing_is_free_again(tried: Graph):
    once, made = Once("make", "key", "input", 1), iter((None, "made"))
    for name in ("a", "b"):
        await tried.write("t/add", name=name, events=event, once=once, made=lambda _: next(made))
    assert await tried.read("t/names") == ["b"]
    assert await tried.read("t/types") == ["user.updated"]


async def test_events_that_cannot_be_made_take_the_write_back(tried: Graph):
    def broken(_value: object) -> list[OutboxEvent]:
        raise LookupError

    with pytest.raises(LookupError):
        await tried.write("t/add", name="a", events=broken)
    await tried.write("t/add", name="b", events=event)
    assert await tried.read("t/names") == ["b"]


async def test_events_that_cannot_be_written_take_the_write_back(tried: Graph):
    same = event()
    await tried.write("t/add", name="a", events=lambda _: same)
    with pytest.raises(ConstraintViolated):
        await tried.write("t/add", name="b", events=lambda _: same)
    assert await tried.read("t/names") == ["a"]
    await tried.write("t/add", name="b", events=event)


async def test_a_read_does_not_wait_for_writes(tried: Graph):
    async with tried.driver.session() as session, await session.begin_transaction() as other:
        await (await other.run(tried.catalogue["t/lock"].text, name="a")).consume()
        waiting = [asyncio.create_task(tried.write("t/lock", name="a")) for _ in range(8)]
        await until(lambda: len(tried.running) == len(waiting))
        for _ in range(8):
            assert await tried.read("t/names") == []
        assert not any(each.done() for each in waiting)
        await other.commit()
    assert await asyncio.gather(*waiting) == [1] * len(waiting)


async def test_what_is_said_of_a_write_is_true_whatever_happens_to_connections(tried: Graph, proxied: Graph, proxy: BoltProxy):
    chance = Random(14)
    said: dict[str, object] = {}
    for turn in range(12):
        names = [f"{turn} {number}" for number in range(10)]
        tasks = {name: asyncio.create_task(proxied.write("t/add", name=name, events=event)) for name in names}
        await asyncio.sleep(chance.random() * 0.02)
        for name in chance.sample(names, 2):
            tasks[name].cancel()
        if turn % 3:
            proxy.cut()
        said |= dict(zip(tasks, await asyncio.gather(*tasks.values(), return_exceptions=True), strict=True))
    await asyncio.gather(*proxied.running, return_exceptions=True)
    there = await tried.read("t/names")
    assert sorted(set(there)) == sorted(there)
    for name, told in said.items():
        if isinstance(told, OutcomeUnknown | asyncio.CancelledError):
            continue
        assert told == name or type(told) is Unavailable
        assert (name in there) == (told == name), name
    assert len(await tried.read("t/types")) == len(there) - 1  # the first has none
    await proxied.write("t/add", name="last", events=event)


def writes_by(server: ScriptedServer, connections: int = 1, wait: float = 2.0) -> PipelinedWrites:
    connector = Connector.of(f"bolt://127.0.0.1:{server.port}", "neo4j", "x", "neo4j", 2.0)
    assert connector is not None
    return PipelinedWrites("neo4j", BoltPool(connector.connect, PoolLimits(connections, 1, wait), lambda: None))


def run(
    writes: PipelinedWrites,
    statements: Catalogue,
    commit: Commit | None = None,
    *,
    events: EventsOf | None = event,
    bookmarks: Iterable[str] = (),
) -> Awaitable[Written]:
    """Do one write, with an event."""
    write = Write(statements, "t/add", {"name": "a"}, events)
    wait = Wait(2.0, asyncio.get_running_loop().time() + 2.0)
    return writes.run(write, commit or Commit(), 2.0, wait, bookmarks)


def answering(**changed: Sequence[bytes]) -> Callable[[int, int], Sequence[bytes] | None]:
    """Answer as a server that has 1 for everybody, but for the messages that are named."""
    plain = {BEGIN: [success()], COMMIT: [success(bookmark="b1")], ROLLBACK: [success()]}
    tags = {"begin": BEGIN, "run": RUN, "pull": PULL, "commit": COMMIT, "rollback": ROLLBACK}
    changed_tags = {tags[name]: answers for name, answers in changed.items()}
    return lambda _connection, tag: changed_tags.get(tag, plain.get(tag))


def tags(server: ScriptedServer) -> list[int]:
    """Return what a server got after the connection was opened."""
    return [tag for _, tag in server.got][2:]


async def test_a_transaction_says_what_is_in_it_and_gives_its_bookmark(statements: Catalogue):
    async with scripted_server(answering()) as server:
        writes, commit = writes_by(server), Commit()
        written = await run(writes, statements, commit, bookmarks=["b0"])
        assert (written.value, len(written.events), written.bookmark, commit.is_sent) == (1, 1, "b1", True)
        assert tags(server) == [BEGIN, RUN, PULL, RUN, PULL, COMMIT]
        await writes.close()


@pytest.mark.parametrize(
    ("code", "raised", "is_sent"),
    [
        (DEADLOCK, TransientError, False),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", ClientError, False),
        ("Neo.ClientError.Transaction.TransactionTimedOut", ClientError, False),
        ("Neo.TransientError.General.DatabaseUnavailable", OutcomeUnknown, True),
        ("Neo.DatabaseError.Transaction.TransactionCommitFailed", OutcomeUnknown, True),
    ],
)
async def test_a_commit_that_fails_is_unknown_unless_the_server_took_it_back(
    statements: Catalogue, code: str, raised: type[Exception], *, is_sent: bool
):
    async with scripted_server(answering(commit=[failure(code)])) as server:
        writes, commit = writes_by(server), Commit()
        with pytest.raises(raised):
            await run(writes, statements, commit)
        assert commit.is_sent == is_sent
        await until(lambda: tags(server)[-1] == RESET)
        await writes.close()


@pytest.mark.parametrize("at", [1, 2])
async def test_what_fails_before_the_commit_is_a_failure_with_its_code(statements: Catalogue, at: int):
    runs = 0

    def answer(connection: int, tag: int) -> Sequence[bytes] | None:
        nonlocal runs
        runs += tag == RUN
        if tag == RESET:
            runs = 0
        elif runs == at:
            return [failure("Neo.DatabaseError.General.UnknownError")] if tag == RUN else [IGNORED]
        return answering()(connection, tag)

    async with scripted_server(answer) as server:
        writes, commit = writes_by(server), Commit()
        with pytest.raises(DatabaseError):
            await run(writes, statements, commit)
        assert not commit.is_sent
        assert (COMMIT in tags(server)) == (at == 2)
        await until(lambda: tags(server)[-1] == RESET)
        at = -1
        assert (await run(writes, statements)).value == 1
        assert server.connections == 1
        await writes.close()


async def test_who_is_given_up_before_the_commit_is_never_committed(statements: Catalogue):
    async with scripted_server(answering(pull=[])) as server:
        writes = writes_by(server)
        task = asyncio.ensure_future(run(writes, statements))
        await until(lambda: PULL in tags(server))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert writes.pool.connections == 0
        assert tags(server) == [BEGIN, RUN, PULL]
        await writes.close()


async def test_a_write_that_finds_no_room_in_time_is_not_sent(statements: Catalogue):
    async with scripted_server(answering(pull=[])) as server:
        writes = writes_by(server, wait=0.1)
        task = asyncio.ensure_future(run(writes, statements))
        await until(lambda: PULL in tags(server))
        with pytest.raises(ConnectionAcquisitionTimeoutError):
            await run(writes, statements)
        assert tags(server) == [BEGIN, RUN, PULL]
        task.cancel()
        await asyncio.wait([task])
        await writes.close()


@pytest.mark.parametrize("nonsense", [IGNORED, b"\0\2\xb1\x33\0\0"], ids=["ignored", "an unknown message"])
@pytest.mark.parametrize(("where", "is_sent"), [("run", False), ("pull", False), ("commit", True)])
async def test_an_answer_that_nobody_asked_ends_the_connection_and_nothing_is_said_that_is_not_known(
    statements: Catalogue, where: str, nonsense: bytes, *, is_sent: bool
):
    async with scripted_server(answering(**{where: [nonsense]})) as server:
        writes, commit = writes_by(server), Commit()
        with pytest.raises(OutcomeUnknown if is_sent else ServiceUnavailable):
            await run(writes, statements, commit)
        assert commit.is_sent == is_sent
        assert writes.pool.connections == 0
        await writes.close()
