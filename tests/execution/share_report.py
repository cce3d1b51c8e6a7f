"""Prints the share of compiled operations at the end of a test run, and fails the run if it is too small.

Where several processes run the tests, each gives its share to the one that started them, and the share of all is reported.
"""

import pytest
from xdist.workermanage import WorkerController

from tests.execution.share import Share

GOAL = 0.95
"""The part of the distinct operations that must have a plan."""
ENOUGH = 40
"""Distinct operations from which on a run says something: a run of a few tests may have met only the odd ones."""

KEY = "share"
"""Name of a process's share in what it gives at its end."""
TOO_SMALL = 10
"""Exit code of a run whose share is too small, whether or not a test failed: to run tests again would not mend it."""


class ShareReport:
    """A plugin of pytest."""

    def __init__(self, share: Share) -> None:
        """Report this share, in which tests count."""
        self._share = share

    @property
    def _too_small(self) -> bool:
        return self._share.total >= ENOUGH and self._share.compiled_part < GOAL

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        given: dict[str, object] | None = getattr(session.config, "workeroutput", None)
        if given is not None:
            given[KEY] = (self._share.compiled, self._share.left)
        elif self._too_small:
            session.exitstatus = TOO_SMALL

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Add the share of another process; one that crashed gives none."""
        given = getattr(node, "workeroutput", {})
        if KEY in given:
            self._share.add(Share(*given[KEY]))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        share = self._share
        if not share.total:
            return
        terminalreporter.section("compiled operations", sep="-")
        counts = f"{len(share.compiled)} of {share.total}"
        terminalreporter.line(f"{counts} operations that met the product have a plan: {share.compiled_part:.1%}")
        for (text, name, _), reason in share.left.items():
            terminalreporter.line(f"  {reason}: {name or ' '.join(text.split())[:100]}")
        if self._too_small:
            terminalreporter.line(f"FAILED: fewer than {GOAL:.0%}", red=True)
