"""What serves the graph loads a newer snapshot, and starts a server again that ended. Comes last, since it changes the graph."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analytics.graph_copy.address import Address
from analytics.snapshots import CURRENT, MANIFEST, SNAPSHOTS
from commands import analytics_up, server_watch
from stack import analysts_neo4j
from tests.analytics.gateway.asking import analyst, answered, ask
from tests.analytics.gateway.small_copy import rows, write_snapshot
from tests.analytics.gateway.test_gateway import HEAVY, passes, runs
from tests.worlds.waiting import until

COUNT = "MATCH (p:Person) RETURN count(p)"


ENDLESS = "RETURN reduce(s = 0, x IN range(1, 100000000000) | (s + x) % 7) AS s"
"""One expression, which Neo4j does not end while it computes it."""


async def test_a_server_that_cannot_end_a_query_is_ended(product, ana, keeper, copy, monkeypatch):
    monkeypatch.setattr(server_watch, "LOOK_INTO_EVERY", 0.0)
    keeper.look()
    assert keeper.child.is_running
    assert (await ask(product, ana, ENDLESS, seconds=1)).code == "QUERY_TOO_EXPENSIVE"
    keeper.look()
    assert keeper.child.is_running
    ben = await analyst(product, "ben")
    asking = asyncio.create_task(ask(product, ben, HEAVY, seconds=5))
    await until(lambda: runs(copy, 2))
    monkeypatch.setattr(server_watch, "STUCK_AFTER", 0.0)
    keeper.look()
    assert not keeper.child.is_running
    assert (await asking).code == "UNAVAILABLE"
    ends = await product.cypher("MATCH (e:AnalystQueryEnd) WITH e ORDER BY e.id RETURN collect(e.outcome)")
    assert ends == ["STUCK", "SERVER_ENDED"]
    assert (await ask(product, ana, COUNT)).code == "UNAVAILABLE"
    monkeypatch.setattr(server_watch, "STUCK_AFTER", 15.0)
    with keeper.watched():
        await until(lambda: passes(product, ana), 60)
    assert (await answered(product, ana, COUNT))["rows"] == [[300]]


async def test_a_silent_server_holds_nobody_up_and_what_was_seen_counts(product, ana, keeper, copy_folder, monkeypatch):
    monkeypatch.setattr(server_watch, "LOOK_INTO_EVERY", 0.0)
    monkeypatch.setattr(analysts_neo4j, "_CHECK_SECONDS", 0.3)
    watch = keeper.watching
    watch._ended["neo4j-transaction-x"] = time.monotonic()
    (java,) = (pid for pid, command in commands_with(bytes(copy_folder)) if command.partition(b"\0")[0].endswith(b"java"))
    os.kill(java, signal.SIGSTOP)
    try:
        keeper.look()
        assert "neo4j-transaction-x" in watch._ended
        monkeypatch.setattr(server_watch, "SILENT_AFTER", 0.0)
        monkeypatch.setattr(keeper.child, "kill", lambda: killed.append(java))
        killed: list[int] = []
        keeper.look()
        assert killed == [java]
    finally:
        os.kill(java, signal.SIGCONT)
    monkeypatch.undo()
    await until(lambda: passes(product, ana), 30)


def commands_with(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the processes in whose command lines a text stands."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if text in (command := path.read_bytes()):
                yield int(path.parent.name), command


async def test_a_snapshot_that_cannot_be_read_leaves_the_one_before(product, ana, keeper, copy_folder):
    switch_to(copy_folder, "{}")
    keeper.look()
    keeper.look()
    assert (await answered(product, ana, COUNT))["rows"] == [[300]]


def switch_to(folder: Path, manifest: str) -> None:
    """Let a snapshot with this manifest be the newest."""
    broken = folder / SNAPSHOTS / "broken"
    broken.mkdir(exist_ok=True)
    (broken / MANIFEST).write_text(manifest)
    (folder / CURRENT).unlink()
    (folder / CURRENT).symlink_to(Path(SNAPSHOTS) / "broken")


async def test_a_copy_that_cannot_be_read_leaves_what_is_served(product, ana, keeper, copy_folder):
    manifest = copy_folder / CURRENT / MANIFEST
    whole = manifest.read_text()
    try:
        for broken in ("{}", '{"version": '):
            manifest.write_text(broken)
            keeper.look()
            assert (await answered(product, ana, COUNT))["rows"] == [[300]]
    finally:
        manifest.write_text(whole)


async def test_a_newer_snapshot_takes_the_place_of_the_one_before(product, ana, keeper, copy_folder, monkeypatch):
    monkeypatch.setattr(analytics_up, "RETIRED_AFTER", 0.0)
    monkeypatch.setattr(analytics_up, "SCHEMA", ())  # so that it starts once
    assert (await answered(product, ana, COUNT))["rows"] == [[300]]
    before, keeper_child = keeper.address, keeper.child
    write_snapshot(copy_folder, "second", rows(people=12))
    keeper.look()
    assert (await answered(product, ana, COUNT))["rows"] == [[12]]
    assert Address.read(copy_folder) == keeper.address != before
    assert not keeper_child.is_running
    assert [each.name for each in (copy_folder / "neo4j" / "stores").iterdir()] == ["second"]
