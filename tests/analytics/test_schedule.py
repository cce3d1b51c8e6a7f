"""The command in a process of its own, as a worker starts it, and what the worker tells of it."""

import asyncio
import signal
import subprocess
from functools import partial

import pytest
from prometheus_client import CollectorRegistry

from analytics.errors import NoSnapshot
from analytics.export.lock import held
from analytics.export.schedule import PeriodicRefresh, RefreshMetrics
from analytics.snapshots import Snapshot
from keyspace.analytics_notes import AnalyticsNotes
from tests.worlds.processes import COMMAND, ROOT, environment
from tests.worlds.secrecy import open_to_others
from tests.worlds.waiting import until


@pytest.fixture
def registry() -> CollectorRegistry:
    """Metrics of a worker."""
    return CollectorRegistry()


@pytest.fixture
def refresh(settings, graph, keyspace, monkeypatch, tmp_path, registry):
    """What a worker has that keeps a copy."""
    changed = {**environment(settings), "ROOKERY_ANALYTICS": "true", "ROOKERY_ANALYTICS_FOLDER": str(tmp_path / "copy")}
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(ROOT)
    return PeriodicRefresh(tmp_path / "copy", 60.0, RefreshMetrics.of(registry))


def counted(registry, outcome):
    return registry.get_sample_value("rookery_analytics_refreshes_total", {"outcome": outcome})


async def test_a_worker_refreshes_and_tells_the_mark(refresh, registry, keyspace, tmp_path):
    await refresh.refresh()
    assert (counted(registry, "done"), counted(registry, "failed")) == (1.0, None)
    snapshot = Snapshot.newest(tmp_path / "copy")
    assert registry.get_sample_value("rookery_analytics_mark_timestamp_seconds") == snapshot.manifest.mark / 1_000
    asked = partial(subprocess.run, [*COMMAND, "analytics", "status"], capture_output=True, text=True, check=True)
    told = (await asyncio.to_thread(asked)).stdout
    assert str(snapshot.folder) in told
    assert open_to_others(tmp_path / "copy") == []
    assert "0 notes of what is stale wait." in told
    await AnalyticsNotes(keyspace).lose()
    assert await AnalyticsNotes(keyspace).waiting() is None


async def test_a_refresh_that_fails_is_counted_and_one_that_runs_ends_with_the_worker(refresh, registry, monkeypatch, tmp_path):
    started, start = [], asyncio.create_subprocess_exec

    async def noticed(*words, **more):
        started.append(await start(*words, **more))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noticed)
    running = asyncio.create_task(refresh.refresh())
    await until(lambda: started)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [process.returncode for process in started] == [-signal.SIGKILL]
    with held(tmp_path / "copy"):
        await refresh.refresh()
    assert counted(registry, "busy") == 1.0
    monkeypatch.setenv("ROOKERY_ANALYTICS", "false")
    await refresh.refresh()
    assert counted(registry, "failed") == 1.0
    with pytest.raises(NoSnapshot):
        Snapshot.newest(tmp_path / "copy")
