"""Waiting for what another process does: look again until it holds, at most so long."""

import threading
import time
from collections.abc import Callable

_LOOK_SECONDS = 0.05


def holds_within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Tell whether the condition came to hold in that time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(_LOOK_SECONDS)
    return True
