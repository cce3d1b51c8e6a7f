"""How many processes a server has by default."""

import os
from pathlib import Path

import pytest

from web.cores import cores


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a machine of eight cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("quota", "given"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("50000 100000\n", 1),
        ("1600000 100000\n", 8),
        ("", 8),
    ],
)
def test_the_quota_of_a_container_is_kept_to(tmp_path: Path, quota: str, given: int) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota)
    assert cores(file) == given


def test_without_a_quota_every_core_that_we_may_use_counts(tmp_path: Path) -> None:
    assert cores(tmp_path / "nothing") == 8


def test_a_system_without_masks_tells_its_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores(tmp_path / "nothing") == 3
