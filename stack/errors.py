"""What can go wrong with the embedded servers; each error says in one sentence what to do.

StackError
├── AlreadyRunning     another process runs the servers of this folder
├── PortTaken          another program listens on a port
├── DownloadFailed     jars could not be downloaded, or differ from the lock file
├── ProgramMissing     redis-server is not installed and could not be
├── ServerDied         a server ended by itself; the message has the end of its log
└── ServerUnhealthy    a server runs and does not answer; the message has the end of its log
"""


class StackError(Exception):
    """An error of the embedded stack; its text is written for the user at the terminal."""


class AlreadyRunning(StackError):
    """A stack already runs in this folder."""

    def __init__(self, pid: int) -> None:
        """Name the process that has the folder."""
        super().__init__(f"The servers of this folder already run, started by process {pid}; stop it first.")
        self.pid = pid


class PortTaken(StackError):
    """A server's port is in use."""

    def __init__(self, port: int, setting: str) -> None:
        """Name the port and the setting that changes it."""
        super().__init__(f"Another program uses port {port}; stop it, or set {setting} to another port.")
        self.port = port


class DownloadFailed(StackError):
    """A download is incomplete; the files that arrived stay for the next attempt."""


class ProgramMissing(StackError):
    """A system program is missing and could not be installed."""


class ServerDied(StackError):
    """A server ended while it should run."""

    def __init__(self, name: str, code: int, log_tail: str) -> None:
        """Take the exit code, negative for a signal, and the end of the log."""
        super().__init__(f"{name} ended with code {code}; the end of its log:\n{log_tail}")
        self.code = code


class ServerUnhealthy(StackError):
    """A server did not answer its health check in time."""

    def __init__(self, name: str, waited_seconds: float, log_tail: str) -> None:
        """Take the seconds that were waited and the end of the log."""
        super().__init__(f"{name} does not answer after {waited_seconds:.0f} s; the end of its log:\n{log_tail}")
