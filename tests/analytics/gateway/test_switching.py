"""What serves the graph loads a newer snapshot, and starts a server again that ended. Comes last, since it changes the graph."""

from analytics.graph_copy.address import Address
from commands import analytics_up
from tests.analytics.gateway.asking import answered, ask
from tests.analytics.gateway.small_copy import rows, write_snapshot

COUNT = "MATCH (p:Person) RETURN count(p)"


ENDLESS = "RETURN reduce(s = 0, x IN range(1, 100000000000) | (s + x) % 7) AS s"
"""One expression, which Neo4j does not end while it computes it."""


async def test_a_server_that_cannot_end_a_query_is_ended(product, ana, keeper, monkeypatch):
    monkeypatch.setattr(analytics_up, "LOOK_INTO_EVERY", 0.0)
    keeper.look()
    assert keeper.child.is_running
    assert (await ask(product, ana, ENDLESS, seconds=1)).code == "QUERY_TOO_EXPENSIVE"
    keeper.look()
    assert keeper.child.is_running
    monkeypatch.setattr(analytics_up, "STUCK_AFTER", 0.0)
    keeper.look()
    assert not keeper.child.is_running
    assert (await ask(product, ana, COUNT)).code == "UNAVAILABLE"
    keeper.look()
    assert (await answered(product, ana, COUNT))["rows"] == [[300]]


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
