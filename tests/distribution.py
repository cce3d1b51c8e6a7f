"""The order of the tests, and the pieces in which they are given to processes that run them beside each other.

A piece is run by one process, on its servers. It is a file, or a folder whose tests share one prepared world.
"""

from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/clients/", "tests/leaks/", "tests/analytics/gateway/")
"""Folders whose world is prepared once: in two processes it would be prepared twice, and between other tests anew."""
FIRST = ("tests/leaks/", "tests/bench/test_benchmarks.py", "tests/clients/")
"""Pieces that take minutes, so that no process is left with one at the end. Those that wait for programs meet a warm Neo4j."""
LAST = ("tests/api/test_failures.py", "tests/graph/test_driver.py", "tests/api/test_kill_story.py")
"""Files that kill Neo4j. It starts without plans and without compiled code, and all that follows would take longer."""


def piece_of(nodeid: str) -> str:
    """Return the file or the folder that is run as one piece with this test."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def place_of(nodeid: str) -> int:
    """Return where a test is run: below 0 among the first pieces, above 0 among the last."""
    first = next((at for at, piece in enumerate(FIRST) if nodeid.startswith(piece)), len(FIRST))
    return first - len(FIRST) or int(nodeid.startswith(LAST))


class Pieces(LoadFileScheduling):
    """Gives the next piece to the process that has next to nothing left."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)
