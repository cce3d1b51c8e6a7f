"""One stack per folder: our process holds a lock, and so does each guardian until its server has ended."""

import fcntl
import os
import time
from pathlib import Path

from stack.errors import AlreadyRunning
from stack.progress import StackProgress

LOCK = "stack.lock"
_LEFTOVER_SECONDS = 60
"""Time that servers get to stop after their parent was killed: the longest grace and a margin."""
_POLL_SECONDS = 0.1


def claim_folder(folder: Path, progress: StackProgress) -> int:
    """Lock the folder and return the open descriptor; the lock is released when all copies of it are closed.

    When the process that had the lock is gone, its servers may still be stopping: wait for them.

    Raises:
        AlreadyRunning: another process that lives has the lock.

    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    said = False
    while not lock(descriptor):
        pid = int(os.pread(descriptor, 20, 0) or b"0")
        if (pid and _is_alive(pid)) or time.monotonic() > deadline:
            os.close(descriptor)
            raise AlreadyRunning(pid)
        if not said:
            progress.say("Waiting for the servers of an earlier run, which was killed, to stop.")
            said = True
        time.sleep(_POLL_SECONDS)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def lock(descriptor: int) -> bool:
    """Lock a file that is open, unless somebody else has, and return whether it is locked now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
