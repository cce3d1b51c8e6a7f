"""Rooms whose tests run at full speed: coverage measures nothing of them, since others run what they run."""

from collections.abc import Iterator

import pytest
from coverage import Coverage

PROGRAMS = "COVERAGE_PROCESS_CONFIG"
"""Variable by which coverage measures the programs that a test starts."""


@pytest.fixture(scope="package", autouse=True)
def unmeasured() -> Iterator[None]:
    """Measure no coverage, of the programs that are started either: tracing takes a fifth to a half of the time of both."""
    measured = Coverage.current()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(PROGRAMS, raising=False)
        if measured is not None:
            measured.stop()
        yield
        if measured is not None:
            measured.start()
