"""The console of the command: messages and progress bars on standard error, results on standard output."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from world.progress import Progress

console = Console(stderr=True, highlight=False)
results = Console(highlight=False)
"""Where a table, or another answer that somebody may save or search, goes."""


@contextmanager
def bars() -> Iterator[Progress]:
    """Yield a function for progress reports; it draws one bar for each total."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console) as progress:
        tasks: dict[int, TaskID] = {}

        def report(done: int, total: int, what: str) -> None:
            if total not in tasks:
                tasks[total] = progress.add_task(what, total=total)
            progress.update(tasks[total], completed=done, description=what)

        yield report
