"""The second graph is its model, filled from a snapshot; it can be read, and nothing else."""

import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import neo4j
import pytest
from neo4j.exceptions import Neo4jError

from analytics.errors import NoSnapshot
from analytics.graph_copy.address import FILE, Address
from analytics.graph_copy.model import NODE_TYPES, RELATIONSHIP_TYPES, Property
from commands.analytics_up import serving
from stack.analysts_neo4j import Bounds, modestly
from stack.progress import SilentProgress
from tests.analytics.gateway.small_copy import EPOCH, MADE_AT, MARK, NASTY, PEOPLE


@pytest.fixture
async def session(address: Address):
    """A session that may write, as far as its transactions say."""
    async with (
        neo4j.AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver,
        driver.session(default_access_mode=neo4j.WRITE_ACCESS) as session,
    ):
        yield session


async def values(session, text, **given):
    return await (await session.run(text, given)).values()


async def test_it_holds_what_the_snapshot_does(session):
    labels = await values(session, "MATCH (n) RETURN labels(n)[0], count(*)")
    assert dict(labels) == {"Person": PEOPLE, "Post": 10, "Hashtag": 2, "Copy": 1}
    found = dict(await values(session, "MATCH ()-[r]->() RETURN type(r), count(*)"))
    assert found.pop("FOLLOWS") > 2_900
    # The repost by somebody who is not in the copy is left out.
    counts = {"POSTED": 10, "REPLIES_TO": 1, "QUOTES": 1, "LIKED": 3, "REPOSTED": 1, "TAGGED": 4, "MENTIONS": 1}
    assert found == counts
    texts = await values(session, "MATCH (p:Post) WHERE p.id < 'p003' RETURN p.text, p.lang ORDER BY p.id")
    assert texts == [[NASTY, None], ["", "en"], [None, "en"]]
    assert await values(session, "MATCH (c:Copy) RETURN c.epoch, c.mark.epochMillis, c.madeAt.epochMillis") == [
        [EPOCH, MARK, MADE_AT]
    ]
    ends = await values(session, "MATCH (a:Post)-[r:REPLIES_TO|QUOTES]->(b:Post) RETURN a.id, type(r), b.id ORDER BY a.id")
    assert ends == [["p001", "REPLIES_TO", "p000"], ["p002", "QUOTES", "p000"]]


def expected(properties: Mapping[str, Property]) -> dict[str, set[str]]:
    return {name: {each.type, "NULL"} if each.optional else {each.type} for name, each in properties.items()}


async def test_every_label_type_and_property_is_as_the_model_says(session):
    for label, type_ in NODE_TYPES.items():
        found = await values(session, f"MATCH (n:{label}) UNWIND keys(n) AS k RETURN k, collect(DISTINCT valueType(n[k]))")
        told = {name: {each.removesuffix(" NOT NULL") for each in types} for name, types in found}
        wanted = {name: types - {"NULL"} for name, types in expected(type_.properties).items()}
        assert told == wanted, label
        absent = [name for name, each in type_.properties.items() if not each.optional]
        missing = " OR ".join(f"n.{name} IS NULL" for name in absent)
        assert await values(session, f"MATCH (n:{label}) WHERE {missing} RETURN count(n)") == [[0]], label
    for name, each in RELATIONSHIP_TYPES.items():
        wrong = f"MATCH (a)-[r:{name}]->(b) WHERE NOT a:{each.start} OR NOT b:{each.end} RETURN count(r)"
        assert await values(session, wrong) == [[0]], name
        found = await values(session, f"MATCH ()-[r:{name}]->() UNWIND keys(r) AS k RETURN DISTINCT k, valueType(r[k])")
        assert dict(found) == {key: f"{value.type} NOT NULL" for key, value in each.properties.items()}, name


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (:Person {id: 'x'})",
        "MATCH (p:Person) DETACH DELETE p",
        "MATCH (p:Person) SET p.id = 'x'",
        "CREATE INDEX x FOR (p:Person) ON (p.verified)",
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
        "LOAD CSV FROM 'http://127.0.0.1:1/' AS row RETURN row",
        "CALL dbms.setConfigValue('server.databases.read_only', '')",
        "CALL db.createLabel('X')",
    ],
)
async def test_the_server_itself_refuses_what_is_not_reading(session, text):
    with pytest.raises(Neo4jError):
        await (await session.run(text)).consume()


def test_nobody_else_reads_the_address_and_what_leads_to_it(keeper, copy_folder):
    for path in (copy_folder / FILE, copy_folder / "neo4j" / "password"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Address.read(copy_folder) == keeper.address
    (store,) = (copy_folder / "neo4j" / "stores").iterdir()
    assert not (store / "import-files").exists()


def test_it_knows_nothing_of_our_environment(keeper, copy_folder):
    found = [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if bytes(copy_folder) in _content(path)]
    assert len(found) >= 2  # the server and its guardian
    assert all(b"PYTEST" not in _content(process / "environ") for process in found)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return b""


def test_it_runs_with_the_lowest_priority_and_on_one_core():
    program = "import os; print(os.getpriority(os.PRIO_PROCESS, 0), len(os.sched_getaffinity(0)))"
    done = subprocess.run([*modestly(), sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["19", "1"]
    assert Bounds().modest


def test_without_a_snapshot_it_says_what_to_do(tmp_path):
    with pytest.raises(NoSnapshot, match="rookery analytics refresh"), serving(tmp_path, progress=SilentProgress()):
        pass
