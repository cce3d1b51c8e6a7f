"""A copy that cannot be read: nothing but what reads it suffers from that."""

import asyncio
import errno

import pytest
from prometheus_client import CollectorRegistry

from analytics.errors import BrokenSnapshot, CopyUnreadable, NoSnapshot, UnreadableSnapshot
from analytics.export.building import Building, Source
from analytics.export.schedule import PeriodicRefresh, RefreshMetrics
from analytics.questions.asking import Asking
from analytics.questions.catalogue import QUESTIONS
from analytics.snapshots import CURRENT, MANIFEST, VERSION, Snapshot
from errors import Unavailable

_BEGINNING = f'{{"version": {VERSION}, "epoch": "2026-11", "mark": 1, "made_at": 1, "with_text": false'
BROKEN = {
    "cut": '{"version": 1, "epo',
    "no object": "[]",
    "nothing in it": "{}",
    "of another version": f'{{"version": {VERSION + 1}, "epoch": "2026-11", "something": "new"}}',
    "a part is missing": _BEGINNING + "}",
    "one too many": _BEGINNING + ', "parts": {}, "new": 1}',
}


@pytest.fixture
def manifest(tmp_path):
    """The manifest of a whole snapshot."""
    building = Building.begun(tmp_path, Source.now("2026-11", "key", "token", with_text=False), None)
    building.becomes(tmp_path, mark=1, made_at=1)
    assert Snapshot.newest(tmp_path).manifest.mark == 1
    return tmp_path / CURRENT / MANIFEST


@pytest.fixture
def registry() -> CollectorRegistry:
    """Metrics of a worker."""
    return CollectorRegistry()


@pytest.fixture
def refresh(tmp_path, registry, monkeypatch) -> PeriodicRefresh:
    """What a worker has that keeps a copy, on a machine that starts no process."""

    async def full(*_words, **_more):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", full)
    return PeriodicRefresh(tmp_path, 60.0, RefreshMetrics.of(registry))


def unread(manifest):
    """Let reading it fail, also for root."""
    manifest.unlink()
    manifest.mkdir()


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_manifest_that_is_none_of_ours_is_told_apart_from_none(manifest, tmp_path, text):
    manifest.write_text(text)
    with pytest.raises(BrokenSnapshot, match=str(tmp_path)):
        Snapshot.newest(tmp_path)
    unread(manifest)
    with pytest.raises(UnreadableSnapshot) as caught:
        Snapshot.newest(tmp_path)
    assert not isinstance(caught.value, BrokenSnapshot)
    manifest.rmdir()
    with pytest.raises(NoSnapshot):
        Snapshot.newest(tmp_path)


@pytest.mark.parametrize("damage", [lambda manifest: manifest.write_text("{}"), unread], ids=["broken", "unread"])
async def test_a_worker_goes_on_and_counts_it(manifest, refresh, registry, damage):
    damage(manifest)
    for looks in (1.0, 2.0):
        await refresh.look()
        assert registry.get_sample_value("rookery_analytics_refreshes_total", {"outcome": "failed"}) == looks


async def test_a_refresh_that_cannot_be_started_is_tried_again_at_the_next_look(refresh, registry):
    await refresh.look()
    assert registry.get_sample_value("rookery_analytics_refreshes_total", {"outcome": "failed"}) == 1.0


async def test_clients_are_told_that_it_is_unavailable_and_not_where_it_lies(manifest, tmp_path):
    manifest.write_text("{}")
    with pytest.raises(CopyUnreadable) as caught:
        await Asking(tmp_path).answer("ana", QUESTIONS["growth"], {})
    assert isinstance(caught.value, Unavailable)
    assert str(tmp_path) not in str(caught.value)
