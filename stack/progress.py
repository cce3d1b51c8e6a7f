"""How the stack reports what it does: sentences, and progress bars for downloads."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


class StackProgress(Protocol):
    """Receives the reports of the stack."""

    def say(self, sentence: str) -> None:
        """Report one sentence."""

    def bar(self, title: str, total_bytes: int) -> AbstractContextManager[Callable[[int], None]]:
        """Open a progress bar and yield a function that advances it by a number of bytes, from any thread."""


class SilentProgress:
    """Reports nothing: for tests, and for programs with their own output."""

    def say(self, sentence: str) -> None:
        """Print nothing."""

    @contextmanager
    def bar(self, title: str, total_bytes: int) -> Iterator[Callable[[int], None]]:  # noqa: ARG002 the protocol's names
        """Draw nothing."""
        yield lambda _received: None


class TerminalProgress:
    """Prints to a terminal; elsewhere rich prints plain lines."""

    def __init__(self, console: Console) -> None:
        """Print to this console."""
        self._console = console

    def say(self, sentence: str) -> None:
        """Print the sentence."""
        self._console.print(sentence, highlight=False, soft_wrap=True)

    @contextmanager
    def bar(self, title: str, total_bytes: int) -> Iterator[Callable[[int], None]]:
        """Draw a download with its size, speed and remaining time."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(title, total=total_bytes)
            yield lambda received: progress.advance(task, received)
