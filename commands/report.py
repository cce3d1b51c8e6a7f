"""`rookery report`: lists the named analytics, and answers them from the copy's files, without any server."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from analytics.questions.answer_cache import AnswerCache
from analytics.questions.catalogue import QUESTIONS, question
from analytics.questions.parameters import read
from analytics.questions.question import Answer, ColumnType, Question
from analytics.reports.formats import Format, as_bytes
from analytics.reports.numbers import marked_at, number
from analytics.snapshots import Snapshot
from commands.console import console, results
from errors import InvalidInput

OVERVIEW = "overview"


def list_reports() -> None:
    """Print every question, with its parameters."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("report", style="bold", no_wrap=True)
    table.add_column("question")
    table.add_column("parameters")
    table.add_row(OVERVIEW, "What is there to know before anything else? One page with plots.", "")
    for each in QUESTIONS.values():
        given = "\n".join(f"--{one.name} {str(one.default).lower()} ({one.bounds})" for one in each.parameters)
        table.add_row(each.name, each.text, given)
    results.print(table)


def report(name: str, words: Sequence[str], *, format_: Format | None, output: Path | None, folder: Path) -> None:
    """Answer one question, or make the overview; `words` are the parameters as they were written.

    Raises:
        InvalidInput: a parameter is wrong, or the format is one that this cannot be written in.
        NoSnapshot: nothing was exported yet.
        NotFound: there is no question of this name.

    """
    snapshot, given = Snapshot.newest(folder), _given(words)
    if name == OVERVIEW:
        if given or format_ not in {None, Format.HTML}:
            raise InvalidInput("format", "The overview is a page of HTML, and takes no parameters.")
        _write(_overview(snapshot, folder).encode(), output or Path("overview.html"))
        return
    asked = question(name)
    chosen = format_ or _format_of(output)
    found = _answered(asked, read(asked.parameters, given), snapshot, folder)
    if chosen is Format.TABLE:
        if output is not None:
            raise InvalidInput("format", f"Name a format for {output}: csv, parquet, json, html or png.")
        _print(found)
        return
    data = as_bytes(found, chosen)
    if output is None and chosen in {Format.CSV, Format.JSON}:
        sys.stdout.write(data.decode())
        return
    _write(data, output or Path(f"{name}.{chosen}"))


def _given(words: Sequence[str]) -> Mapping[str, str]:
    """Return the parameters: `--by month` or `--by=month`.

    Raises:
        InvalidInput: something is no parameter with a value.

    """
    given: dict[str, str] = {}
    rest = [*words]
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if not name.startswith("--") or not (equals or rest):
            raise InvalidInput(name, f"`{name}` is no parameter with a value, such as `--buckets 12`.")
        given[name.removeprefix("--")] = value if equals else rest.pop(0)
    return given


def _format_of(output: Path | None) -> Format:
    """Return the format that the name of a file tells."""
    ending = "" if output is None else output.suffix.removeprefix(".").lower()
    return Format(ending) if ending in set(Format) else Format.TABLE


def _answered(asked: Question, given: Mapping[str, object], snapshot: Snapshot, folder: Path) -> Answer:
    """Return the answer that was stored, or count, with a sign of life meanwhile."""
    cache = AnswerCache(folder)
    found = cache.find(asked, given, snapshot)
    if found is not None:
        return found
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        progress.add_task(asked.text)
        from analytics.questions.answering import answer

        found = answer(asked, given, snapshot)
    cache.store(found, snapshot)
    return found


def _overview(snapshot: Snapshot, folder: Path) -> str:
    from analytics.reports.overview import overview

    return overview(lambda asked: _answered(asked, read(asked.parameters, {}), snapshot, folder))


def _print(answer: Answer) -> None:
    question_ = answer.question
    results.print(question_.text, style="bold", soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in question_.columns:
        is_text = column.type in {ColumnType.TEXT, ColumnType.DAY}
        table.add_column(column.name.replace("_", " "), justify="left" if is_text else "right", no_wrap=True)
    for row in answer.rows:
        table.add_row(*map(number, row))
    results.print(table)
    told = f"As of {marked_at(answer.mark)}; counted by {question_.engine.label} in {answer.seconds:.1f} s."
    console.print(told, soft_wrap=True)


def _write(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    console.print(f"{path} was written ({len(data) / 1_000:,.0f} kB).", markup=False, soft_wrap=True)
