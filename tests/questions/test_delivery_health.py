"""The health of delivery is read from what workers tell."""

import json

import pytest
from prometheus_client import CollectorRegistry, generate_latest, start_http_server

from analytics.reports.delivery_health import Metrics, delivery_health
from commands.delivery_health import health
from errors import InvalidInput, Unavailable
from services.delivery.audit_metrics import AuditMetrics
from services.delivery.metrics import DeliveryMetrics
from services.events.metrics import EventMetrics


def worker(*, dead: int = 0, late: float = 0.0) -> CollectorRegistry:
    """Give what a worker tells that has handled a hundred events."""
    registry = CollectorRegistry()
    events, delivery = EventMetrics.of(registry), DeliveryMetrics.of(registry)
    AuditMetrics.of(registry)
    events.handled.labels("fan-out").inc(100)
    for _ in range(100):
        events.age.labels("fan-out").observe(0.03)
    events.outbox.set(7)
    events.dead_letters.set(dead)
    delivery.delivered.labels("push").inc(20)
    delivery.overdue.set(late)
    return registry


def figures(*registries):
    return {each.name: each for each in delivery_health(Metrics.of(generate_latest(each).decode() for each in registries))}


def test_counters_are_added_and_what_all_see_is_not():
    found = figures(worker(), worker(late=1.5))
    assert (found["deliveries"].value, found["waiting in the outbox"].value, found["fan-out behind"].value) == (40, 7, 1.5)
    assert found["fan-out behind"].good and found["dead letters"].good
    assert found["timelines that differed"].value is None


def test_quantiles_lie_in_the_bucket_of_what_was_observed():
    found = figures(worker())
    age = found["age, p99"].value
    registry = EventMetrics.of(CollectorRegistry()).age.labels("x")
    above = min(bound for bound in registry._upper_bounds if bound >= 0.03)
    assert 0 < age <= above


def test_what_should_be_nothing_is_told_to_be_wrong():
    found = figures(worker(dead=1, late=9))
    assert found["dead letters"].good is False and found["fan-out behind"].good is False


def test_the_command_asks_workers_and_says_whether_all_is_well(capsys):
    server, thread = start_http_server(0, "127.0.0.1", registry=worker(dead=1))
    address = f"http://127.0.0.1:{server.server_port}/metrics"
    try:
        assert health([address], as_json=True) is False
        told = {each["name"]: each["value"] for each in json.loads(capsys.readouterr().out)}
        assert told["dead letters"] == 1
        assert health([address], as_json=False) is False
        assert "waiting in the outbox" in capsys.readouterr().out
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    with pytest.raises(Unavailable, match="ROOKERY_WORKER_METRICS_PORT"):
        health([address], as_json=False)


def test_other_metrics_are_refused():
    server, thread = start_http_server(0, "127.0.0.1", registry=CollectorRegistry())
    try:
        with pytest.raises(InvalidInput):
            health([f"http://127.0.0.1:{server.server_port}/metrics"], as_json=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
