"""What can go wrong with the embedded servers, each error one sentence that says what to do.

StackError
├── AlreadyRunning     another process runs the servers of this folder
├── PortTaken          a port belongs to another program
├── DownloadFailed     jars could not be had, or are not what the lock file says
├── ProgramMissing     redis-server is neither there nor could it be installed
├── ServerDied         a server ended by itself; carries the end of its log
└── ServerUnhealthy    a server runs and does not answer; carries the end of its log
"""


class StackError(Exception):
    """An error of the embedded stack, whose text is written for the person at the terminal."""


class AlreadyRunning(StackError):
    """One stack runs already in this folder."""

    def __init__(self, pid: int) -> None:
        """Name the process that holds the folder."""
        super().__init__(f"one runs already in this checkout, pid {pid}")
        self.pid = pid


class PortTaken(StackError):
    """A port that a server was to listen on is in use."""

    def __init__(self, port: int, setting: str) -> None:
        """Name the port and the setting that moves it."""
        super().__init__(f"port {port} is taken by another program; set {setting} or stop it")
        self.port = port


class DownloadFailed(StackError):
    """A download did not arrive whole; what did arrive is kept for the next attempt."""


class ProgramMissing(StackError):
    """A program of the system is needed and could not be installed."""


class ServerDied(StackError):
    """A server ended while it was expected to run."""

    def __init__(self, name: str, code: int, log_tail: str) -> None:
        """Keep the exit code, negative for a signal, and what the server said last."""
        super().__init__(f"{name} ended with code {code}; the end of its log:\n{log_tail}")
        self.code = code


class ServerUnhealthy(StackError):
    """A server did not answer its health check in time."""

    def __init__(self, name: str, waited_seconds: float, log_tail: str) -> None:
        """Keep how long was waited and what the server said last."""
        super().__init__(f"{name} does not answer after {waited_seconds:.0f} s; the end of its log:\n{log_tail}")
