"""Prints the share of compiled operations at the end of a test run, and fails the run if it is too small."""

import pytest

from tests.execution.share import Share

GOAL = 0.95
"""The part of the distinct operations that must have a plan."""
ENOUGH = 40
"""Distinct operations from which on a run says something: a run of a few tests may have met only the odd ones."""

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
        if self._too_small:
            session.exitstatus = TOO_SMALL

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
