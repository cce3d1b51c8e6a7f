"""Runs one server process per core: restarts one that dies, and stops all together."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType

import structlog
from prometheus_client.multiprocess import mark_process_dead

# Otherwise a process that dies at once would be restarted as fast as the machine can.
_RESTART_PAUSE_SECONDS = 1.0
# Exit code of uvicorn when the application cannot start; another try would fail too.
_STARTUP_FAILURE = 3
_log = structlog.get_logger("web.processes")


class Processes:
    """Keeps a number of processes running until a signal, or until one cannot start."""

    def __init__(self, target: Callable[[], None], count: int, *, grace_seconds: float) -> None:
        """Run `target`, which must be importable, in new interpreters; each has `grace_seconds` to stop."""
        self._target = target
        self._count = count
        self._grace_seconds = grace_seconds
        self._stopping = threading.Event()
        self._context = multiprocessing.get_context("spawn")

    def run(self) -> None:
        """Start the processes and return when all have ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        running = [self._start() for _ in range(self._count)]
        while not self._stopping.is_set():
            wait([process.sentinel for process in running], timeout=0.2)
            running = [process if process.is_alive() else self._replaced(process) for process in running]
        self._end(running)

    def _start(self) -> BaseProcess:
        process = self._context.Process(target=_run_with_parent, args=(self._target,))
        process.start()
        return process

    def _replaced(self, process: BaseProcess) -> BaseProcess:
        if self._stopping.is_set():
            return process
        _log.warning("process died", pid=process.pid, exit_code=process.exitcode)
        if process.pid is not None:
            mark_process_dead(process.pid)  # type: ignore[no-untyped-call]  # prometheus_client has no types here
        if process.exitcode == _STARTUP_FAILURE:
            self._stopping.set()
            return process
        self._stopping.wait(_RESTART_PAUSE_SECONDS)
        return self._start()

    def _end(self, running: list[BaseProcess]) -> None:
        for process in running:
            process.terminate()
        for process in running:
            process.join(self._grace_seconds)
            if process.is_alive():
                process.kill()
                process.join()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping.set()


def _run_with_parent(target: Callable[[], None]) -> None:
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    target()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
