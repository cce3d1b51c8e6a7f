"""The mail sink as the stack runs it: an SMTP server on loopback that delivers nothing, and keeps what it takes as files."""

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from stack.child import Command
from stack.ports import LOOPBACK
from stack.private import make_folder

NAME = "Mail sink"
_CHECK_SECONDS = 1.0
"""A healthy sink greets in a millisecond."""
_READY = b"220"


@dataclass(frozen=True, slots=True)
class MailSink:
    """A sink with its log in `folder`, and what it takes in a folder within."""

    folder: Path
    port: int
    name: str = NAME
    grace_seconds: float = 5
    start_seconds: float = 60

    @property
    def log(self) -> Path:
        """The file that receives its output."""
        return self.folder / "sink.log"

    @property
    def taken(self) -> Path:
        """The folder of the mails, which hold links that are good."""
        return self.folder / "taken"

    def prepare(self) -> None:
        """Make the folder, for its owner alone."""
        make_folder(self.taken)

    def command(self) -> Command:
        """Return the program to run."""
        return Command([sys.executable, "-m", "stack.mail_sink_program", str(self.taken), str(self.port)])

    def is_healthy(self) -> bool:
        """Return whether it greets."""
        try:
            with socket.create_connection((LOOPBACK, self.port), _CHECK_SECONDS) as connection:
                return connection.recv(64).startswith(_READY)
        except OSError:
            return False
