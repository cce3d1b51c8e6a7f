"""A small process between us and a server: it ends the server when we end, however we end.

    python -I -S guardian.py GRACE_SECONDS PARENT_PID COMMAND...

Its standard input is a pipe from the parent. `s` on it asks for a clean stop, `k` for a kill, and its end, which
comes even when the parent is killed, is a stop as well. Its standard output gets the server's process id, once.
Its standard error is the server's log. It exits with the server's code, 128 + n for signal n.

It imports nothing of ours and nothing slow, since it starts before each server.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable

_PARENT_POLL_SECONDS = 1.0
"""The pipe tells of the parent's end at once; a copy of the pipe in a forked sibling can hide it, so look as well."""
_PR_SET_PDEATHSIG = 1
"""`prctl` option of Linux, from <linux/prctl.h>."""


def main(arguments: list[str]) -> int:
    """Run the server until it ends or is to end."""
    grace_seconds, parent, command = float(arguments[0]), int(arguments[1]), arguments[2:]
    wake = _wake_on_signals()
    server = subprocess.Popen(  # noqa: S603 no shell, and a program that we found
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        # Allowed here because this process has one thread, which lives as long as the server.
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
    """Give a descriptor that becomes readable when a child ends or a SIGTERM comes; its bytes are signal numbers."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return readable


def _kill_with_parent() -> Callable[[], None] | None:
    """On Linux, have the kernel kill the server should this process itself be killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
