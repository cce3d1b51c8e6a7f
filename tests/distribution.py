"""The order of the tests, and the pieces in which they are given to processes that run them beside each other.

A piece is run by one process, on its servers. It is a file, or a folder whose tests share one prepared world.
"""

from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/clients/", "tests/leaks/")
"""Folders whose world is prepared once: in two processes it would be prepared twice, and between other tests anew."""
FIRST = (*TOGETHER, "tests/bench/test_benchmarks.py")
"""Pieces that take minutes, so that no process is left with one at the end."""
LAST = ("tests/api/test_failures.py", "tests/graph/test_driver.py", "tests/api/test_kill_story.py")
"""Files that kill Neo4j. It starts without plans and without compiled code, and all that follows would take longer."""


def piece_of(nodeid: str) -> str:
    """Return the file or the folder that is run as one piece with this test."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def place_of(nodeid: str) -> int:
    """Return where the piece of a test is: among the first, in the middle, among the last."""
    return nodeid.startswith(LAST) - nodeid.startswith(FIRST)


class Pieces(LoadFileScheduling):
    """Gives the next piece to the process that has next to nothing left."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)
