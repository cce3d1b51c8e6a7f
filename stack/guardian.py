"""A small process between us and a server: it stops the server when we end, even when we are killed.

    python -I -S guardian.py GRACE_SECONDS PARENT_PID COMMAND...

Its standard input is a pipe from the parent. The byte `s` asks for a clean stop, `k` for a kill; the end of the pipe, which
comes even when the parent is killed, asks for a stop as well. Once, it writes the server's process id to its standard
output. Its standard error is the server's log. It exits with the server's code, 128 + n for signal n.

It imports nothing of ours and nothing slow, because it starts before each server.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable

_PARENT_POLL_SECONDS = 1.0
"""How often to check that the parent lives. The pipe normally says so at once, but a forked process may hold a copy open."""
_PR_SET_PDEATHSIG = 1
"""`prctl` option of Linux, from <linux/prctl.h>."""


def main(arguments: list[str]) -> int:
    """Run the server until it ends or is told to end; return its exit code."""
    grace_seconds, parent, command = float(arguments[0]), int(arguments[1]), arguments[2:]
    wake = _wake_on_signals()
    server = subprocess.Popen(  # noqa: S603 no shell, and a program that we found
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        # Safe here: this process has one thread, which lives as long as the server.
        preexec_fn=_kill_with_parent(),  # noqa: PLW1509
    )
    sys.stdout.write(f"{server.pid}\n")
    sys.stdout.close()
    _watch(server, wake, grace_seconds, parent)
    return server.returncode if server.returncode >= 0 else 128 - server.returncode


def _watch(server: "subprocess.Popen[bytes]", wake: int, grace_seconds: float, parent: int) -> None:
    orders = sys.stdin.fileno()
    while server.poll() is None:
        readable, _, _ = select.select([orders, wake], [], [], _PARENT_POLL_SECONDS)
        if orders in readable and os.read(orders, 1) == b"k":
            server.kill()
            server.wait()
        elif orders in readable or os.getppid() != parent or (wake in readable and signal.SIGTERM in os.read(wake, 64)):
            _stop(server, grace_seconds)


def _stop(server: "subprocess.Popen[bytes]", grace_seconds: float) -> None:
    server.terminate()
    try:
        server.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wake_on_signals() -> int:
    """Return a descriptor that becomes readable at SIGCHLD and SIGTERM; its bytes are the signal numbers."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return readable


def _kill_with_parent() -> Callable[[], None] | None:
    """Return a function that makes Linux kill the server when this process is killed; elsewhere None."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
