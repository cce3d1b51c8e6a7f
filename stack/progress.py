"""How the stack tells what it does: sentences, and bars for downloads."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


class StackProgress(Protocol):
    """Where news of the stack go."""

    def say(self, sentence: str) -> None:
        """Tell one thing that happens."""

    def bar(self, title: str, total_bytes: int) -> AbstractContextManager[Callable[[int], None]]:
        """Open a bar; calling what it gives moves the bar on by that many bytes, from any thread."""


class SilentProgress:
    """Tells nothing: for tests and for programs that speak themselves."""

    def say(self, sentence: str) -> None:
        """Tell nothing."""

    @contextmanager
    def bar(self, title: str, total_bytes: int) -> Iterator[Callable[[int], None]]:  # noqa: ARG002 the protocol's names
        """Draw nothing."""
        yield lambda _received: None


class TerminalProgress:
    """Draws on a terminal; where there is none, rich prints plain lines."""

    def __init__(self, console: Console) -> None:
        """Draw on this console."""
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
